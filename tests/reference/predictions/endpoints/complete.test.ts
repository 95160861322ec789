import { describe, expect, test } from 'vitest';
import type { PredictionsComplete } from '../../../../generated/models.ts';
import { createMemoryPorts, type MemoryPorts } from '../../memory-ports.ts';
import { writeDocuments } from '../../write-documents.ts';
import {
  ADDRESS,
  BATCH_PATH,
  batchDocument,
  COMPLETES,
  completion,
  FAILED,
  GAME_DATE,
  lookup,
  NOON_UTC,
  newInstance,
  playerDocument,
  REQUESTS,
  readSchedule,
  readyPorts,
  resultOf,
  SCRAPER_RUN,
  sent,
} from '../fixtures.ts';

/** A running batch of as many players as asked, without its feature store. */
async function runningPorts(players: number): Promise<MemoryPorts> {
  const ports = await readyPorts(0);
  await writeDocuments(ports.documents, [
    { path: BATCH_PATH, value: batchDocument({ players_requested: players }) },
  ]);
  await writeDocuments(
    ports.documents,
    Array.from({ length: players }, (_, n) => ({
      path: `${BATCH_PATH}/players/${lookup(n + 1)}`,
      value: playerDocument({ player_lookup: lookup(n + 1) }),
    })),
  );
  return ports;
}

const result = (n: number, changes = {}) =>
  resultOf({ batch_id: 'batch-1', player_lookup: lookup(n) }, changes);

describe('COORD-007 a result counts once, and only if its batch requested the player', () => {
  test('a result and its repeat', async () => {
    const ports = await runningPorts(2);
    for (const _ of [1, 2]) expect(await newInstance(ports).complete(result(1))).toEqual({ status: 204 });
    const counts = { players_completed: 1, players_open: 1, coverage_percent: 50 };
    expect((await newInstance(ports).status({ game_date: GAME_DATE })).body).toMatchObject(counts);
  });

  test.each([
    ['of another batch', result(1, { batch_id: 'batch-0' })],
    ['of a player whom nobody requested', result(9)],
    ['of a player whose key is no document id', result(1, { player_lookup: '../../x' })],
    ['of a player whose key is reserved', result(1, { player_lookup: '__all__' })],
    ['of another date', result(1, { game_date: '2024-01-16' })],
    ['of another run', result(1, { run: 2 })],
  ])('a result %s is acked and changes nothing', async (_, stranger) => {
    const ports = await runningPorts(1);
    const before = structuredClone([...ports.stored]);
    expect(await newInstance(ports).complete(stranger)).toEqual({ status: 204 });
    expect([[...ports.stored], ports.published]).toEqual([before, []]);
  });

  test.each([
    ['without batch_id', { ...result(1), batch_id: undefined }],
    ['with a status that is none', result(1, { status: 'done' })],
    ['of a success without points', result(1, { predicted_points: null })],
  ])('ACK-002 a result %s is answered 400 and changes nothing', async (_, invalid) => {
    const ports = await runningPorts(1);
    const before = structuredClone([...ports.stored]);
    expect((await newInstance(ports).complete(invalid)).status).toBe(400);
    expect([...ports.stored]).toEqual(before);
  });
});

describe('COORD-008 the completion of the batch is announced once, with its coverage', () => {
  test('every field of the announcement', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger(completion({ backfill_mode: true, backfill_reason: 'reprocessing' }));
    await ports.clock.advance(90_000);
    for (const request of sent(ports, REQUESTS)) {
      const is_failed = [lookup(1), lookup(2)].includes(request.player_lookup);
      await newInstance(ports).complete(resultOf(request, is_failed ? FAILED : {}));
    }
    const { batch_id, execution_id } = sent(ports, REQUESTS)[0] ?? {};
    expect(sent<PredictionsComplete>(ports, COMPLETES)).toEqual([
      {
        ...completion(),
        processor_name: 'prediction_coordinator',
        phase: 'phase_5_predictions',
        execution_id,
        output_table: 'player_predictions',
        status: 'partial',
        record_count: 98,
        records_failed: 2,
        timestamp: '2024-01-15T12:01:30.000Z',
        duration_seconds: 90,
        parent_processor: 'ml_feature_store_v2',
        trigger_message_id: '9001',
        backfill_mode: true,
        backfill_reason: 'reprocessing',
        metadata: {
          run: 1,
          batch_id,
          players_requested: 100,
          players_completed: 98,
          players_failed: 2,
          coverage_percent: 98,
          upstream: [
            {
              processor: 'ml_feature_store_v2',
              execution_id: completion().execution_id,
              correlation_id: SCRAPER_RUN,
            },
          ],
        },
      },
    ]);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      state: 'complete',
      completed_at: '2024-01-15T12:01:30.000Z',
      announced_round: 1,
      claimed_by: null,
    });
    expect(ports.history.get(String(execution_id))).toMatchObject({ status: 'partial', record_count: 98 });
  });

  test('a repeat after the end does not announce again', async () => {
    const ports = await runningPorts(1);
    for (const _ of [1, 2, 3]) await newInstance(ports).complete(result(1));
    expect(sent(ports, COMPLETES)).toHaveLength(1);
  });

  test('coverage below the contract alerts', async () => {
    const ports = await runningPorts(2);
    await newInstance(ports).complete(result(1));
    await newInstance(ports).complete(result(2, FAILED));
    const alert = ports.lines.find((line) => line.fields['alert'] === 'low_coverage');
    expect(alert).toMatchObject({
      level: 'error',
      fields: { alert_severity: 'critical', coverage_percent: 50 },
    });
  });

  test('while another instance announces, a last result is not acked', async () => {
    const ports = await runningPorts(1);
    const claim = { claimed_by: 'other', claim_expires_at: '2024-01-15T12:00:59.000Z' };
    await writeDocuments(ports.documents, [
      { path: BATCH_PATH, value: batchDocument({ state: 'complete', ...claim }) },
    ]);
    expect(await newInstance(ports).complete(result(1))).toEqual({
      status: 503,
      body: { status: 'announcing_elsewhere', ...ADDRESS },
    });
  });

  test('a success after the end still counts, and is not announced again', async () => {
    const ports = await runningPorts(1);
    await newInstance(ports).complete(result(1, FAILED));
    await newInstance(ports).complete(result(1, { execution_id: SCRAPER_RUN }));
    expect(sent(ports, COMPLETES)).toMatchObject([{ status: 'failed', error_type: 'NO_PREDICTIONS' }]);
    expect((await newInstance(ports).status({ game_date: GAME_DATE })).body).toMatchObject({
      players_completed: 1,
    });
  });
});

describe('GET /status', () => {
  const at = async (now: string, ports: MemoryPorts) => {
    await ports.clock.advance(Date.parse(now) - Date.parse(NOON_UTC));
    return ports;
  };

  test.each([
    ['2024-01-15T14:59:59.000Z', 200, 'open'],
    ['2024-01-15T15:00:00.000Z', 503, 'missed'],
  ])('COORD-010 without any batch at %s is %i', async (now, status, sla) => {
    const ports = await at(now, await readyPorts(0));
    expect(await newInstance(ports).status()).toMatchObject({
      status,
      body: { ...ADDRESS, state: 'none', sla },
    });
  });

  test.each([
    ['an empty list of games', ['no_data'], 200, 'none'],
    ['a schedule that was filled and then empty', ['success', 'no_data'], 503, 'missed'],
    ['a schedule that was empty and then filled', ['no_data', 'success'], 503, 'missed'],
    ['a schedule that failed', ['failed'], 503, 'missed'],
    ['games whose trigger was lost', ['success'], 503, 'missed'],
  ] as const)('COORD-010 at the deadline without a batch and with %s', async (_, statuses, status, sla) => {
    const ports = await at('2024-01-15T15:00:00.000Z', createMemoryPorts(NOON_UTC));
    await readSchedule(ports, statuses);
    const asked = { method: 'GET', path: '/status', headers: { 'x-cloudscheduler': 'true' } };
    expect(await newInstance(ports).call(asked)).toMatchObject({ status, body: { state: 'none', sla } });
    expect(ports.notices).toMatchObject([{ alert: 'daily_summary', severity: 'info' }]);
    if (sla === 'none') expect(ports.notices[0]?.sentence).toContain('the list of games is empty');
  });

  test('COORD-010 a batch that exists is due, whatever the schedule says', async () => {
    const ports = await at('2024-01-15T15:00:00.000Z', await runningPorts(1));
    await readSchedule(ports, ['no_data']);
    expect(await newInstance(ports).status()).toMatchObject({ status: 503, body: { sla: 'missed' } });
  });

  test('COORD-010 after the deadline with coverage is 200', async () => {
    const ports = await runningPorts(1);
    await newInstance(ports).complete(result(1));
    await at('2024-01-15T18:00:00.000Z', ports);
    expect(await newInstance(ports).status()).toMatchObject({ status: 200, body: { sla: 'met' } });
  });

  test.each([{ game_date: '15.01.2024' }, { game_date: '' }, { run: '0' }, { run: 'two' }, { run: '' }])(
    'the query %j is answered 400',
    async (query) => {
      expect((await newInstance(await readyPorts(0)).status({ ...query })).status).toBe(400);
    },
  );

  test('the run of the query is the one that is told', async () => {
    const answer = await newInstance(await runningPorts(1)).status({ game_date: GAME_DATE, run: '2' });
    expect(answer.body).toMatchObject({ run: 2, state: 'none' });
  });

  test('the process says that it serves', async () => {
    const answer = await newInstance(await readyPorts(0)).call({ method: 'GET', path: '/health' });
    expect(answer.status).toBe(200);
  });
});
