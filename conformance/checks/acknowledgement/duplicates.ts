import type { RequirementId } from '../../../generated/requirements.ts';
import type { Profile } from '../../contract/names.ts';
import type { Check } from '../check.ts';
import { judgeNacks, judgeRefused, missingNacks } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, deliverTogether, parcel } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** Who sends a message again although nothing failed breaks a SHOULD, where the contract asks for exactly one message. */
const ONE_MESSAGE: Readonly<Record<string, RequirementId>> = {
  'phase3-to-phase4-orchestrator': 'FANIN-011',
  'phase4-orchestrator': 'CASC-014',
  'phase5-coordinator': 'COORD-032',
  'phase5-coordinator-results': 'COORD-032',
};

/** Which requirement a second run breaks, by receiver. */
const ONE_RUN: Readonly<Record<string, { readonly id: RequirementId; readonly profile: Profile }>> = {
  'phase2-raw': { id: 'IDEM-001', profile: 'phase-2' },
  'phase3-analytics': { id: 'IDEM-002', profile: 'phase-3' },
  'phase4-precompute': { id: 'IDEM-003', profile: 'phase-4' },
  'phase3-to-phase4-orchestrator': { id: 'FANIN-002', profile: 'fan-in' },
  'phase4-orchestrator': { id: 'CASC-003', profile: 'cascade' },
  'phase5-coordinator': { id: 'COORD-003', profile: 'coordinator' },
  'phase5-coordinator-results': { id: 'COORD-008', profile: 'coordinator' },
  'phase5-worker': { id: 'ACK-004', profile: 'message' },
};

/** Everything again when all is done: under the same ids, and under new ones as a publisher's retry has them. */
export function duplicates(recipe: Recipe): Check {
  const { id, profile } = ONE_RUN[recipe.receiver] ?? { id: 'ACK-004', profile: 'message' };
  return {
    name: `duplicates-to-${recipe.receiver}`,
    situations: ['redelivery after a lost ack', 'same message, new id'],
    requirements: [...new Set<RequirementId>(['ACK-004', id]), ...oneMessage(recipe)],
    profile,
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const ids = inputs.map(() => String(800_000_000 + scene.random.below(100_000_000)));
      for (const [index, message] of inputs.entries()) {
        await scene.deliverUntilAcked(parcel(recipe, message, { message_id: ids[index] ?? '' }));
      }
      await scene.settle();
      scene.mark(DONE, 'everything is delivered and acked; what follows are duplicates');
      const again = inputs.map((message, index) =>
        parcel(recipe, message, { message_id: ids[index] ?? '', attempt: 2 }),
      );
      const renamed = inputs.map((message) => parcel(recipe, message));
      await deliverTogether(scene, scene.random.shuffle([...again, ...renamed]));
      await deliverAll(scene, recipe, scene.random.shuffle(inputs));
      await scene.settle();
    },
    judge: (history) => [
      ...judgeRefused(history, recipe.component, 'ACK-004'),
      ...judgeOutputs(history, recipe.component, {
        lost: id,
        double: id,
        // A duplicate of what was acked may have no effect; a repeat before that is no more than untidy.
        again: { requirement: 'ACK-004', after: DONE },
        ...repeatedOf(recipe),
        topics: recipe.outputs,
      }),
    ],
  };
}

/** The requirements that concurrency may break, by receiver. */
const CONCURRENT: Readonly<
  Record<
    string,
    {
      readonly id: RequirementId;
      readonly profile: Profile;
      readonly rounds: number;
    }
  >
> = {
  'phase2-raw': { id: 'IDEM-001', profile: 'phase-2', rounds: 2 },
  'phase3-analytics': { id: 'IDEM-005', profile: 'phase-3', rounds: 2 },
  'phase3-analytics-whole': { id: 'IDEM-005', profile: 'phase-3', rounds: 1 },
  'phase4-precompute': { id: 'IDEM-003', profile: 'phase-4', rounds: 1 },
  'phase3-to-phase4-orchestrator': { id: 'FANIN-006', profile: 'fan-in', rounds: 6 },
  'phase4-orchestrator': { id: 'CASC-005', profile: 'cascade', rounds: 4 },
  'phase5-coordinator': { id: 'COORD-002', profile: 'coordinator', rounds: 3 },
  'phase5-coordinator-results': { id: 'COORD-008', profile: 'coordinator', rounds: 3 },
  'phase5-worker': { id: 'ACK-004', profile: 'message', rounds: 1 },
};

/** All inputs at the same time, some of them twice. */
export function concurrent(recipe: Recipe): Check {
  const promise = CONCURRENT[recipe.receiver] ?? { id: 'ACK-004', profile: 'message', rounds: 1 };
  return {
    name: `concurrent-deliveries-to-${recipe.receiver}`,
    situations: ['duplicate before the ack'],
    requirements: [promise.id, ...oneMessage(recipe), 'ACK-014'],
    profile: promise.profile,
    ...subjectOf(recipe),
    rounds: promise.rounds,
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      const chosen = inputs.filter(() => scene.random.below(2) === 0);
      const copies = chosen.length === 0 ? inputs.slice(0, 1) : chosen;
      const together = scene.random.shuffle([...inputs, ...copies]).map((message) => parcel(recipe, message));
      await deliverTogether(scene, together);
      await scene.settle();
    },
    judge: (history) => [
      ...judgeRefused(history, recipe.component, promise.id),
      ...judgeNacks(history, recipe.component),
      ...judgeOutputs(history, recipe.component, {
        lost: promise.id,
        double: promise.id,
        early: promise.id,
        ...repeatedOf(recipe),
        topics: recipe.outputs,
      }),
    ],
    missing: (history, id) => (id === 'ACK-014' ? missingNacks(history, recipe.component) : undefined),
  };
}

const DONE = 'done';

function oneMessage({ receiver }: Recipe): readonly RequirementId[] {
  const requirement = ONE_MESSAGE[receiver];
  return requirement === undefined ? [] : [requirement];
}

function repeatedOf(recipe: Recipe): { readonly repeated?: RequirementId } {
  const [repeated] = oneMessage(recipe);
  return repeated === undefined ? {} : { repeated };
}
