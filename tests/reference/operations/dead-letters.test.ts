import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { TOPICS } from '../../../generated/topology.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import {
  type DeadLetter,
  deadLetterQueues,
  gameDateOf,
  readDeadLetter,
  requireQueue,
} from '../../../reference/operations/dead-letters/dead-letter.ts';
import { explainDeadLetter } from '../../../reference/operations/dead-letters/explain.ts';
import { type DeadLetters, replayDeadLetters } from '../../../reference/operations/dead-letters/replay.ts';
import { letter } from './snapshots.ts';

const TOPIC = 'nba-phase3-analytics-complete';
const payloadOf = (message: string) =>
  EXAMPLES.find((example) => example.message === message)?.payload as object;

describe('a dead letter in plain words', () => {
  test('has the sender’s attributes only, and what Pub/Sub added as fields', () => {
    const read = readDeadLetter(TOPIC, {
      message_id: '1',
      published_at: '2024-01-15T11:05:00.000Z',
      attributes: {
        game_date: '2024-01-15',
        CloudPubSubDeadLetterSourceDeliveryCount: '5',
        CloudPubSubDeadLetterSourceSubscription: `${TOPIC}-sub`,
      },
      data: Buffer.from('{"processor_name":"x"}'),
    });
    expect(read).toMatchObject({
      attributes: { game_date: '2024-01-15' },
      deliveries: 5,
      refused_by: `${TOPIC}-sub`,
      payload: { processor_name: 'x' },
    });
    expect(gameDateOf(read)).toBe('2024-01-15');
  });

  test('that is not JSON has no payload, date or sender', () => {
    const pulled = {
      message_id: '1',
      published_at: '2024-01-15T11:05:00.000Z',
      attributes: {},
      data: Buffer.from([0xff]),
    };
    const read = readDeadLetter(TOPIC, pulled);
    expect(read).not.toHaveProperty('payload');
    expect([gameDateOf(read), read.deliveries]).toEqual([null, null]);
  });

  test('every live topic of the contract has a queue', () => {
    const live = Object.entries(TOPICS).filter(([, topic]) => topic.dead_letter_topic !== null);
    expect(deadLetterQueues().map(({ topic }) => topic)).toEqual(live.map(([topic]) => topic));
    expect(requireQueue(`${TOPIC}-dlq`).topic).toBe(TOPIC);
  });
});

describe('ACK-003 why a dead letter was refused', () => {
  test.each(
    deadLetterQueues().map(({ topic }) => [topic, TOPICS[topic as keyof typeof TOPICS].messages[0]] as const),
  )('%s: a sound message can succeed, one without its fields cannot', (topic, message) => {
    expect(explainDeadLetter(letter(topic, payloadOf(message)))).toMatchObject({
      code: null,
      can_succeed: true,
    });
    // What consumers of predictions refuse is theirs to explain.
    if (topic === 'nba-phase5-predictions-complete') return;
    expect(explainDeadLetter(letter(topic, {}))).toMatchObject({
      code: 'INVALID_MESSAGE',
      can_succeed: false,
    });
  });

  test.each([
    ['UNKNOWN_PROCESSOR', letter(TOPIC, { ...payloadOf('AnalyticsCompletion'), processor_name: 'nobody' })],
    [
      'UNKNOWN_PROCESSOR',
      letter('nba-phase4-trigger', {
        ...payloadOf('Phase4Trigger'),
        metadata: {
          ...(payloadOf('Phase4Trigger') as { metadata: object }).metadata,
          processors: ['nobody'],
        },
      }),
    ],
    ['INVALID_MESSAGE', letter(TOPIC, { ...payloadOf('AnalyticsCompletion'), game_date: 'TODAY' })],
    ['INVALID_JSON', letter(TOPIC, {}, { data: Buffer.from('not json').toString('base64') })],
    ['INVALID_ENVELOPE', letter(TOPIC, {}, { data: '' })],
  ])('%s is told in the words of the receiver', (code, dead) => {
    const { code: found, sentence, can_succeed } = explainDeadLetter(dead);
    expect({ found, can_succeed }).toEqual({ found: code, can_succeed: false });
    expect(sentence).toContain(`[${code}]`);
  });
});

describe('a replay', () => {
  /** Queues in memory that remember what was published and acked, in order. */
  function queues(letters: readonly DeadLetter[], refuse = false) {
    const done: string[] = [];
    const fake: DeadLetters = {
      peek: (topic) => Promise.resolve(letters.filter((dead) => dead.topic === topic)),
      async take(topic, act) {
        for (const dead of letters.filter((own) => own.topic === topic)) {
          if (await act(dead)) done.push(`ack ${dead.message_id}`);
        }
      },
      publish(topic) {
        if (refuse) return Promise.reject(new PipelineError('BROKER_UNAVAILABLE', 'gone'));
        done.push(`publish ${topic}`);
        return Promise.resolve('9000');
      },
    };
    return { fake, done };
  }
  const good = letter(TOPIC, payloadOf('AnalyticsCompletion'));
  const bad = letter(TOPIC, {}, { message_id: '8813' });
  const all = { topics: [TOPIC], message_id: null, anyway: false, dry_run: false };

  test('publishes before it acks, and keeps what would be refused again', async () => {
    const { fake, done } = queues([good, bad]);
    const results = await replayDeadLetters(fake, all);
    expect(done).toEqual([`publish ${TOPIC}`, 'ack 8812']);
    expect(results.map(({ outcome, new_message_id }) => [outcome, new_message_id])).toEqual([
      ['replayed', '9000'],
      ['kept', null],
    ]);
  });

  test('of one message leaves the others alone', async () => {
    const { fake, done } = queues([good, { ...good, message_id: '8814' }]);
    await replayDeadLetters(fake, { ...all, message_id: '8814' });
    expect(done).toEqual([`publish ${TOPIC}`, 'ack 8814']);
  });

  test('anyway sends also what this contract refuses', async () => {
    const { fake, done } = queues([bad]);
    await replayDeadLetters(fake, { ...all, anyway: true });
    expect(done).toEqual([`publish ${TOPIC}`, 'ack 8813']);
  });

  test('acks nothing that the broker did not confirm', async () => {
    const { fake, done } = queues([good], true);
    const [result] = await replayDeadLetters(fake, all);
    expect(result).toMatchObject({ outcome: 'failed', problem: '[BROKER_UNAVAILABLE] gone' });
    expect(done).toEqual([]);
  });

  test('that is only asked for changes nothing', async () => {
    const { fake, done } = queues([good, bad]);
    const results = await replayDeadLetters(fake, { ...all, dry_run: true });
    expect(results.map(({ outcome }) => outcome)).toEqual(['would_replay', 'kept']);
    expect(done).toEqual([]);
  });
});
