import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { carryOut } from '../../../reference/console/acts/carry-out.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import type { DeadLetter } from '../../../reference/operations/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../../reference/operations/dead-letters/replay.ts';
import { SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { DATE, letter, runInMemory } from '../operations/snapshots.ts';

const TOPIC_OF_LETTER = TOPIC.phase3AnalyticsComplete;
const REPLAY = { kind: 'replay', topic: TOPIC_OF_LETTER, message_id: '8812' } as const;
const good = EXAMPLES.find(({ message }) => message === 'AnalyticsCompletion')?.payload as object;

/** A place with one dead letter; `acked` lists what left its subscription. */
function placeWith(dead: DeadLetter, publish: DeadLetters['publish'] = async () => 'm-2') {
  const acked: string[] = [];
  const letters: DeadLetters = {
    peek: async () => [dead],
    async take(_topic, act) {
      if (await act(dead)) acked.push(dead.message_id);
    },
    publish,
  };
  const calls = { call: () => Promise.reject(new Error('no component is called')) };
  return { place: { ports: createMemoryPorts(), settings: SETTINGS, letters, calls }, acked };
}

describe('a replay from the page', () => {
  test('is shown with the message that would go out, and sends nothing', async () => {
    const { place, acked } = placeWith(letter(TOPIC_OF_LETTER, good), () =>
      Promise.reject(new Error('nothing is published')),
    );
    const outcome = await carryOut(place, REPLAY, true);
    expect(outcome).toEqual({
      refused: null,
      requests: [{ what: `publish on ${TOPIC_OF_LETTER}`, body: good, answer: null, is_done: false }],
    });
    expect(acked).toEqual([]);
  });

  test('says under which id the message is out again, and takes the dead letter away', async () => {
    const { place, acked } = placeWith(letter(TOPIC_OF_LETTER, good));
    const { requests } = await carryOut(place, REPLAY, false);
    expect(requests).toMatchObject([
      { answer: 'published again as message m-2; the dead letter is gone', is_done: true },
    ]);
    expect(acked).toEqual(['8812']);
  });

  test('keeps the dead letter when the broker does not confirm, and says what the broker said', async () => {
    const { place, acked } = placeWith(letter(TOPIC_OF_LETTER, good), () =>
      Promise.reject(new PipelineError('BROKER_UNAVAILABLE', 'expected an id, got none')),
    );
    const { requests, refused } = await carryOut(place, REPLAY, false);
    expect(refused).toBeNull();
    expect(requests).toMatchObject([
      { answer: expect.stringMatching(/^kept, since the publish failed: .*got none/), is_done: false },
    ]);
    expect(acked).toEqual([]);
  });

  test('is refused where the receiver would refuse the message again, with the reason', async () => {
    const { place, acked } = placeWith(letter(TOPIC_OF_LETTER, { ...good, game_date: '15.1.2024' }));
    const outcome = await carryOut(place, REPLAY, false);
    expect(outcome).toEqual({
      requests: [],
      refused: expect.stringMatching(/^kept, since it would be refused again: .*game_date/),
    });
    expect(acked).toEqual([]);
  });

  test('of a dead letter that somebody else has taken says so', async () => {
    const { place } = placeWith(letter(TOPIC_OF_LETTER, good, { message_id: 'another' }));
    expect(await carryOut(place, REPLAY, true)).toEqual({
      requests: [],
      refused: `${TOPIC_OF_LETTER} has no dead letter 8812 any more`,
    });
  });
});

describe('a rerun or an announcement from the page', () => {
  test('a rerun takes the next run number of the date', async () => {
    const ports = await runInMemory();
    const { place } = placeWith(letter(TOPIC_OF_LETTER, good));
    const { requests } = await carryOut({ ...place, ports }, { kind: 'rerun', game_date: DATE }, true);
    expect(requests).toMatchObject([{ body: { game_date: DATE, run: 2 }, answer: null }]);
  });

  test('the completion of a backfill is held back, and the page says why', async () => {
    const ports = await runInMemory({
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: 'historical_load',
    });
    const { place } = placeWith(letter(TOPIC_OF_LETTER, good));
    const before = ports.published.length;
    const act = {
      kind: 'trigger',
      target: '3',
      game_date: DATE,
      run: 1,
      processor: null,
      level: null,
      again: false,
    } as const;
    const { requests } = await carryOut({ ...place, ports }, act, false);
    expect(requests.length).toBeGreaterThan(0);
    expect(new Set(requests.map(({ answer }) => answer))).toEqual(
      new Set(['held back: it is a backfill that triggers nothing']),
    );
    expect(ports.published).toHaveLength(before);
  });
});
