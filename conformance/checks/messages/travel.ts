import { changeMessage } from '../../harness/messages/build.ts';
import type { Payload } from '../../history/events.ts';
import type { Check } from '../check.ts';
import { IDENTITY_REQUIREMENTS, judgeIdentity } from '../judging/identity.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { judgeProvenance } from '../judging/provenance.ts';
import { deliverAll } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** Receivers that publish no unified message, and so say nothing of a run of their own. */
const NAMELESS = ['phase5-coordinator', 'phase5-worker'];

/** Run 2, if the target has any, as a backfill: date, run, backfill flags and correlation must travel on to what is published. */
export function whatTravelsOn(recipe: Recipe): Check {
  return {
    name: `what-travels-on-from-${recipe.receiver}`,
    requirements: [
      'MSG-001',
      'MSG-002',
      'MSG-004',
      'MSG-009',
      'BACK-003',
      'CORR-001',
      'CORR-004',
      'TOPO-001',
      ...(NAMELESS.includes(recipe.receiver) ? [] : IDENTITY_REQUIREMENTS),
    ],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, scene.target.has.runs ? 2 : 1);
      const historical = recipe.receiver === 'phase5-coordinator-results' ? inputs : inputs.map(asBackfill);
      await deliverAll(scene, recipe, historical);
      await scene.settle();
    },
    judge: (history) => [
      ...judgeProvenance(history, recipe.component),
      ...(NAMELESS.includes(recipe.receiver) ? [] : judgeIdentity(history)),
      // Without any output nothing could travel on: the run was dropped on the way.
      ...judgeOutputs(history, recipe.component, { lost: 'MSG-009' }),
    ],
  };
}

/** Messages without correlation_id, as older senders write them: the upstream execution_id takes its place. */
export function missingCorrelation(recipe: Recipe): Check {
  return {
    name: `missing-correlation-to-${recipe.receiver}`,
    requirements: ['CORR-002'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const cut = inputs.map((message, index) =>
        changeMessage(message, { correlation_id: index % 2 === 0 ? undefined : null }),
      );
      await deliverAll(scene, recipe, cut);
      await scene.settle();
    },
    judge: (history) => [
      ...judgeProvenance(history, recipe.component).filter(({ requirement }) => requirement === 'CORR-002'),
      ...judgeOutputs(history, recipe.component, { lost: 'CORR-002' }),
    ],
  };
}

function asBackfill(message: Payload): Payload {
  return changeMessage(message, { backfill_mode: true, backfill_reason: 'reprocessing' });
}
