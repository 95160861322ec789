import { describe, expect, test } from 'vitest';
import type { PredictionsComplete } from '../../../../generated/models.ts';
import type { MemoryPorts } from '../../memory-ports.ts';
import { writeDocuments } from '../../write-documents.ts';
import {
  ADDRESS,
  BATCH_PATH,
  batchDocument,
  COMPLETES,
  FAILED,
  FEATURE_TABLE,
  featureRow,
  GAME_DATE,
  lookup,
  newInstance,
  REQUESTS,
  readyPorts,
  resultOf,
  SCRAPER_RUN,
  sent,
} from '../fixtures.ts';

const TODAY = { game_date: GAME_DATE };
const NOBODY = { batch_id: '', player_lookup: '', attempt: 0 };
const WORKER_RUN_2 = '55a54008-ad1b-4a19-9c0c-a54008ad1bff';

/** A batch of 100 in which everybody is predicted but player 1, who failed, and player 2, who did not answer. */
async function stragglingPorts(): Promise<MemoryPorts> {
  const ports = await readyPorts(100);
  await newInstance(ports).trigger();
  for (const request of sent(ports, REQUESTS)) {
    if (request.player_lookup === lookup(2)) continue;
    const outcome = request.player_lookup === lookup(1) ? FAILED : {};
    await newInstance(ports).complete(resultOf(request, outcome));
  }
  return ports;
}

describe('COORD-009 a retry requests only ready players without a prediction', () => {
  test('failed, not answered, and ready only now, one attempt later and in a new round', async () => {
    const ports = await stragglingPorts();
    await ports.warehouse.putRow(FEATURE_TABLE, GAME_DATE, 1, lookup(101), featureRow(101));
    const answer = await newInstance(ports).retry(TODAY);
    expect(answer).toMatchObject({ status: 202, body: { status: 'retrying', ...ADDRESS, players: 3 } });
    const again = sent(ports, REQUESTS).slice(100);
    expect(again.map(({ player_lookup, attempt }) => [player_lookup, attempt])).toEqual([
      [lookup(1), 2],
      [lookup(2), 2],
      [lookup(101), 1],
    ]);
    expect(new Set(again.map((request) => request.execution_id)).size).toBe(1);
    expect(again[0]?.execution_id).not.toBe(sent(ports, REQUESTS)[0]?.execution_id);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      state: 'running',
      round: 2,
      players_requested: 101,
    });
  });

  test('and nobody when there are none', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    for (const request of sent(ports, REQUESTS)) await newInstance(ports).complete(resultOf(request));
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({
      status: 200,
      body: { status: 'nothing_to_retry' },
    });
    expect([sent(ports, REQUESTS).length, sent(ports, COMPLETES).length]).toEqual([100, 1]);
  });

  test('and nobody where there is no batch', async () => {
    const ports = await readyPorts(100);
    expect(await newInstance(ports).retry()).toEqual({
      status: 200,
      body: { status: 'no_batch', ...ADDRESS },
    });
  });

  test('COORD-005 without body and content type it is the business day', async () => {
    const ports = await stragglingPorts();
    const answer = await newInstance(ports).retry(undefined, { 'x-cloudscheduler': 'true' });
    expect(answer).toMatchObject({ status: 202, body: { ...ADDRESS, players: 2 } });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({
      trigger_source: 'scheduler',
      trigger_message_id: null,
    });
  });

  test('a body that is invalid is answered 400', async () => {
    const ports = await readyPorts(100);
    expect((await newInstance(ports).retry({ force: true })).status).toBe(400);
  });

  test('while another instance publishes it is answered 503 and changes nothing', async () => {
    const ports = await readyPorts(100);
    const claim = { claimed_by: 'other', claim_expires_at: '2024-01-15T12:00:59.000Z' };
    for (const state of ['starting', 'complete'] as const) {
      const value = batchDocument({ state, ...claim });
      await writeDocuments(ports.documents, [{ path: BATCH_PATH, value }]);
      expect(await newInstance(ports).retry(TODAY)).toMatchObject({ status: 503 });
      expect(ports.stored.get(BATCH_PATH)).toEqual(value);
    }
  });

  test('two concurrent retries make one round', async () => {
    const ports = await stragglingPorts();
    const answers = await Promise.all([newInstance(ports).retry(TODAY), newInstance(ports).retry(TODAY)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 503]);
    expect(sent(ports, REQUESTS)).toHaveLength(102);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ round: 2 });
  });
});

describe('COORD-008 every round that ends is announced once', () => {
  test('the second with an execution_id of its own and the counts of the whole batch', async () => {
    const ports = await stragglingPorts();
    await newInstance(ports).retry(TODAY);
    const again = sent(ports, REQUESTS).slice(100);
    for (const request of again) {
      await newInstance(ports).complete(resultOf(request, { execution_id: WORKER_RUN_2 }));
    }
    const announced = sent<PredictionsComplete>(ports, COMPLETES);
    expect(announced).toHaveLength(1);
    expect(announced[0]).toMatchObject({
      status: 'success',
      execution_id: again[0]?.execution_id,
      trigger_source: 'manual',
      trigger_message_id: null,
      metadata: { players_requested: 100, players_completed: 100, players_failed: 0, coverage_percent: 100 },
    });
  });

  test('a late repeat of the failure of round 1 does not end round 2', async () => {
    const ports = await stragglingPorts();
    const failed = sent(ports, REQUESTS).find((request) => request.player_lookup === lookup(1));
    await newInstance(ports).retry(TODAY);
    await newInstance(ports).complete(resultOf(failed ?? { batch_id: '', player_lookup: '' }, FAILED));
    const second = sent(ports, REQUESTS).find((request) => request.player_lookup === lookup(2));
    await newInstance(ports).complete(resultOf(second ?? { batch_id: '', player_lookup: '' }));
    expect(sent(ports, COMPLETES)).toEqual([]);
    expect((await newInstance(ports).status(TODAY)).body).toMatchObject({ players_open: 1 });
  });
});

describe('COORD-028 a failure of an earlier attempt', () => {
  test('that comes for the first time during the next one neither ends the batch nor announces it', async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).start(TODAY);
    const [slow = NOBODY, ...others] = sent(ports, REQUESTS);
    for (const request of others) await newInstance(ports).complete(resultOf(request));
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({ status: 202, body: { players: 1 } });
    const [again = NOBODY] = sent(ports, REQUESTS).slice(-1);
    const late = resultOf(slow, { ...FAILED, attempt: slow.attempt, execution_id: SCRAPER_RUN });
    await newInstance(ports).complete(late);
    expect(sent(ports, COMPLETES)).toEqual([]);
    expect((await newInstance(ports).status(TODAY)).body).toMatchObject({ players_open: 1 });
    await newInstance(ports).complete(resultOf(again, { attempt: again.attempt }));
    expect(sent(ports, COMPLETES)).toMatchObject([
      { status: 'success', metadata: { coverage_percent: 100 } },
    ]);
  });
});

describe('who is ready no longer holds no batch up', () => {
  test('he is withdrawn and the round is announced without him', async () => {
    const ports = await stragglingPorts();
    for (const n of [1, 2]) {
      await ports.warehouse.putRow(FEATURE_TABLE, GAME_DATE, 1, lookup(n), featureRow(n, false));
    }
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({ body: { status: 'nothing_to_retry' } });
    expect(sent(ports, COMPLETES)).toMatchObject([
      { status: 'partial', records_failed: 2, metadata: { players_completed: 98, coverage_percent: 98 } },
    ]);
    expect(sent(ports, REQUESTS)).toHaveLength(100);
  });
});
