import { describe, expect, test } from 'vitest';
import type { PredictionReady, PredictionRequest } from '../../../../generated/models.ts';
import { createShell } from '../../../../reference/http/shell.ts';
import { createWorker } from '../../../../reference/predictions/worker.ts';
import { createMemoryPorts, type MemoryPorts } from '../../memory-ports.ts';
import {
  FEATURE_RUN,
  FEATURE_TABLE,
  featureRow,
  GAME_DATE,
  lookup,
  NOON_UTC,
  push,
  SCRAPER_RUN,
  SETTINGS,
  sent,
} from '../fixtures.ts';

const READY = 'nba-phase5-prediction-ready';
const PREDICTIONS = { dataset: 'nba_predictions', table: 'player_predictions' };

function request(changes: Partial<PredictionRequest> = {}): PredictionRequest {
  return {
    batch_id: 'batch-1',
    player_lookup: lookup(1),
    game_date: GAME_DATE,
    run: 1,
    attempt: 1,
    execution_id: FEATURE_RUN,
    correlation_id: SCRAPER_RUN,
    timestamp: NOON_UTC,
    backfill_mode: false,
    backfill_reason: null,
    ...changes,
  };
}

async function portsWith(...players: readonly number[]): Promise<MemoryPorts> {
  const ports = createMemoryPorts(NOON_UTC);
  for (const n of players)
    await ports.warehouse.putRow(FEATURE_TABLE, GAME_DATE, 1, lookup(n), featureRow(n));
  return ports;
}

/** Deliver to a fresh worker, as after a restart. */
async function predict(ports: MemoryPorts, message: object, message_id = '7'): Promise<number> {
  const worker = createShell(createWorker(ports, SETTINGS), ports.log);
  const body = push(message, message_id);
  return (await worker({ method: 'POST', path: '/predict', query: {}, headers: {}, body })).status;
}

describe('a request is predicted', () => {
  test('the estimate is stored, published and in the history', async () => {
    const ports = await portsWith(1);
    expect(await predict(ports, request({ backfill_mode: true, backfill_reason: 'reprocessing' }))).toBe(204);
    const execution_id = [...ports.history.keys()][0];
    // 11 minutes at 18 points per 36, with all factors at 1.
    expect(await ports.warehouse.row(PREDICTIONS, GAME_DATE, 1, lookup(1))).toEqual({
      player_lookup: lookup(1),
      player_name: 'Player 1',
      team: 'PHI',
      opponent: 'HOU',
      predicted_points: 5.5,
      minutes: 11,
      rate_per_36: 18,
      matchup_factor: 1,
      pace_factor: 1,
      venue_factor: 1,
      rest_factor: 1,
      batch_id: 'batch-1',
      attempt: 1,
      execution_id,
      correlation_id: SCRAPER_RUN,
      predicted_at: NOON_UTC,
    });
    expect(sent<PredictionReady>(ports, READY)).toEqual([
      {
        batch_id: 'batch-1',
        player_lookup: lookup(1),
        game_date: GAME_DATE,
        run: 1,
        attempt: 1,
        execution_id,
        correlation_id: SCRAPER_RUN,
        status: 'success',
        predicted_points: 5.5,
        timestamp: NOON_UTC,
        duration_seconds: 0,
        error_message: null,
        error_type: null,
      },
    ]);
    expect(ports.history.get(String(execution_id))).toMatchObject({
      processor_name: 'prediction_worker',
      status: 'success',
      record_count: 1,
      trigger_message_id: '7',
      parent_processor: 'prediction_coordinator',
      backfill_mode: true,
      backfill_reason: 'reprocessing',
      upstream: [
        { processor: 'prediction_coordinator', execution_id: FEATURE_RUN, correlation_id: SCRAPER_RUN },
      ],
    });
  });

  test('a repeat, under the same or another messageId, has no effect', async () => {
    const ports = await portsWith(1);
    for (const message_id of ['7', '7', '8']) expect(await predict(ports, request(), message_id)).toBe(204);
    expect([sent(ports, READY).length, ports.history.size]).toEqual([1, 1]);
  });

  test('another batch predicts the player again', async () => {
    const ports = await portsWith(1);
    await predict(ports, request());
    await predict(ports, request({ batch_id: 'batch-2' }));
    expect(sent<PredictionReady>(ports, READY).map((ready) => ready.batch_id)).toEqual([
      'batch-1',
      'batch-2',
    ]);
  });

  test('ACK-002 an invalid request is answered 400 and leaves no state', async () => {
    const ports = await portsWith(1);
    expect(await predict(ports, { ...request(), attempt: 0 })).toBe(400);
    expect([...ports.stored]).toEqual([]);
  });
});

describe('a player without usable features', () => {
  test.each([
    ['no row', undefined, 'found none'],
    ['a row that is not ready', featureRow(1, false), 'found one that is not ready (no_minutes)'],
  ])('%s is a failed result, which is acked and not repeated', async (_, row, found) => {
    const ports = await portsWith();
    if (row !== undefined) await ports.warehouse.putRow(FEATURE_TABLE, GAME_DATE, 1, lookup(1), row);
    for (const _delivery of [1, 2]) expect(await predict(ports, request())).toBe(204);
    expect(sent(ports, READY)).toMatchObject([
      { status: 'failed', predicted_points: null, error_type: 'FEATURES_MISSING' },
    ]);
    expect(sent<PredictionReady>(ports, READY)[0]?.error_message).toContain(found);
    expect(await ports.warehouse.rows(PREDICTIONS, GAME_DATE, 1)).toEqual([]);
    expect([...ports.history.values()]).toMatchObject([{ status: 'failed', error_type: 'FEATURES_MISSING' }]);
  });

  test('is predicted by a later attempt once his features are there', async () => {
    const ports = await portsWith();
    await predict(ports, request());
    await ports.warehouse.putRow(FEATURE_TABLE, GAME_DATE, 1, lookup(1), featureRow(1));
    await predict(ports, request({ attempt: 2 }));
    const results = sent<PredictionReady>(ports, READY);
    expect(results.map((ready) => ready.status)).toEqual(['failed', 'success']);
    expect(results.map((ready) => ready.attempt)).toEqual([1, 2]);
    expect(results[0]?.execution_id).not.toBe(results[1]?.execution_id);
  });
});

describe('a coordinator that asks again has not heard the result', () => {
  test('a later attempt is told the same result once, under the same execution_id', async () => {
    const ports = await portsWith(1);
    await predict(ports, request());
    for (const _ of [1, 2]) expect(await predict(ports, request({ attempt: 2 }))).toBe(204);
    const [first, second, ...more] = sent<PredictionReady>(ports, READY);
    expect(second).toEqual(first);
    expect([more.length, ports.history.size]).toEqual([0, 1]);
  });

  test('an older batch is told its own result, although another one has predicted the player since', async () => {
    const ports = await portsWith(1);
    await predict(ports, request());
    await predict(ports, request({ batch_id: 'batch-2' }));
    await predict(ports, request({ attempt: 2 }));
    const [first, other, again] = sent<PredictionReady>(ports, READY);
    expect(again).toEqual(first);
    expect(other?.batch_id).toBe('batch-2');
  });

  test('IDEM-009 a late repeat of an attempt that failed is answered no second time', async () => {
    const ports = await portsWith();
    for (const attempt of [1, 2, 1, 2]) await predict(ports, request({ attempt }));
    expect(sent<PredictionReady>(ports, READY).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });
});

describe('ACK-001 a request is acked only after its result is confirmed', () => {
  test('a refused publish is nacked, and the redelivery publishes the same result', async () => {
    const ports = await portsWith(1);
    ports.faults.publish = () => 'refuse';
    expect(await predict(ports, request())).toBe(503);
    ports.faults.publish = () => undefined;
    expect(await predict(ports, request())).toBe(204);
    expect([sent(ports, READY).length, ports.history.size]).toEqual([1, 1]);
  });

  test('while another instance works on it, it is nacked', async () => {
    const ports = await portsWith(1);
    let answers: Promise<number>[] = [];
    answers = [predict(ports, request()), predict(ports, request())];
    expect((await Promise.all(answers)).sort()).toEqual([204, 409]);
    expect(sent(ports, READY)).toHaveLength(1);
  });
});
