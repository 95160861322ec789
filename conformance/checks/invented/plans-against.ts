import type { RequirementId } from '../../../generated/requirements.ts';
import type { Profile } from '../../contract/names.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { DeliveryEvent, History } from '../../history/events.ts';
import { deliveries, runOf } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { marker } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverTogether, parcel } from '../recipes/drive.ts';
import { CASCADE, FAN_IN } from '../recipes/orchestrators.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { hasStruckPublish, isUnstruck } from '../subjects/faults.ts';
import type { FaultPlan } from './plans.ts';

const PLANS = 12;
const SEED_MAX = 2 ** 31;

/** The checks that try plans of faults which nobody thought of. */
export const FAULT_PLANS: readonly Check[] = [
  faultPlans(FAN_IN, { lost: 'FANIN-007', double: 'FANIN-006', profile: 'fan-in' }),
  faultPlans(CASCADE, { lost: 'CASC-005', double: 'CASC-005', profile: 'cascade' }),
];

/** All completions at once under plans of refused calls and lost answers, each plan in a run of its own of the date. */
function faultPlans(
  recipe: Recipe,
  {
    lost,
    double,
    profile,
  }: { readonly lost: RequirementId; readonly double: RequirementId; readonly profile: Profile },
): Check {
  const judge = (history: History): readonly Anomaly[] =>
    judgeOutputs(history, recipe.component, { lost, double, topics: recipe.outputs });
  return {
    name: `fault-plans-against-${recipe.receiver}`,
    requirements: [...new Set([lost, double])],
    profile,
    ...subjectOf(recipe),
    needs: [...recipe.needs, 'broker-faults', 'store-faults'],
    uses: ['runs'],
    is_long: true,
    async run(scene) {
      const { anyFaultPlan, describePlan } = await import('./plans.ts');
      const { findSmallest } = await import('./search.ts');
      const seed = scene.random.below(SEED_MAX);
      let run = 0;
      const { tried, smallest } = await findSmallest(
        anyFaultPlan(),
        async (plan) => judge(await tryPlan(scene, recipe, plan, ++run)).length === 0,
        { seed, runs_max: PLANS },
      );
      const outcome =
        smallest === null ? 'none did harm' : `the smallest that does harm is: ${describePlan(smallest)}`;
      scene.mark('plans', `${tried} plans of faults were drawn with seed ${seed}; ${outcome}`);
    },
    judge(history) {
      const sentence = marker(history, 'plans')?.sentence ?? '';
      // The plan was made smaller until the last failing run of the date, so that one is told.
      const last = isUnstruck(history) ? undefined : judge(history).at(-1);
      if (last === undefined) return [];
      // The last failing run begins with its first delivery, and only what struck in it is to blame.
      const begun = deliveriesOf(history, recipe, last).at(0)?.sequence ?? 0;
      const own = history.filter((event) => event.sequence >= begun - 1);
      const is_lost = last.requirement === lost && lost !== double;
      const is_struck = own.some((event) => event.kind === 'fault' && event.change === 'strikes');
      const requirement = is_lost && is_struck && !hasStruckPublish(own) ? double : last.requirement;
      return [{ ...last, requirement, proof: `${last.proof} Of these faults, ${sentence}.` }];
    },
  };
}

/** The deliveries of the run that an anomaly is about. */
function deliveriesOf(
  history: History,
  { component }: Recipe,
  { events }: Anomaly,
): readonly DeliveryEvent[] {
  const all = deliveries(history, component);
  const cited = all.find(({ sequence }) => events.includes(sequence));
  return cited === undefined ? all : all.filter(({ message }) => runOf(message) === runOf(cited.message));
}

/** Delivers a set under a plan until all is acked. @returns what happened meanwhile. */
async function tryPlan(scene: Scene, recipe: Recipe, plan: FaultPlan, run: number): Promise<History> {
  const { game_date } = scene;
  const from = scene.history().at(-1)?.sequence ?? 0;
  const inputs = await recipe.inputs(scene, game_date, run);
  const faults = plan.map((rule) => scene.fault({ ...rule, game_date }));
  await deliverTogether(
    scene,
    inputs.map((message) => parcel(recipe, message)),
  );
  for (const fault of faults) fault.lift();
  await scene.settle();
  return scene.history().filter(({ sequence }) => sequence > from);
}
