import type { Scene } from '../../harness/scene/scene.ts';
import type { Check } from '../check.ts';
import { deliverAll, parcel } from '../recipes/drive.ts';
import { WORKER } from '../recipes/phase-5.ts';
import { PHASE_4 } from '../recipes/phases.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { exploringCheck, type Preparation, type Situation } from './explored.ts';

const PREDICTION = {
  profile: 'message',
  component: WORKER.component,
  components: WORKER.components,
  needs: WORKER.needs,
  owes: 1,
} as const;

const SITUATIONS: readonly Situation[] = [
  {
    ...PREDICTION,
    name: 'instances-that-sleep-over-a-prediction',
    promises: { lost: ['IDEM-006'], double: 'IDEM-006', topics: WORKER.outputs },
    faults: ['zombie'],
    search: 'single_faults',
    rounds: 1,
    runs_max: 7,
    runs_at_once: 7,
    begin: (scene) => deliveries(scene, WORKER, ['the request']),
  },
  {
    ...PREDICTION,
    name: 'every-order-of-a-prediction-asked-twice',
    promises: { lost: ['ACK-004'], lost_by_fault: 'IDEM-006', double: 'ACK-004', topics: WORKER.outputs },
    faults: ['ack_lost', 'refused', 'deadline_before', 'deadline_after'],
    rounds: 1,
    runs_max: 4,
    begin: (scene) => deliveries(scene, WORKER, ['the request', 'its repeat']),
  },
  {
    profile: 'phase-4',
    component: PHASE_4.component,
    components: PHASE_4.components,
    needs: PHASE_4.needs,
    owes: 1,
    name: 'every-order-of-a-level-triggered-twice',
    promises: { lost: ['IDEM-003'], lost_by_fault: 'IDEM-006', double: 'IDEM-003', topics: PHASE_4.outputs },
    faults: ['ack_lost', 'refused', 'deadline_after', 'zombie'],
    rounds: 1,
    runs_max: 2,
    begin: (scene) => deliveries(scene, PHASE_4, ['the trigger', 'its repeat']),
  },
];

/** The checks that explore schedules of receivers that run once per key. */
export const SAME_KEY: readonly Check[] = SITUATIONS.map(exploringCheck);

/** Everything before is done; the one message that asks for a run is delivered once for each name, under ids of its own. */
function deliveries(scene: Scene, recipe: Recipe, names: readonly string[]): Preparation {
  return {
    async prepare({ game_date }) {
      const inputs = await recipe.inputs(scene, game_date, 1);
      return names.flatMap((name) => inputs.map((message) => ({ name, delivery: parcel(recipe, message) })));
    },
    sentinel: async (game_date) => deliverAll(scene, recipe, await recipe.inputs(scene, game_date, 1)),
  };
}
