import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { PredictionReady, PredictionsComplete } from '../../../../generated/models.ts';
import { createMemoryPorts, type MemoryPorts } from '../../memory-ports.ts';
import { writeDocuments } from '../../write-documents.ts';
import {
  ADDRESS,
  BATCH_PATH,
  batchDocument,
  COMPLETES,
  FAILED,
  lookup,
  NOON_UTC,
  newInstance,
  playerDocument,
  REQUESTS,
  resultOf,
  SCRAPER_RUN,
  seedPhase4,
  sent,
} from '../fixtures.ts';

const PLAYERS = 4;

/** One result on its way: of a player (5 and above are strangers), good or bad, of this batch or an older one. */
interface Arrival {
  readonly player: number;
  readonly is_success: boolean;
  readonly is_older: boolean;
}

const arrival: fc.Arbitrary<Arrival> = fc.record({
  player: fc.integer({ min: 1, max: PLAYERS + 2 }),
  is_success: fc.boolean(),
  is_older: fc.nat({ max: 4 }).map((n) => n === 0),
});

/** A success and a failure of one player come from two worker runs; repeats of either come from the same. */
function message({ player, is_success, is_older }: Arrival): PredictionReady {
  const execution_id = `55a54008-ad1b-4a19-9c0c-a54008ad1b${is_success ? '0' : '1'}${player}`;
  const request = { batch_id: is_older ? 'batch-0' : 'batch-1', player_lookup: lookup(player) };
  return resultOf(request, { execution_id, ...(is_success ? {} : FAILED) });
}

/** Everybody answers at least once, in random order, among repeats and strangers. */
const arrivals = fc
  .tuple(
    fc.array(arrival, { maxLength: 6 }),
    fc.array(fc.boolean(), { minLength: PLAYERS, maxLength: PLAYERS }),
  )
  .chain(([extra, outcomes]) => {
    const needed = outcomes.map((is_success, n) => ({ player: n + 1, is_success, is_older: false }));
    const all = [...needed, ...extra];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

async function runningPorts(): Promise<MemoryPorts> {
  const ports = createMemoryPorts(NOON_UTC);
  const lookups = Array.from({ length: PLAYERS }, (_, n) => lookup(n + 1));
  await writeDocuments(ports.documents, [{ path: BATCH_PATH, value: batchDocument() }]);
  await writeDocuments(
    ports.documents,
    lookups.map((player_lookup) => ({
      path: `${BATCH_PATH}/players/${player_lookup}`,
      value: playerDocument({ player_lookup }),
    })),
  );
  return ports;
}

/** Redeliver until acked, as Pub/Sub does; every delivery may meet another instance. */
async function deliver(ports: MemoryPorts, ready: PredictionReady): Promise<void> {
  for (let delivery = 1; delivery <= 40; delivery += 1) {
    if ((await newInstance(ports).complete(ready)).status === 204) return;
  }
  throw new Error('expected an ack within 40 deliveries, got none');
}

function expectCounted(ports: MemoryPorts, all: readonly Arrival[]): void {
  const own = all.filter(({ is_older, player }) => !is_older && player <= PLAYERS);
  const completed = new Set(own.filter(({ is_success }) => is_success).map(({ player }) => player)).size;
  const states = [...ports.stored]
    .filter(([path]) => path.startsWith(`${BATCH_PATH}/players/`))
    .map(([, player]) => (player as { state: string }).state);
  expect(states.filter((state) => state === 'completed')).toHaveLength(completed);
  expect(states.filter((state) => state === 'failed')).toHaveLength(PLAYERS - completed);
  expect(ports.stored.get(BATCH_PATH)).toMatchObject({
    state: 'complete',
    announced_round: 1,
    claimed_by: null,
  });
}

describe('COORD-007 and COORD-008 every player is counted once and the end is announced once', () => {
  test.prop([arrivals, fc.scheduler()], { numRuns: 150 })(
    'in any interleaving of results, repeats and strangers',
    async (all, scheduler) => {
      const ports = await runningPorts();
      ports.faults.pause = (step) => scheduler.schedule(Promise.resolve(), step);
      await scheduler.waitFor(Promise.all(all.map((one) => deliver(ports, message(one)))));
      expectCounted(ports, all);
      expect(sent(ports, COMPLETES)).toHaveLength(1);
    },
  );

  test.prop(
    [arrivals, fc.infiniteStream(fc.constantFrom('refuse', 'lose_answer', undefined, undefined, undefined))],
    {
      numRuns: 150,
    },
  )('and under refusals, repeats of the announcement carry the same execution_id', async (all, luck) => {
    const ports = await runningPorts();
    let faults_left = 12;
    const draw = () => {
      if (faults_left === 0) return undefined;
      const fault = luck.next().value as 'refuse' | 'lose_answer' | undefined;
      if (fault !== undefined) faults_left -= 1;
      return fault;
    };
    ports.faults.publish = draw;
    ports.faults.store = (operation) => (operation === 'read' ? undefined : draw());
    for (const one of all) {
      await deliverWithPatience(ports, message(one));
    }
    expectCounted(ports, all);
    const ids = sent<PredictionsComplete>(ports, COMPLETES).map(({ execution_id }) => execution_id);
    expect(new Set(ids)).toEqual(new Set([batchDocument().execution_id]));
  });
});

/** As deliver, with the back-off that lets a dead instance's claim run out. */
async function deliverWithPatience(ports: MemoryPorts, ready: PredictionReady): Promise<void> {
  for (let delivery = 1; delivery <= 40; delivery += 1) {
    if ((await newInstance(ports).complete(ready)).status === 204) return;
    await ports.clock.advance(61_000);
  }
  throw new Error('expected an ack within 40 deliveries, got none');
}

describe('COORD-002 and COORD-008 starts and answers at once', () => {
  test.prop([fc.scheduler(), fc.integer({ min: 1, max: 3 })], { numRuns: 60 })(
    'concurrent starts make one batch, and workers faster than the start lose no answer',
    async (scheduler, starts) => {
      const ports = createMemoryPorts(NOON_UTC);
      await seedPhase4(ports, { ready: PLAYERS });
      const answers: Promise<void>[] = [];
      const publish = ports.broker.publish;
      const answering: MemoryPorts = {
        ...ports,
        broker: {
          publish: async (topic, request, attributes) => {
            const message_id = await publish(topic, request, attributes);
            if (topic === REQUESTS) {
              const { batch_id, player_lookup } = request as { batch_id: string; player_lookup: string };
              answers.push(
                deliver(answering, resultOf({ batch_id, player_lookup }, { correlation_id: SCRAPER_RUN })),
              );
            }
            return message_id;
          },
        },
      };
      ports.faults.pause = (step) => scheduler.schedule(Promise.resolve(), step);
      const triggers = Array.from({ length: starts }, () => newInstance(answering).trigger());
      const statuses = await scheduler.waitFor(Promise.all(triggers));
      await scheduler.waitFor(Promise.all(answers));

      expect(statuses.filter(({ status }) => status === 202)).toHaveLength(1);
      expect(sent(ports, REQUESTS)).toHaveLength(PLAYERS);
      expect(sent<PredictionsComplete>(ports, COMPLETES)).toMatchObject([
        { game_date: ADDRESS.game_date, status: 'success', record_count: PLAYERS },
      ]);
    },
  );
});
