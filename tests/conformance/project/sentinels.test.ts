import { describe, expect, test } from 'vitest';
import type { Payload } from '../../../conformance/history/events.ts';
import { createCausalOrder } from '../../../conformance/project/listening/observe.ts';
import {
  ownSubscription,
  runId,
  runOfSubscription,
} from '../../../conformance/project/listening/subscriptions.ts';
import { createSentinels } from '../../../conformance/project/sentinels.ts';
import { untilWhole } from '../../../conformance/project/side.ts';

const FAN_IN = 'phase3-to-phase4-orchestrator';

/** Sentinels whose triggers come when the test says so. */
function stage() {
  const sent: Payload[] = [];
  const told: string[] = [];
  const waiting: ((arrived: boolean) => void)[] = [];
  let dates = 0;
  const sentinels = createSentinels({
    nextDate: () => `2139-12-${31 - dates++}`,
    publish: async (_, message) => void sent.push(message),
    triggered: () => new Promise((resolve) => waiting.push(resolve)),
    tell: (sentence) => void told.push(sentence),
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };
  return { sentinels, sent, told, waiting, until };
}

describe('a sentinel', () => {
  test('is a complete set for a date of its own, and passes when its trigger comes', async () => {
    const { sentinels, sent, waiting, until } = stage();
    let passed = false;
    const passing = sentinels.pass(FAN_IN).then(() => {
      passed = true;
    });
    await until(() => waiting.length === 1);
    expect(sent.map(({ game_date }) => game_date)).toEqual(Array(5).fill('2139-12-31'));
    expect(new Set(sent.map(({ processor_name }) => processor_name)).size).toBe(5);
    expect(passed).toBe(false);
    waiting[0]?.(true);
    await passing;
    expect(passed).toBe(true);
  });
  test('is shared by everybody who asks while another is on its way', async () => {
    const { sentinels, sent, waiting, until } = stage();
    const first = sentinels.pass(FAN_IN);
    const others = [sentinels.pass(FAN_IN), sentinels.pass(FAN_IN)];
    await until(() => waiting.length === 1);
    waiting[0]?.(true);
    await first;
    await until(() => waiting.length === 2);
    waiting[1]?.(true);
    await Promise.all(others);
    expect(sent).toHaveLength(10);
    expect(waiting).toHaveLength(2);
  });
  test('that got lost is told once, and none follows', async () => {
    const { sentinels, sent, told, waiting, until } = stage();
    const first = sentinels.pass('phase4-orchestrator');
    await until(() => waiting.length === 1);
    waiting[0]?.(false);
    await first;
    await sentinels.pass('phase4-orchestrator');
    expect(told).toEqual([
      expect.stringContaining('phase4-orchestrator sent no trigger for the complete set'),
    ]);
    expect(sent).toHaveLength(3);
  });
  test('does not exist for a component that answers to single messages', async () => {
    const { sentinels, sent } = stage();
    await sentinels.pass('phase5-worker');
    expect(sent).toEqual([]);
  });
});

describe('the order of a record', () => {
  const delivery = (message_id: string) =>
    ({ kind: 'delivery', message_id, sequence: 1, at_ms: 0, marks: [] }) as unknown as Parameters<
      ReturnType<typeof createCausalOrder>['onEvent']
    >[0];
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  test('puts an effect that was heard first behind its cause', async () => {
    const { take, onEvent, stop } = createCausalOrder();
    const record: string[] = [];
    take('17', () => record.push('effect of 17'));
    take('', () => record.push('17'));
    onEvent(delivery('17'));
    await turn();
    take('17', () => record.push('another effect of 17'));
    expect(record).toEqual(['17', 'effect of 17', 'another effect of 17']);
    stop();
  });
  test('does not wait for ever for a cause that nobody has heard of', async () => {
    const { take, stop } = createCausalOrder(1);
    await new Promise<void>((resolve) => take('made up', resolve));
    stop();
  });
});

describe('waiting for a case', () => {
  test('ends when all is there, however often something came before', async () => {
    let progress = 0;
    const recorder = { until: async () => ++progress > 0 };
    expect(await untilWhole(recorder, () => ({ is_whole: progress === 3, progress }), 1)).toBe(true);
  });
  test('ends when nothing comes any more', async () => {
    const recorder = { until: async () => false };
    expect(await untilWhole(recorder, () => ({ is_whole: false, progress: 0 }), 1)).toBe(false);
  });
});

describe('the name of a subscription', () => {
  test('tells the run that made it, and when that began', () => {
    const run = runId(Date.UTC(2026, 10, 27, 6, 15));
    expect(run).toMatch(/^20261127t0615[0-9a-f]{4}$/);
    const name = `projects/p/subscriptions/${ownSubscription('nba-phase4-trigger', run)}`;
    expect(runOfSubscription(name)).toBe(run);
  });
  test.each(['nba-phase4-trigger-sub', 'conformance-by-hand'])('%s is none of the judge’s', (name) => {
    expect(runOfSubscription(`projects/p/subscriptions/${name}`)).toBeUndefined();
  });
});
