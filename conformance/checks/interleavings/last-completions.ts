import type { FaultName } from '../../exploration/schedule/faults.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Payload } from '../../history/events.ts';
import type { Check } from '../check.ts';
import { levelOf } from '../owed/orchestrators.ts';
import { parcel } from '../recipes/drive.ts';
import { analyticsCompletion, CASCADE, FAN_IN, precomputeCompletion } from '../recipes/orchestrators.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { OF_THE_SCHEDULER } from '../subjects/calls.ts';
import { exploringCheck, type Preparation, type Situation } from './explored.ts';
import type { RunPromises } from './judge.ts';

/** A refused call, an unknown outcome, a lost ack and duplicates; all of them are over within a moment. */
const MOMENTARY: readonly FaultName[] = ['duplicate', 'republish', 'ack_lost', 'refused', 'deadline_after'];
/** What store and broker answer in a bad hour; clients repeat some of it by themselves. */
const OUTAGES: readonly FaultName[] = ['unavailable', 'aborted', 'deadline_before', 'deadline_after'];
/** The instance is gone, or comes back when its lease is over. */
const VANISHING: readonly FaultName[] = ['no_answer', 'zombie'];
const DEATHS: readonly FaultName[] = ['crash', 'crash_after'];

const FAN_IN_PROMISES: RunPromises = {
  lost: ['FANIN-006', 'FANIN-001'],
  double: 'FANIN-006',
  early: 'FANIN-003',
  repeated: 'FANIN-011',
};

const CASCADE_PROMISES: RunPromises = {
  lost: ['CASC-005', 'CASC-002'],
  double: 'CASC-005',
  early: 'CASC-002',
  repeated: 'CASC-014',
};

/** The scheduler's call of every quarter of an hour. */
const SWEEP = { path: '/sweep', headers: OF_THE_SCHEDULER };

const FAN_IN_EDGE = {
  profile: 'fan-in',
  component: FAN_IN.component,
  components: FAN_IN.components,
  promises: FAN_IN_PROMISES,
  owes: 1,
  schedule: () => SWEEP,
  begin: (scene: Scene) =>
    lastTwo(scene, FAN_IN, scene.random.shuffle(levelOf(1).waits_for), analyticsCompletion),
} as const;

const CASCADE_EDGE = {
  profile: 'cascade',
  component: CASCADE.component,
  components: CASCADE.components,
  promises: CASCADE_PROMISES,
  faults: MOMENTARY,
  schedule: () => SWEEP,
} as const;

const LEVEL_2_EDGE = {
  ...CASCADE_EDGE,
  owes: 1,
  begin: (scene: Scene) =>
    lastTwo(scene, CASCADE, scene.random.shuffle(levelOf(2).waits_for), precomputeCompletion),
} as const;

const LEVEL_3_EDGE = {
  ...CASCADE_EDGE,
  owes: 2,
  // One completion that makes both levels due beside the one that level 3 waits for besides.
  begin(scene: Scene) {
    const first = scene.random.shuffle(levelOf(2).waits_for);
    const rest = levelOf(3).waits_for.filter((name) => !first.includes(name));
    return lastTwo(scene, CASCADE, [...first, ...rest], precomputeCompletion);
  },
} as const;

const SITUATIONS: readonly Situation[] = [
  {
    ...FAN_IN_EDGE,
    name: 'every-order-of-the-last-two-completions',
    situations: ['deliveries at once'],
    faults: ['duplicate', 'republish'],
    rounds: 2,
    runs_max: 8,
  },
  {
    ...FAN_IN_EDGE,
    name: 'faults-between-the-last-two-completions',
    situations: ['deliveries at once', 'redelivery after a nack'],
    promises: { ...FAN_IN_PROMISES, lost_by_publish: 'FANIN-007' },
    faults: MOMENTARY,
    rounds: 2,
    runs_max: 10,
  },
  {
    ...FAN_IN_EDGE,
    name: 'outages-between-the-last-two-completions',
    situations: ['retry after a conflict', 'store refused, then recovered', 'commit of unknown outcome'],
    promises: { ...FAN_IN_PROMISES, lost_by_publish: 'FANIN-007' },
    faults: OUTAGES,
    rounds: 1,
    runs_max: 60,
    runs_at_once: 3,
    search: 'single_faults',
  },
  {
    ...FAN_IN_EDGE,
    name: 'instances-that-vanish-at-the-last-two-completions',
    promises: { ...FAN_IN_PROMISES, lost_by_fault: 'FANIN-013' },
    faults: VANISHING,
    rounds: 1,
    runs_max: 7,
    runs_at_once: 7,
    search: 'single_faults',
    replicas: 2,
  },
  {
    ...FAN_IN_EDGE,
    name: 'instances-that-die-at-the-last-two-completions',
    promises: { ...FAN_IN_PROMISES, lost_by_fault: 'FANIN-013', swept: 'FANIN-014' },
    faults: DEATHS,
    rounds: 1,
    runs_max: 3,
    search: 'single_faults',
    is_alone: true,
  },
  {
    ...FAN_IN_EDGE,
    name: 'every-interleaving-of-the-last-two-completions',
    situations: ['deliveries at once', 'retry after a conflict'],
    faults: [],
    rounds: 1,
    runs_max: 400,
    search: 'every_interleaving',
    replicas: 2,
  },
  {
    ...LEVEL_2_EDGE,
    // Faults at few schedules; that deliveries overlap is what every-interleaving-at-the-edge-of-level-2 sees to.
    name: 'every-order-at-the-edge-of-level-2',
    faults: [...new Set([...MOMENTARY, ...OUTAGES])],
    rounds: 1,
    runs_max: 10,
  },
  {
    ...LEVEL_3_EDGE,
    name: 'every-order-at-the-edge-of-level-3',
    situations: ['deliveries at once'],
    rounds: 2,
    runs_max: 8,
  },
  {
    ...LEVEL_3_EDGE,
    name: 'instances-that-vanish-at-the-edge-of-level-3',
    promises: { ...CASCADE_PROMISES, lost_by_fault: 'CASC-007' },
    faults: VANISHING,
    rounds: 1,
    runs_max: 4,
    runs_at_once: 4,
    search: 'single_faults',
    replicas: 2,
  },
  {
    ...LEVEL_2_EDGE,
    name: 'every-interleaving-at-the-edge-of-level-2',
    situations: ['deliveries at once', 'retry after a conflict'],
    faults: [],
    rounds: 1,
    runs_max: 400,
    search: 'every_interleaving',
    replicas: 2,
  },
];

/** The checks that explore schedules of the orchestrators. */
export const LAST_COMPLETIONS: readonly Check[] = SITUATIONS.map(exploringCheck);

type BuildCompletion = (scene: Scene, name: string, game_date: string) => Payload;

/** All but the last two are delivered first; those two go step by step. */
function lastTwo(
  scene: Scene,
  recipe: Recipe,
  order: readonly string[],
  complete: BuildCompletion,
): Preparation {
  return {
    async prepare({ game_date, deliver }) {
      for (const name of order.slice(0, -2)) await deliver(parcel(recipe, complete(scene, name, game_date)));
      return order.slice(-2).map((name) => ({
        name,
        delivery: parcel(recipe, complete(scene, name, game_date)),
      }));
    },
    async sentinel(game_date) {
      for (const name of order) {
        await scene.deliverUntilAcked(parcel(recipe, complete(scene, name, game_date)));
      }
    },
  };
}
