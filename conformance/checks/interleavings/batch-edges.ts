import { TOPIC } from '../../../generated/topology.ts';
import type { FaultName } from '../../exploration/schedule/faults.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { History } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeOneBatch } from '../coordinator/starts.ts';
import { deliverAll, parcel } from '../recipes/drive.ts';
import {
  COORDINATOR,
  players,
  RESULTS,
  readyFeatureStore,
  resultOf,
  startBatch,
} from '../recipes/phase-5.ts';
import { exploringCheck, type Preparation, type Situation } from './explored.ts';

const REQUESTS = TOPIC.phase5PredictionRequest;

/** All of them are over within a moment. */
const FAULTS: readonly FaultName[] = [
  'duplicate',
  'republish',
  'ack_lost',
  'refused',
  'deadline_before',
  'deadline_after',
];

const COORDINATED = {
  profile: 'coordinator',
  component: 'phase5-coordinator',
  components: ['phase5-coordinator'],
  needs: ['seeds'],
  faults: FAULTS,
  /** The scheduler's call after the backup start. */
  schedule: (game_date: string) => ({ path: '/retry', body: { game_date } }),
} as const;

const SITUATIONS: readonly Situation[] = [
  {
    ...COORDINATED,
    name: 'every-order-of-trigger-and-backup-start',
    promises: {
      lost: ['COORD-002'],
      lost_by_publish: 'COORD-011',
      double: 'COORD-002',
      repeated: 'COORD-032',
      topics: [REQUESTS],
      may_wait: true,
    },
    rounds: 1,
    runs_max: 8,
    runs_at_once: 4,
    owes: 1,
    begin: twoStarts,
    judgeMore: (run) => judgeOneBatch(run, 'COORD-002'),
    excuses: wasAsked,
  },
  {
    ...COORDINATED,
    name: 'every-order-of-the-last-two-results',
    promises: {
      lost: ['COORD-008'],
      double: 'COORD-008',
      early: 'COORD-008',
      repeated: 'COORD-032',
      topics: RESULTS.outputs,
      may_wait: true,
    },
    rounds: 1,
    runs_max: 5,
    runs_at_once: 3,
    owes: 1,
    begin: lastResults,
  },
];

/** The checks that explore schedules of the coordinator. */
export const BATCH_EDGES: readonly Check[] = SITUATIONS.map(exploringCheck);

/** The event and the scheduler ask for the same date at the same time. */
function twoStarts(scene: Scene): Preparation {
  const ready = players(scene, 1);
  return {
    async prepare({ game_date }) {
      const trigger = await readyFeatureStore(scene, game_date, 1, { ready });
      const call = { component: 'phase5-coordinator', path: '/start', body: { game_date } };
      return [
        { name: 'the trigger', delivery: parcel(COORDINATOR, trigger) },
        { name: 'the backup start', call },
      ];
    },
    async sentinel(game_date) {
      await deliverAll(scene, COORDINATOR, [await readyFeatureStore(scene, game_date, 1, { ready })]);
    },
  };
}

/** Two players were requested, and their results arrive at the same time. */
function lastResults(scene: Scene): Preparation {
  const ready = players(scene, 2);
  return {
    async prepare({ game_date, deliver, history }) {
      await deliver(parcel(COORDINATOR, await readyFeatureStore(scene, game_date, 1, { ready })));
      const last = publishes(history(), REQUESTS).map(({ message }) =>
        parcel(RESULTS, resultOf(scene, message ?? {})),
      );
      return last.map((delivery) => ({
        name: `the result of ${text(delivery.message, 'player_lookup')}`,
        delivery,
      }));
    },
    async sentinel(game_date) {
      const requests = await startBatch(scene, game_date);
      await deliverAll(
        scene,
        RESULTS,
        requests.map((request) => resultOf(scene, request)),
      );
    },
  };
}

/** A retry may ask for a player under the next attempt; what counts is that everybody was asked. */
function wasAsked(run: History, { anomaly, proof }: Anomaly): boolean {
  if (anomaly !== 'lost message') return false;
  return publishes(run, REQUESTS).some(({ message }) =>
    proof.includes(`publish ${text(message, 'player_lookup')} of`),
  );
}
