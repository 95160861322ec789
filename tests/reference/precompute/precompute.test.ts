import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { createPrecompute } from '../../../reference/precompute/service.ts';
import { push, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const TRIGGER = EXAMPLES.find(({ name }) => name === 'level-1-after-the-fan-in')?.payload as {
  metadata: { upstream: unknown };
};

function start(ports = createMemoryPorts()) {
  const handler = createShell(createPrecompute(ports, SETTINGS), ports.log);
  const trigger = async (processors: string[], changes: object = {}, message_id = 'm-1') => {
    const metadata = { ...TRIGGER.metadata, processors };
    return (await handler(push('/process', { ...TRIGGER, metadata, ...changes }, message_id))).status;
  };
  return { ports, trigger };
}

const sent = (ports: ReturnType<typeof createMemoryPorts>) =>
  ports.published.map(({ topic, message }) => [topic, message['processor_name']]);

describe('IDEM-003 a trigger runs what it names, once', () => {
  test('each named processor completes on the cascade’s topic, also under an alias', async () => {
    const { ports, trigger } = start();
    expect(await trigger(['team_defense_zone', 'PlayerDailyCacheProcessor', 'player_daily_cache'])).toBe(200);
    expect(sent(ports)).toEqual([
      ['nba-phase4-processor-complete', 'team_defense_zone_analysis'],
      ['nba-phase4-processor-complete', 'player_daily_cache'],
    ]);
    expect(ports.published[0]?.message).toMatchObject({
      parent_processor: 'phase3-to-phase4-orchestrator',
      metadata: { level: 1, run: 1 },
    });
  });

  test('a repeat under the same or another messageId has no effect', async () => {
    const { ports, trigger } = start();
    await trigger(['player_daily_cache']);
    expect([await trigger(['player_daily_cache']), await trigger(['player_daily_cache'], {}, 'm-2')]).toEqual(
      [200, 200],
    );
    expect(ports.published).toHaveLength(1);
  });

  test('ACK-003 one unknown name refuses the whole trigger', async () => {
    const { ports, trigger } = start();
    expect(await trigger(['player_daily_cache', 'player_weekly_cache'])).toBe(400);
    expect([ports.published.length, ports.stored.size]).toEqual([0, 0]);
  });

  test('a trigger that failed starts nothing', async () => {
    const { ports, trigger } = start();
    const failed = { status: 'failed', error_message: 'x', error_type: 'x' };
    expect(await trigger(['player_daily_cache'], failed)).toBe(200);
    expect(ports.stored.size).toBe(0);
  });

  test('a processor that another delivery runs does not stop the others; the delivery is nacked afterwards', async () => {
    const { ports, trigger } = start();
    await ports.documents.update('processor_claims/player_shot_zone_analysis.2024-01-15.r1', () => [
      { state: 'running', held_by: 'else', owner: 'else', lease_expires_at: '2024-01-15T12:00:00.000Z' },
      null,
    ]);
    expect(await trigger(['player_shot_zone_analysis', 'player_daily_cache'])).toBe(409);
    expect(sent(ports)).toEqual([['nba-phase4-processor-complete', 'player_daily_cache']]);
  });

  test('ACK-006 a store that is away nacks the trigger', async () => {
    const { ports, trigger } = start();
    ports.faults.store = () => 'refuse';
    expect(await trigger(['player_daily_cache'])).toBe(503);
  });
});

describe('the feature store tells Phase 5', () => {
  test('on two topics under one execution_id, with its counts, also when it is empty', async () => {
    const { ports, trigger } = start();
    await trigger(['ml_feature_store_v2']);
    expect(ports.published.map(({ topic }) => topic)).toEqual([
      'nba-phase4-processor-complete',
      'nba-phase4-precompute-complete',
    ]);
    expect(new Set(ports.published.map(({ message }) => message['execution_id'])).size).toBe(1);
    expect(ports.published[1]?.message).toMatchObject({
      status: 'no_data',
      metadata: { level: 3, players_ready: 0, players_total: 0, players_failed: 0 },
    });
  });

  test('L12 a second topic that refused is made up for by the redelivery, the first is not repeated', async () => {
    const { ports, trigger } = start();
    ports.faults.publish = (topic) => (topic === 'nba-phase4-precompute-complete' ? 'refuse' : undefined);
    expect(await trigger(['ml_feature_store_v2'])).toBe(503);
    ports.faults.publish = () => undefined;
    expect(await trigger(['ml_feature_store_v2'])).toBe(200);
    expect(ports.published.map(({ topic }) => topic)).toEqual([
      'nba-phase4-processor-complete',
      'nba-phase4-precompute-complete',
    ]);
  });
});
