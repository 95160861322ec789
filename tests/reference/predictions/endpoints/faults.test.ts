import { describe, expect, test } from 'vitest';
import type { PredictionsComplete } from '../../../../generated/models.ts';
import { anyhow, type MemoryPorts } from '../../memory-ports.ts';
import {
  BATCH_PATH,
  COMPLETES,
  GAME_DATE,
  lookup,
  newInstance,
  REQUESTS,
  readyPorts,
  resultOf,
  sent,
} from '../fixtures.ts';

const TODAY = { game_date: GAME_DATE };

function heal(ports: MemoryPorts): void {
  ports.faults.store = () => undefined;
  ports.faults.publish = () => undefined;
}

/** The store refuses everything from its nth answer on, as for an instance that has died. */
function dieAt(ports: MemoryPorts, nth_step: number): void {
  let steps = 0;
  ports.faults.store = () => {
    steps += 1;
    return steps >= nth_step ? 'refuse' : undefined;
  };
  ports.faults.publish = () => (steps >= nth_step ? 'refuse' : undefined);
}

async function answerAll(ports: MemoryPorts): Promise<void> {
  for (const request of sent(ports, REQUESTS)) await newInstance(ports).complete(resultOf(request));
}

describe('COORD-011 a request whose publish failed is sent by a redelivery or a retry', () => {
  const refuse = (ports: MemoryPorts, fault: 'refuse' | 'lose_answer') => {
    ports.faults.publish = (_, message) => (message['player_lookup'] === lookup(7) ? fault : undefined);
  };

  test('one that fails stops no other, the delivery is nacked and the claim given back', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'refuse');
    expect((await newInstance(ports).trigger()).status).toBe(503);
    expect(sent(ports, REQUESTS)).toHaveLength(99);
    expect(ports.stored.get(`${BATCH_PATH}/players/${lookup(7)}`)).toMatchObject({ state: 'pending' });
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ state: 'starting', claimed_by: null });
  });

  test('the redelivery sends only the rest, as the same batch and attempt', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'refuse');
    await newInstance(ports).trigger();
    heal(ports);
    expect(await newInstance(ports).trigger()).toMatchObject({
      status: 202,
      body: { status: 'resumed', requests: 1 },
    });
    const requests = sent(ports, REQUESTS);
    expect(requests.slice(99)).toEqual([{ ...requests[0], player_lookup: lookup(7) }]);
    expect((await newInstance(ports).trigger()).status).toBe(204);
  });

  test('/start by hand sends the rest as well', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'refuse');
    await newInstance(ports).trigger();
    heal(ports);
    expect(await newInstance(ports).start(TODAY)).toMatchObject({ status: 202, body: { requests: 1 } });
  });

  test('/retry sends it together with the other stragglers', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'refuse');
    await newInstance(ports).trigger();
    heal(ports);
    await answerAll(ports);
    expect(sent(ports, COMPLETES)).toEqual([]);
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({ status: 202, body: { players: 1 } });
    expect(sent(ports, REQUESTS)[99]).toMatchObject({ player_lookup: lookup(7), attempt: 2 });
  });

  test('a request that went out although nobody confirmed it may be answered', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'lose_answer');
    expect((await newInstance(ports).trigger()).status).toBe(503);
    heal(ports);
    await answerAll(ports);
    expect(await newInstance(ports).trigger()).toMatchObject({ status: 202, body: { requests: 0 } });
    expect([sent(ports, REQUESTS).length, sent(ports, COMPLETES).length]).toEqual([100, 1]);
  });

  test('an interrupted round with nobody left to ask is finished by /retry', async () => {
    const ports = await readyPorts(100);
    refuse(ports, 'lose_answer');
    await newInstance(ports).trigger();
    heal(ports);
    await answerAll(ports);
    expect(await newInstance(ports).retry(TODAY)).toMatchObject({ body: { status: 'nothing_to_retry' } });
    expect([sent(ports, REQUESTS).length, sent(ports, COMPLETES).length]).toEqual([100, 1]);
  });
});

describe('COORD-008 an announcement that failed is not lost', () => {
  const lastAnswerRefused = async () => {
    const ports = await readyPorts(100);
    await newInstance(ports).trigger();
    const [last, ...others] = sent(ports, REQUESTS);
    for (const request of others) await newInstance(ports).complete(resultOf(request));
    ports.faults.publish = () => 'refuse';
    const ready = resultOf(last ?? { batch_id: '', player_lookup: '' });
    expect((await newInstance(ports).complete(ready)).status).toBe(503);
    expect((await newInstance(ports).retry(TODAY)).status).toBe(503);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ state: 'complete', announced_round: 0 });
    heal(ports);
    return { ports, ready };
  };

  test.each([
    ['a redelivery of the last result', (p: MemoryPorts, r: object) => newInstance(p).complete(r), 204],
    ['a retry', (p: MemoryPorts) => newInstance(p).retry(TODAY), 200],
    ['a redelivered trigger', (p: MemoryPorts) => newInstance(p).trigger(), 204],
    ['another start', (p: MemoryPorts) => newInstance(p).start(TODAY), 200],
  ])('%s sends it, once', async (_, deliver, status) => {
    const { ports, ready } = await lastAnswerRefused();
    for (const _delivery of [1, 2]) expect((await deliver(ports, ready)).status).toBe(status);
    expect(sent(ports, COMPLETES)).toHaveLength(1);
  });
});

describe('COORD-012 a restart in the middle of a batch loses nothing', () => {
  test('whatever step of a start the instance dies at, the redelivery completes it', async () => {
    const whole = await readyPorts(3);
    let steps = 0;
    whole.faults.store = () => {
      steps += 1;
      return undefined;
    };
    await newInstance(whole).trigger();
    expect(steps).toBeGreaterThan(15);

    for (let step = 1; step <= steps; step += 1) {
      const ports = await readyPorts(3);
      dieAt(ports, step);
      expect((await newInstance(ports).trigger()).status, `step ${step}`).toBe(503);
      heal(ports);
      await ports.clock.advance(60_000);
      expect([202, 204], `step ${step}`).toContain((await newInstance(ports).trigger()).status);
      const requests = sent(ports, REQUESTS);
      expect(new Set(requests.map((request) => request.player_lookup)).size, `step ${step}`).toBe(3);
      expect(new Set(requests.map(({ batch_id, attempt }) => `${batch_id} ${attempt}`)).size).toBe(1);
      await answerAll(ports);
      const ids = sent<PredictionsComplete>(ports, COMPLETES).map((message) => message.execution_id);
      expect(ids, `step ${step}`).toEqual([requests[0]?.execution_id]);
    }
  });

  test('whatever step of a last result the instance dies at, its redelivery announces with the same id', async () => {
    for (let step = 1; step <= 9; step += 1) {
      const ports = await readyPorts(3);
      await newInstance(ports).trigger();
      const [last, ...others] = sent(ports, REQUESTS);
      for (const request of others) await newInstance(ports).complete(resultOf(request));
      const ready = resultOf(last ?? { batch_id: '', player_lookup: '' });
      dieAt(ports, step);
      expect((await newInstance(ports).complete(ready)).status, `step ${step}`).toBe(503);
      heal(ports);
      await ports.clock.advance(60_000);
      expect((await newInstance(ports).complete(ready)).status, `step ${step}`).toBe(204);
      const ids = sent<PredictionsComplete>(ports, COMPLETES).map((message) => message.execution_id);
      expect(new Set(ids), `step ${step}`).toEqual(new Set([last?.execution_id]));
      expect(ports.stored.get(BATCH_PATH)).toMatchObject({ state: 'complete', announced_round: 1 });
    }
  });

  test('a claim that could not be given back is free for the same instance at once', async () => {
    const ports = await readyPorts(100);
    const instance = newInstance(ports);
    dieAt(ports, 60);
    expect((await instance.trigger()).status).toBe(503);
    heal(ports);
    expect((await newInstance(ports).trigger()).status).toBe(503);
    expect((await instance.trigger()).status).toBe(202);
    expect(new Set(sent(ports, REQUESTS).map((request) => request.player_lookup)).size).toBe(100);
  });

  test('a claim whose commit was not confirmed keeps nobody waiting', async () => {
    const ports = await readyPorts(100);
    let commits = 0;
    ports.faults.store = (operation, path) => {
      if (operation !== 'commit' || path !== BATCH_PATH) return undefined;
      commits += 1;
      return commits === 1 ? 'lose_answer' : undefined;
    };
    expect((await newInstance(ports).trigger()).status).toBe(503);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ state: 'starting', claimed_by: null });
    expect((await newInstance(ports).trigger()).status).toBe(202);
  });

  test('an instance that lost its claim while publishing leaves the batch to the one that took over', async () => {
    const ports = await readyPorts(3);
    const [first, second] = [newInstance(ports), newInstance(ports)];
    let taken_over = false;
    ports.faults.pause = async (step) => {
      if (taken_over || step !== `publish ${REQUESTS}`) return;
      taken_over = true;
      await ports.clock.advance(61_000);
      expect((await second.trigger()).status).toBe(202);
    };
    expect((await first.trigger()).status).toBe(503);
    expect((await first.trigger()).status).toBe(204);
    expect(ports.stored.get(BATCH_PATH)).toMatchObject({ state: 'running', claimed_by: null });
  });
});

describe('ACK-006 while the store is unavailable every door answers 503', () => {
  test.each(['trigger', 'start', 'retry', 'status'] as const)('%s', async (door) => {
    const ports = await readyPorts(3);
    ports.faults.store = () => 'refuse';
    expect((await newInstance(ports)[door]()).status).toBe(503);
  });

  test('a retry that cannot withdraw a player says so', async () => {
    const ports = await readyPorts(3);
    await newInstance(ports).trigger();
    await ports.warehouse.replaceRows(
      { dataset: 'nba_predictions', table: 'ml_feature_store_v2' },
      GAME_DATE,
      1,
      [],
      () => '',
      anyhow,
    );
    ports.faults.store = (operation, path) =>
      operation === 'commit' && path.includes('/players/') ? 'refuse' : undefined;
    expect((await newInstance(ports).retry(TODAY)).status).toBe(503);
  });
});
