import type { RequirementId } from '../../../generated/requirements.ts';
import type { Profile } from '../../contract/names.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { History, Payload } from '../../history/events.ts';
import { publishes } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeRefused, marker } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, splitLast } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** Who must stay silent, under which requirement, and which requirement the live run after it has. */
const SILENT: Readonly<
  Record<string, { readonly silent: RequirementId; readonly live: RequirementId; readonly profile: Profile }>
> = {
  'phase2-raw': { silent: 'BACK-001', live: 'BACK-004', profile: 'phase-2' },
  'phase3-analytics': { silent: 'BACK-001', live: 'BACK-004', profile: 'phase-3' },
  'phase4-precompute': { silent: 'BACK-001', live: 'BACK-004', profile: 'phase-4' },
  'phase3-to-phase4-orchestrator': { silent: 'BACK-002', live: 'BACK-002', profile: 'fan-in' },
  'phase4-orchestrator': { silent: 'BACK-002', live: 'BACK-002', profile: 'cascade' },
  'phase5-coordinator': { silent: 'BACK-005', live: 'BACK-005', profile: 'coordinator' },
};

/** Receivers whose messages carry skip_downstream_trigger. */
export function obeysSkip(recipe: Recipe): boolean {
  return recipe.receiver in SILENT;
}

/** All inputs with skip_downstream_trigger: acked and silent. Then the live ones, which must work as if alone. */
export function silentRun(recipe: Recipe): Check {
  const promise = promiseOf(recipe);
  return {
    name: `skip-downstream-to-${recipe.receiver}`,
    situations: ['backfill before live'],
    requirements: [...new Set([promise.silent, promise.live])],
    profile: promise.profile,
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      await deliverAll(scene, recipe, inputs.map(silenced));
      await scene.settle();
      scene.mark('silent', 'every message told its receiver to publish nothing, and all are acked');
      await deliverAll(
        scene,
        recipe,
        inputs.map((message) => live(recipe, message, scene.id())),
      );
      await scene.settle();
    },
    judge: (history) => [
      ...judgeSilence(history, recipe, promise.silent),
      ...judgeRefused(history, recipe.component, promise.silent),
      ...judgeOutputs(history, recipe.component, { lost: promise.live, topics: recipe.outputs }),
    ],
  };
}

/** One of a set with skip_downstream_trigger, the others live: the set is not complete before it comes live too. */
export function silentMember(recipe: Recipe): Check {
  const promise = promiseOf(recipe);
  return {
    name: `skip-downstream-in-a-set-to-${recipe.receiver}`,
    situations: ['backfill before live'],
    requirements: [promise.silent],
    profile: promise.profile,
    ...subjectOf(recipe),
    async run(scene) {
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      await deliverAll(scene, recipe, [...earlier, silenced(last)]);
      await scene.settle();
      scene.mark('silent', 'the last of the set told its receiver to publish nothing');
      await deliverAll(scene, recipe, [live(recipe, last, scene.id())]);
      await scene.settle();
    },
    judge: (history) =>
      judgeOutputs(history, recipe.component, {
        lost: promise.silent,
        early: promise.silent,
        phantom: promise.silent,
        phantom_name: 'backfill leak',
      }).map((anomaly) =>
        anomaly.anomaly === 'early trigger' ? { ...anomaly, anomaly: 'backfill leak' } : anomaly,
      ),
  };
}

function promiseOf(recipe: Recipe) {
  return SILENT[recipe.receiver] ?? { silent: 'BACK-001', live: 'BACK-004', profile: 'message' };
}

function judgeSilence(history: History, recipe: Recipe, requirement: RequirementId): readonly Anomaly[] {
  const moment = marker(history, 'silent');
  return publishes(history)
    .filter(
      (event) => recipe.outputs.includes(event.topic) && event.sequence < (moment?.sequence ?? Infinity),
    )
    .map((event) => ({
      requirement,
      anomaly: 'backfill leak',
      proof: `#${event.sequence} published to ${event.topic}, although every message delivered so far carried skip_downstream_trigger. A historical load would set off the live pipeline.`,
      events: [event.sequence],
    }));
}

function silenced(message: Payload): Payload {
  return changeMessage(message, {
    skip_downstream_trigger: true,
    backfill_mode: true,
    backfill_reason: 'historical_load',
  });
}

/** The live run of the same work. A scraper that runs again has an execution_id of its own. */
function live(recipe: Recipe, message: Payload, execution_id: string): Payload {
  return recipe.receiver === 'phase2-raw' ? changeMessage(message, { execution_id }) : message;
}
