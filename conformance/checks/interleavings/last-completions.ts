import type { FaultName } from '../../exploration/schedule/faults.ts';
import type { Payload } from '../../harness/history/events.ts';
import { publishes } from '../../harness/history/select.ts';
import { type Scene, SceneStuckError } from '../../harness/scene/scene.ts';
import type { Profile } from '../../requirements/names.ts';
import type { Check } from '../check.ts';
import { levelOf } from '../owed/orchestrators.ts';
import { parcel } from '../recipes/drive.ts';
import { analyticsCompletion, CASCADE, FAN_IN, precomputeCompletion } from '../recipes/orchestrators.ts';
import type { Recipe } from '../recipes/recipe.ts';
import type { SituationName } from '../situations/situation.ts';
import { judgeExplored, judgeRun, type RunPromises } from './judge.ts';

/** The edge of one level. */
interface Edge {
  readonly name: string;
  readonly recipe: Recipe;
  readonly profile: Profile;
  readonly promises: RunPromises;
  readonly faults: readonly FaultName[];
  readonly situations: readonly SituationName[];
  readonly rounds: number;
  readonly runs_max: number;
  readonly is_exhaustive?: boolean;
  /** How many instances take the deliveries by turns. Default 1. */
  readonly replicas?: number;
  /** How many triggers a complete set makes. */
  readonly triggers: number;
  /** Names in the order of arrival; the last two go step by step. */
  order(scene: Scene): readonly string[];
  complete(scene: Scene, name: string, game_date: string): Payload;
}

/** A refused call, an unknown outcome, a lost ack and duplicates; all of them are over within a moment. */
const FAULTS: readonly FaultName[] = ['duplicate', 'republish', 'ack_lost', 'refused', 'deadline_after'];

/** What refused calls, unknown outcomes and lost acks lead to. */
const FAULTY: readonly SituationName[] = [
  'deliveries at once',
  'redelivery after a lost ack',
  'redelivery after a nack',
  'store refused, then recovered',
  'commit of unknown outcome',
];

const FAN_IN_PROMISES: RunPromises = {
  lost: ['FANIN-006', 'FANIN-001'],
  lost_by_fault: 'FANIN-007',
  double: 'FANIN-006',
  early: 'FANIN-003',
  repeated: 'FANIN-011',
};

const CASCADE_PROMISES: RunPromises = {
  lost: ['CASC-005', 'CASC-002'],
  lost_by_fault: 'CASC-005',
  double: 'CASC-005',
  early: 'CASC-002',
  repeated: 'CASC-003',
};

const FAN_IN_EDGE = {
  recipe: FAN_IN,
  profile: 'fan-in',
  promises: FAN_IN_PROMISES,
  triggers: 1,
  order: (scene: Scene) => scene.random.shuffle(levelOf(1).waits_for),
  complete: analyticsCompletion,
} as const;

const CASCADE_EDGE = {
  recipe: CASCADE,
  profile: 'cascade',
  promises: CASCADE_PROMISES,
  faults: FAULTS,
  complete: precomputeCompletion,
} as const;

/** The checks that explore schedules. */
export const INTERLEAVINGS: readonly Check[] = [
  edgeCheck({
    ...FAN_IN_EDGE,
    name: 'every-order-of-the-last-two-completions',
    situations: ['deliveries at once'],
    faults: ['duplicate', 'republish'],
    rounds: 2,
    runs_max: 8,
  }),
  edgeCheck({
    ...FAN_IN_EDGE,
    name: 'faults-between-the-last-two-completions',
    situations: FAULTY,
    faults: FAULTS,
    rounds: 3,
    runs_max: 10,
  }),
  edgeCheck({
    ...FAN_IN_EDGE,
    name: 'every-interleaving-of-the-last-two-completions',
    situations: ['deliveries at once', 'retry after a conflict'],
    faults: [],
    rounds: 1,
    runs_max: 400,
    is_exhaustive: true,
    replicas: 2,
  }),
  edgeCheck({
    ...CASCADE_EDGE,
    name: 'every-order-at-the-edge-of-level-2',
    situations: ['deliveries at once'],
    rounds: 1,
    runs_max: 10,
    triggers: 1,
    order: (scene) => scene.random.shuffle(levelOf(2).waits_for),
  }),
  edgeCheck({
    ...CASCADE_EDGE,
    name: 'every-order-at-the-edge-of-level-3',
    situations: ['deliveries at once'],
    rounds: 2,
    runs_max: 8,
    triggers: 2,
    // One completion that makes both levels due beside the one that level 3 waits for besides.
    order(scene) {
      const first = scene.random.shuffle(levelOf(2).waits_for);
      const rest = levelOf(3).waits_for.filter((name) => !first.includes(name));
      return [...first, ...rest];
    },
  }),
];

function edgeCheck(edge: Edge): Check {
  const { recipe, promises } = edge;
  const judge: Check['judge'] = (history) => judgeRun(history, recipe.component, promises);
  return {
    name: edge.name,
    requirements: [
      ...new Set([
        ...promises.lost,
        promises.lost_by_fault,
        promises.double,
        promises.early,
        promises.repeated,
      ]),
    ],
    profile: edge.profile,
    components: recipe.components,
    situations: edge.situations,
    ...(edge.replicas === undefined ? {} : { replicas: [recipe.component] }),
    needs: ['interleavings'],
    rounds: edge.rounds,
    async run(scene) {
      const order = edge.order(scene);
      let is_hopeless = false;
      await scene.explore({
        component: recipe.component,
        faults: edge.faults,
        runs_max: edge.runs_max,
        is_exhaustive: edge.is_exhaustive ?? false,
        replicas: edge.replicas ?? 1,
        async prepare({ game_date, deliver }) {
          for (const name of order.slice(0, -2)) {
            await deliver(parcel(recipe, edge.complete(scene, name, game_date)));
          }
          return order.slice(-2).map((name) => ({
            name,
            delivery: parcel(recipe, edge.complete(scene, name, game_date)),
          }));
        },
        async heal(run) {
          if (is_hopeless || publishes(run.history()).length >= edge.triggers) return;
          is_hopeless = !(await sendSentinel(scene, edge, order, run.anotherDate()));
        },
        judge,
      });
    },
    judge: (history) => judgeExplored(history, judge),
  };
}

/**
 * A complete set that comes later: when it has its triggers, those that are missing are not merely slow.
 *
 * @returns false when it has not; waiting for another one would show nothing more.
 */
async function sendSentinel(
  scene: Scene,
  edge: Edge,
  order: readonly string[],
  game_date: string,
): Promise<boolean> {
  scene.claimDate(game_date);
  for (const name of order) {
    await scene.deliverUntilAcked(parcel(edge.recipe, edge.complete(scene, name, game_date)));
  }
  const isThere = (history: ReturnType<Scene['history']>): boolean =>
    publishes(history).filter(({ marks }) => marks.includes(game_date)).length >= edge.triggers;
  try {
    await scene.await("the sentinel date's triggers", isThere);
    return true;
  } catch (error) {
    if (error instanceof SceneStuckError) return false;
    throw error;
  }
}
