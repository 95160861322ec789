import { PROCESSORS } from '../../../generated/registry.ts';
import { changeMessage } from '../../harness/messages/build.ts';
import type { Payload } from '../../history/events.ts';
import { text } from '../../history/select.ts';
import type { Check } from '../check.ts';
import { judgeRefused } from '../judging/answers.ts';
import { every, judgeOutputs } from '../judging/outputs.ts';
import { deliverAll, parcel } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';

/** A field that the next version of the contract may bring must not stop today's receiver. */
export function unknownFields(recipe: Recipe): Check {
  return {
    name: `unknown-fields-to-${recipe.receiver}`,
    requirements: ['MSG-003'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      await deliverAll(
        scene,
        recipe,
        inputs.map((message) => ({
          ...message,
          field_of_a_later_version: { since: '1.1', values: [1, null] },
        })),
      );
      await scene.settle();
    },
    judge: (history) => [
      ...judgeRefused(history, recipe.component, 'MSG-003'),
      ...judgeOutputs(history, recipe.component, { lost: 'MSG-003', topics: recipe.outputs }),
    ],
  };
}

/** Each input under every name that the registry lists: one run, whatever name it came under. */
export function aliases(recipe: Recipe): Check {
  return {
    name: `aliases-to-${recipe.receiver}`,
    requirements: ['MSG-006'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      await deliverAll(scene, recipe, inputs.flatMap(underEveryName));
      await scene.settle();
    },
    judge: (history) => [
      ...judgeRefused(history, recipe.component, 'MSG-006'),
      ...judgeOutputs(history, recipe.component, { ...every('MSG-006'), topics: recipe.outputs }),
    ],
  };
}

/** The same message as push envelope, as CloudEvent in binary mode and in structured mode. */
export function everyForm(recipe: Recipe): Check {
  return {
    name: `every-delivery-form-to-${recipe.receiver}`,
    requirements: ['ACK-008'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const forms = scene.random.shuffle([
        'push_envelope',
        'cloud_event_binary',
        'cloud_event_structured',
      ] as const);
      const inputs = await recipe.inputs(scene, scene.game_date, 1);
      for (const [index, message] of inputs.entries()) {
        const form = forms[index % forms.length] ?? 'push_envelope';
        await scene.deliverUntilAcked(parcel(recipe, message, { form }));
      }
      // Each form once more for the last message, so that every receiver sees all three.
      for (const form of forms) {
        await scene.deliverUntilAcked(parcel(recipe, inputs.at(-1) ?? {}, { form }));
      }
      await scene.settle();
    },
    judge: (history) => [
      ...judgeRefused(history, recipe.component, 'ACK-008'),
      ...judgeOutputs(history, recipe.component, {
        lost: 'ACK-008',
        double: 'ACK-008',
        topics: recipe.outputs,
      }),
    ],
  };
}

function underEveryName(message: Payload): readonly Payload[] {
  const name = text(message, 'processor_name');
  for (const phase of Object.values(PROCESSORS)) {
    const found = Object.entries<{ readonly aliases: readonly string[] }>(phase).find(
      ([canonical]) => canonical === name,
    );
    if (found === undefined) continue;
    return [...found[1].aliases, name].map((processor_name) => changeMessage(message, { processor_name }));
  }
  return [message];
}
