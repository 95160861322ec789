import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { ORCHESTRATORS } from '../../../generated/topology.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { decideLevel, type ProcessDateCall } from '../../../reference/precompute/process-date.ts';
import { createPrecompute } from '../../../reference/precompute/service.ts';
import { request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DATE = '2024-01-15';
const LEVEL_1 = ORCHESTRATORS['phase3-to-phase4-orchestrator'].levels[0];

function ranAt(processor_name: string, minute: number, status = 'success'): ProcessorRunHistory {
  return {
    processor_name,
    phase: 'phase_3_analytics',
    status,
    game_date: DATE,
    run: 1,
    execution_id: `00000000-0000-4000-8000-0000000000${String(minute).padStart(2, '0')}`,
    correlation_id: `00000000-0000-4000-8000-0000000000${String(minute).padStart(2, '0')}`,
    finished_at: `2024-01-15T10:${String(minute).padStart(2, '0')}:00.000Z`,
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
  } as ProcessorRunHistory;
}

const ALL_FIVE = LEVEL_1.waits_for.map((name, index) => ranAt(name, 10 + index));

function start(runs: readonly ProcessorRunHistory[]) {
  const ports = createMemoryPorts('2024-01-15T11:00:00.000Z');
  for (const run of runs) ports.history.set(run.execution_id, run);
  const handler = createShell(createPrecompute(ports, SETTINGS), ports.log);
  const call = (body: unknown, headers = {}) => handler(request('POST', '/process-date', body, headers));
  return { ports, call };
}

describe('POST /process-date runs a level without its trigger', () => {
  test('every processor of the level, for today in Pacific time, caused by the run that ended last', async () => {
    const { ports, call } = start(ALL_FIVE);
    const answered = await call({ level: 1 }, { 'x-cloudscheduler': 'true' });
    expect(answered).toMatchObject({ status: 200, body: { status: 'processed', game_date: DATE, run: 1 } });
    expect(ports.published.map(({ message }) => message['processor_name'])).toEqual([...LEVEL_1.runs]);
    expect(ports.published[0]?.message).toMatchObject({
      trigger_source: 'scheduler',
      trigger_message_id: null,
      parent_processor: LEVEL_1.waits_for.at(-1),
      correlation_id: ALL_FIVE.at(-1)?.correlation_id,
    });
  });

  test('a second call finds everything done and publishes nothing', async () => {
    const { ports, call } = start(ALL_FIVE);
    await call({ level: 1 });
    expect((await call({ level: 1 })).status).toBe(200);
    expect(ports.published).toHaveLength(LEVEL_1.runs.length);
  });

  test('a level whose inputs are not complete is refused with 503 and leaves no trace', async () => {
    const { ports, call } = start(ALL_FIVE.slice(1));
    expect(await call({ level: 1 })).toMatchObject({
      status: 503,
      body: { status: 'waiting', missing: [LEVEL_1.waits_for[0]] },
    });
    expect([ports.published.length, ports.stored.size]).toEqual([0, 0]);
  });

  test('a body without a level, or with a field that the contract lacks, is refused with 400', async () => {
    const { call } = start(ALL_FIVE);
    const statuses = [await call(''), await call({ level: 4 }), await call({ level: 1, date: DATE })];
    expect(statuses.map(({ status }) => status)).toEqual([400, 400, 400]);
  });
});

describe('BACK-001 a level that only a backfill has prepared triggers nobody', () => {
  const silent = ALL_FIVE.map((run) => ({ ...run, skip_downstream_trigger: true }));

  test('its processors run and publish nothing', async () => {
    const { ports, call } = start(silent);
    expect(await call({ level: 1 })).toMatchObject({ status: 200, body: { status: 'processed' } });
    expect(ports.published).toEqual([]);
    const ran = [...ports.history.values()].filter(({ phase }) => phase === 'phase_4_precompute');
    expect(ran.map((run) => run.skip_downstream_trigger)).toEqual([true, true, true]);
  });

  test('a backfill does not stand in for a live run that is missing', async () => {
    const [backfilled, ...live] = ALL_FIVE;
    const runs = backfilled ? [{ ...backfilled, skip_downstream_trigger: true }, ...live] : [];
    expect(await start(runs).call({ level: 1 })).toMatchObject({
      status: 503,
      body: { missing: [LEVEL_1.waits_for[0]] },
    });
  });
});

describe('decideLevel keeps the order of the levels', () => {
  const call: ProcessDateCall = { level: 1, game_date: DATE, run: 1, trigger_source: 'manual' };

  test('a failed run does not count, a later success of the same processor does', () => {
    const [first, ...others] = ALL_FIVE;
    const failed = ranAt(LEVEL_1.waits_for[0], 20, 'failed');
    expect(decideLevel(call, [failed, ...others]).outcome).toBe('waiting');
    expect(decideLevel(call, [failed, ...others, ...(first ? [first] : [])]).outcome).toBe('due');
  });

  test('level 3 waits for level 2', () => {
    const level_1_done = LEVEL_1.runs.map((name, index) => ranAt(name, 30 + index));
    expect(decideLevel({ ...call, level: 3 }, level_1_done)).toEqual({
      outcome: 'waiting',
      missing: ['player_composite_factors'],
    });
  });
});
