import { describe, expect, test } from 'vitest';
import type { PredictionPlayer } from '../../../../generated/models.ts';
import { anyhow, createMemoryPorts } from '../../memory-ports.ts';
import {
  ADDRESS,
  BATCH_PATH,
  completion,
  FEATURE_RUN,
  GAME_DATE,
  lookup,
  NOON_UTC,
  newInstance,
  phase4Run,
  REQUESTS,
  readyPorts,
  SCRAPER_RUN,
  seedPhase4,
  sent,
} from '../fixtures.ts';

describe('COORD-001 a ready feature store starts one batch with one request for each ready player', () => {
  test('the requests carry batch, player, attempt and correlation_id, and the batch runs', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 100, total: 150 });
    const answer = await newInstance(ports).trigger();

    const batch_id = '2024-01-15.r1.1-00000002';
    expect(answer).toEqual({ status: 202, body: { status: 'started', ...ADDRESS, batch_id, requests: 100 } });
    const requests = sent(ports, REQUESTS);
    expect(requests.map((request) => request.player_lookup).sort()).toEqual(
      Array.from({ length: 100 }, (_, n) => lookup(n + 1)),
    );
    expect(requests[0]).toEqual({
      batch_id,
      player_lookup: lookup(1),
      ...ADDRESS,
      attempt: 1,
      execution_id: requests[1]?.execution_id,
      correlation_id: SCRAPER_RUN,
      timestamp: NOON_UTC,
      backfill_mode: false,
      backfill_reason: null,
    });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      state: 'running',
      round: 1,
      players_total: 150,
      players_requested: 100,
      degraded: false,
      claimed_by: null,
    });
  });

  test('batch and all players are stored before the first request goes out', async () => {
    const ports = await readyPorts(100);
    const seen: number[] = [];
    ports.faults.publish = () => {
      seen.push([...ports.stored.keys()].filter((path) => path.startsWith(`${BATCH_PATH}/players/`)).length);
      return undefined;
    };
    await newInstance(ports).trigger();
    expect(seen[0]).toBe(100);
    expect(ports.stored.get(`${BATCH_PATH}/players/${lookup(100)}`)).toMatchObject({ state: 'requested' });
  });

  test('its run is in the history with the feature store as upstream, while the batch is running', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    const [run] = await ports.warehouse.runs({ processor_name: 'prediction_coordinator' });
    expect(run).toMatchObject({
      execution_id: sent(ports, REQUESTS)[0]?.execution_id,
      correlation_id: SCRAPER_RUN,
      status: 'success',
      record_count: 100,
      trigger_source: 'pubsub',
      trigger_message_id: '9001',
      upstream: [
        { processor: 'ml_feature_store_v2', execution_id: FEATURE_RUN, correlation_id: SCRAPER_RUN },
      ],
    });
  });

  test('BACK-003 backfill_mode and backfill_reason travel to the requests', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger(completion({ backfill_mode: true, backfill_reason: 'reprocessing' }));
    expect(sent(ports, REQUESTS)[0]).toMatchObject({ backfill_mode: true, backfill_reason: 'reprocessing' });
  });

  test('CORR-002 a missing correlation_id is replaced by the execution_id of the feature store', async () => {
    const ports = await readyPorts(100);
    const { correlation_id: _, ...message } = completion();
    await newInstance(ports).trigger(message);
    expect(sent(ports, REQUESTS)[0]).toMatchObject({ correlation_id: FEATURE_RUN });
  });

  test('MSG-006 the class name of the feature store is understood', async () => {
    const ports = await readyPorts(100);
    const answer = await newInstance(ports).trigger(
      completion({ processor_name: 'MLFeatureStoreV2Processor' }),
    );
    expect(answer.status).toBe(202);
  });

  test('IDEM-004 run 2 of a date has a batch of its own', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    const rows = [{ player_lookup: lookup(1), ready: true, minutes: 10 }];
    const table = { dataset: 'nba_predictions', table: 'ml_feature_store_v2' };
    await ports.warehouse.replaceRows(table, GAME_DATE, 2, rows, (row) => String(row.player_lookup), anyhow);
    await ports.warehouse.recordRun(phase4Run({ run: 2, execution_id: SCRAPER_RUN, players_total: 1 }));
    const metadata = { run: 2, players_ready: 1, players_total: 1, players_failed: 0 };
    expect((await newInstance(ports).trigger(completion({ metadata }))).status).toBe(202);
    expect(ports.stored.get(`${BATCH_PATH}.r2`)).toMatchObject({ run: 2, players_requested: 1 });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ run: 1, players_requested: 100 });
  });
});

describe('a trigger that starts nothing', () => {
  test.each([
    ['COORD-004 of a past date', completion({ game_date: '2024-01-14' })],
    ['BACK-005 with skip_downstream_trigger', completion({ skip_downstream_trigger: true })],
    ['of a failed feature store', completion({ status: 'failed', error_message: 'no', error_type: 'E' })],
    ['of an empty feature store', completion({ status: 'no_data', record_count: 0 })],
  ])('%s is acked with 204 and leaves no state', async (_, message) => {
    const ports = await readyPorts(100);
    expect(await newInstance(ports).trigger(message)).toEqual({ status: 204 });
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
  });

  test('COORD-004 of a past date is told as a warning that can be watched, as long as it is no backfill', async () => {
    const late = completion({ game_date: '2024-01-14' });
    const told = async (message: object) => {
      const ports = await readyPorts(100);
      await newInstance(ports).trigger(message);
      return ports.lines.filter(({ sentence }) => sentence.startsWith('No batch is started for 2024-01-14'));
    };
    const { correlation_id } = late;
    expect(await told(late)).toEqual([
      {
        level: 'warn',
        sentence: expect.stringContaining('past in Pacific time'),
        fields: {
          event: 'trigger_too_late',
          phase: 'phase_4_precompute',
          correlation_id,
          game_date: '2024-01-14',
          run: 1,
        },
      },
    ]);
    const history = { ...late, backfill_mode: true, backfill_reason: 'reprocessing' };
    const [line, ...others] = await told(history);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ level: 'info' });
    expect(line?.fields).not.toHaveProperty('event');
  });

  test('COORD-004 of the day that has just ended in UTC starts, for in Los Angeles it goes on', async () => {
    const ports = createMemoryPorts('2024-01-16T07:59:59.000Z');
    await seedPhase4(ports, { ready: 100 });
    expect((await newInstance(ports).trigger()).status).toBe(202);
  });

  test('COORD-003 of a running batch is acked and requests nothing', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    const before = structuredClone([...ports.stored]);
    expect(await newInstance(ports).trigger()).toEqual({ status: 204 });
    expect(sent(ports, REQUESTS)).toHaveLength(100);
    expect([...ports.stored]).toEqual(before);
  });
});

describe('a trigger that is nacked', () => {
  test.each([
    ['an unknown processor', completion({ processor_name: 'ml_feature_store_v9' })],
    ['another Phase 4 processor', completion({ processor_name: 'player_daily_cache' })],
    ['a date that is none', completion({ game_date: '2024-02-30' })],
    ['missing counts', { ...completion(), metadata: { run: 1 } }],
  ])('ACK-002 with %s is answered 400 and leaves no state', async (_, message) => {
    const ports = await readyPorts(100);
    expect((await newInstance(ports).trigger(message)).status).toBe(400);
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
  });

  test('ACK-002 with a body that is no envelope is answered 400', async () => {
    const ports = await readyPorts(100);
    const answer = await newInstance(ports).call({ path: '/trigger', body: Buffer.from('hello') });
    expect(answer.status).toBe(400);
  });

  test('COORD-006 with too few ready players is answered 503, alerts and requests nothing', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 49, total: 400 });
    expect(await newInstance(ports).trigger()).toEqual({
      status: 503,
      body: { status: 'not_ready', ...ADDRESS, completed: true, players_ready: 49, players_total: 400 },
    });
    expect([ports.published, [...ports.stored]]).toEqual([[], []]);
    expect(ports.lines.filter((line) => line.fields['alert'] === 'insufficient_data')).toHaveLength(1);
  });

  test.each([
    ['no run', { completed: false }],
    ['only a failed run', { history: { status: 'failed' } }],
    ['only the run of another processor', { history: { processor_name: 'player_daily_cache' } }],
  ] as const)(
    'before the store has the feature run is answered 503 without an alert: %s',
    async (_, seed) => {
      const ports = createMemoryPorts(NOON_UTC);
      await seedPhase4(ports, { ready: 10, ...seed });
      expect(await newInstance(ports).trigger()).toMatchObject({ status: 503, body: { completed: false } });
      expect(ports.lines.filter((line) => 'alert' in line.fields)).toEqual([]);
    },
  );

  test('a later failure of the feature store takes its success not back', async () => {
    const ports = await readyPorts(100);
    const failed = phase4Run({
      status: 'failed',
      execution_id: SCRAPER_RUN,
      finished_at: '2024-01-15T11:30:00.000Z',
    });
    await ports.warehouse.recordRun(failed);
    expect((await newInstance(ports).trigger()).status).toBe(202);
  });
});

describe('BACK-004 predictions go by the live run of the feature store', () => {
  const silent = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };

  test('a backfill that ended after it is not what they name as upstream', async () => {
    const ports = await readyPorts(100);
    const later = { execution_id: SCRAPER_RUN, finished_at: '2024-01-15T11:30:00.000Z' };
    await ports.warehouse.recordRun(phase4Run({ ...silent, ...later }));
    await newInstance(ports).start({ game_date: GAME_DATE });
    const [run] = await ports.warehouse.runs({ processor_name: 'prediction_coordinator' });
    expect(run?.upstream.map(({ execution_id }) => execution_id)).toEqual([FEATURE_RUN]);
  });

  test('a backfill of the feature store does not complete a live cascade that has begun', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 10, history: silent });
    const begun = phase4Run({ processor_name: 'player_daily_cache', execution_id: SCRAPER_RUN });
    await ports.warehouse.recordRun(begun);
    expect(await newInstance(ports).trigger()).toMatchObject({ status: 503, body: { completed: false } });
  });

  test('a date that was only loaded can be predicted all the same', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 100, history: silent });
    expect((await newInstance(ports).start({ game_date: GAME_DATE })).status).toBe(202);
  });
});

describe('between the thresholds', () => {
  test('a trigger starts degraded and warns', async () => {
    const ports = createMemoryPorts(NOON_UTC);
    await seedPhase4(ports, { ready: 60, total: 120 });
    expect((await newInstance(ports).trigger()).status).toBe(202);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ degraded: true, players_requested: 60 });
    const alerts = ports.lines.map((line) => line.fields['alert']).filter((alert) => alert !== undefined);
    expect(alerts).toEqual(['degraded_start', 'player_gap']);
  });
});

test('COORD-002 concurrent triggers make one batch, and nobody is asked twice', async () => {
  const ports = await readyPorts(100);
  const answers = await Promise.all([1, 2, 3, 4].map(() => newInstance(ports).trigger()));
  expect(answers.map((answer) => answer.status).sort()).toEqual([202, 503, 503, 503]);
  expect(sent(ports, REQUESTS)).toHaveLength(100);
  expect(new Set(sent(ports, REQUESTS).map((request) => request.batch_id)).size).toBe(1);
  expect((await newInstance(ports).trigger()).status).toBe(204);
  const players = await ports.documents.query<PredictionPlayer>(`${BATCH_PATH}/players`, {
    state: 'requested',
  });
  expect(players).toHaveLength(100);
});
