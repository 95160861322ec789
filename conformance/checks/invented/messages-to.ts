import { LEGACY_FIELDS, without } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { DeliveryEvent, History, Payload } from '../../history/events.ts';
import { answerTo, deliveries } from '../../history/select.ts';
import type { Anomaly, Check } from '../check.ts';
import { judgeDefective, marker, statusOf } from '../judging/answers.ts';
import { judgeOutputs } from '../judging/outputs.ts';
import { FIELD_REQUIREMENTS } from '../messages/corruptions.ts';
import { schemaOf } from '../messages/fields.ts';
import { deliverAll, parcel, splitLast } from '../recipes/drive.ts';
import { type Recipe, subjectOf } from '../recipes/recipe.ts';
import { requirementOfDefect, VALUE_REQUIREMENTS } from './defects.ts';

const CORRUPTIONS = 40;
const MESSAGES = 12;
const SEED_MAX = 2 ** 31;

/**
 * Messages that nobody thought of, drawn from the contract: with one field wrong, which must be refused, and right ones,
 * which must be taken. The first that is treated otherwise is made small.
 */
export function inventedMessages(recipe: Recipe): Check {
  return {
    name: `invented-messages-to-${recipe.receiver}`,
    situations: ['invalid before valid'],
    requirements: [...FIELD_REQUIREMENTS, ...(recipe.unified ? VALUE_REQUIREMENTS : []), 'ACK-010'],
    profile: 'message',
    ...subjectOf(recipe),
    async run(scene) {
      const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
      await deliverAll(scene, recipe, earlier);
      await tryMessages(scene, recipe, without(last, LEGACY_FIELDS));
      await deliverAll(scene, recipe, [last]);
      await scene.settle();
    },
    judge: (history) => judgeInvented(history, recipe),
  };
}

async function tryMessages(scene: Scene, recipe: Recipe, base: Payload): Promise<void> {
  const { anyCorruption, anyMessage } = await import('./messages.ts');
  const { findSmallest } = await import('./search.ts');
  const seed = scene.random.below(SEED_MAX);
  const name = schemaOf(recipe);
  const corrupted = await findSmallest(
    anyCorruption(name, base, recipe.unified),
    async (corruption) => !(await scene.deliver(parcel(recipe, base, corruption))).acked,
    { seed, runs_max: CORRUPTIONS },
  );
  await scene.settle();
  scene.mark('corrupted', tell('corrupted', seed, corrupted.tried, corrupted.smallest?.defect ?? null));
  const right = await findSmallest(
    anyMessage(name, base),
    async (message) => {
      const { acked, status } = await scene.deliver(parcel(recipe, message));
      // What is called invalid stays so; everything else a redelivery may sort out.
      return acked || (status !== 400 && (await scene.deliverUntilAcked(parcel(recipe, message))).acked);
    },
    { seed, runs_max: MESSAGES },
  );
  const refused = right.smallest === null ? null : JSON.stringify(right.smallest);
  scene.mark('right', tell('right', seed, right.tried, refused));
}

function tell(kind: string, seed: number, tried: number, smallest: string | null): string {
  const outcome = smallest === null ? 'all were treated as they must be' : `${SMALLEST}${smallest}`;
  return `${tried} ${kind} messages were drawn from the contract with seed ${seed}: ${outcome}`;
}

const SMALLEST = 'the smallest that was not treated as it must be has ';

function judgeInvented(history: History, recipe: Recipe): readonly Anomaly[] {
  return [
    ...judgeTaken(history, recipe.component),
    ...judgeNotTaken(history, recipe.component),
    ...judgeOutputs(history, recipe.component, { lost: 'ACK-010', topics: recipe.outputs }),
  ];
}

/** Of all wrong messages that were taken only the smallest is told, and of what they left behind the first. */
function judgeTaken(history: History, component: string): readonly Anomaly[] {
  const sentence = marker(history, 'corrupted')?.sentence ?? '';
  const found = judgeDefective(history, component, { nack: requirementOfDefect });
  const taken = found.filter(({ anomaly }) => anomaly === 'swallowed message');
  const is_smallest = (sequence: number | undefined): boolean =>
    deliveries(history, component).some(
      ({ sequence: own, defect }) =>
        own === sequence && defect !== null && sentence.endsWith(SMALLEST + defect),
    );
  const smallest = taken.findLast(({ events }) => is_smallest(events[0])) ?? taken[0];
  const left = found.find(({ anomaly }) => anomaly === 'state left behind');
  return [
    ...(smallest === undefined ? [] : [{ ...smallest, proof: `${smallest.proof} ${capital(sentence)}.` }]),
    ...(left === undefined ? [] : [left]),
  ];
}

/** A right message that was called invalid, the last of those that were made small. */
function judgeNotTaken(history: History, component: string): readonly Anomaly[] {
  const sentence = marker(history, 'right')?.sentence ?? '';
  const refused = deliveries(history, component).flatMap((delivery: DeliveryEvent) => {
    const answer = answerTo(history, delivery);
    return delivery.defect === null && answer?.status === 400 ? [{ delivery, answer }] : [];
  });
  const last = refused.at(-1);
  if (last === undefined) return [];
  const { delivery, answer } = last;
  return [
    {
      requirement: 'ACK-010',
      anomaly: 'refused message',
      proof: `#${delivery.sequence} brought ${component} a message that the contract allows; it was answered ${statusOf(answer)} (#${answer.sequence}): "${answer.body.slice(0, 160)}". ${capital(sentence)}.`,
      events: [delivery.sequence, answer.sequence],
    },
  ];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
