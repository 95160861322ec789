import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { TOPICS } from '../../../generated/topology.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { publishMessage } from '../../../reference/message/publisher.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const example = (name: string) =>
  EXAMPLES.find((found) => found.name === name)?.payload as Record<string, unknown>;
const RAW = example('player-box-scores-loaded');
const TOPIC = 'nba-phase2-raw-complete';

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error) => (error instanceof PipelineError ? error.code : error),
  );
}

describe('MSG-001 what goes out keeps the contract', () => {
  test.each(
    Object.entries(TOPICS)
      .filter(([, { dead_letter_topic }]) => dead_letter_topic !== null)
      .map(([topic, { messages }]) => [topic, messages[0]] as const),
  )('the contract’s example goes out on %s', async (topic, name) => {
    const ports = createMemoryPorts();
    const payload = EXAMPLES.find(({ message }) => message === name)?.payload as object;
    expect(await publishMessage(ports, topic, payload)).toEqual({ outcome: 'published', message_id: 'm1' });
    expect(ports.published).toMatchObject([{ topic, message: payload }]);
  });

  test('it carries attributes, and the log names it without its payload', async () => {
    const ports = createMemoryPorts();
    await publishMessage(ports, TOPIC, RAW);
    const attributes = {
      processor_name: 'bdl_player_boxscores',
      phase: 'phase_2_raw',
      game_date: '2024-01-15',
      correlation_id: RAW['correlation_id'],
      execution_id: RAW['execution_id'],
    };
    expect(ports.published[0]?.attributes).toEqual(attributes);
    expect(ports.lines).toEqual([
      {
        level: 'info',
        sentence: `published on ${TOPIC}`,
        fields: {
          ...attributes,
          event: 'message_published',
          topic: TOPIC,
          message_id: 'm1',
          status: 'success',
        },
      },
    ]);
  });

  test.each([
    ['MSG-002 a field left out', { backfill_reason: undefined }],
    ['a field of its own', { shiny: 1 }],
    ['failed without an error', { status: 'failed' }],
    ['partial without a failed record', { status: 'partial' }],
    ['no_data with records', { status: 'no_data' }],
    ['correlation_id null', { correlation_id: null }],
  ])('%s is refused', async (_name, changes) => {
    const ports = createMemoryPorts();
    expect(await codeOf(publishMessage(ports, TOPIC, { ...RAW, ...changes }))).toBe(
      'INVALID_OUTGOING_MESSAGE',
    );
    expect(ports.published).toEqual([]);
  });

  test.each(['nba-phase2-raw-completed', 'nba-phase2-raw-complete-dlq'])(
    'TOPO-001 %s is no topic to send to',
    async (topic) => {
      expect(await codeOf(publishMessage(createMemoryPorts(), topic, RAW))).toBe('INVALID_OUTGOING_MESSAGE');
    },
  );
});

describe('BACK-001 skip_downstream_trigger', () => {
  test('holds a message back after Phase 1', async () => {
    const ports = createMemoryPorts();
    const message = { ...RAW, skip_downstream_trigger: true };
    expect(await publishMessage(ports, TOPIC, message)).toEqual({ outcome: 'skipped' });
    expect(ports.published).toEqual([]);
  });

  test('goes over the wire in Phase 1', async () => {
    const ports = createMemoryPorts();
    await publishMessage(
      ports,
      'nba-phase1-scrapers-complete',
      example('historical-load-without-downstream'),
    );
    expect(ports.published).toHaveLength(1);
  });
});

test('ACK-005 a refused publish is an error and never a null', async () => {
  const ports = createMemoryPorts();
  ports.faults.publish = () => 'refuse';
  expect(await codeOf(publishMessage(ports, TOPIC, RAW))).toBe('BROKER_UNAVAILABLE');
});
