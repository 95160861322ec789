import type { Scene, SceneDelivery } from '../../harness/scene/scene.ts';
import type { AnswerEvent, Payload } from '../../history/events.ts';
import { CASCADE, FAN_IN } from './orchestrators.ts';
import { COORDINATOR, RESULTS, WORKER } from './phase-5.ts';
import { PHASE_2, PHASE_3, PHASE_4 } from './phases.ts';
import type { Recipe } from './recipe.ts';

/** Every receiver of the pipeline, in its order. */
export const RECIPES: readonly Recipe[] = [
  PHASE_2,
  PHASE_3,
  FAN_IN,
  PHASE_4,
  CASCADE,
  COORDINATOR,
  RESULTS,
  WORKER,
];

/** Make the delivery of one input of a recipe. */
export function parcel(recipe: Recipe, message: Payload, rest: Partial<SceneDelivery> = {}): SceneDelivery {
  return { component: recipe.component, topic: recipe.topic, message, ...rest };
}

/** Delivers inputs one after the other, each until it is acked. */
export async function deliverAll(scene: Scene, recipe: Recipe, messages: readonly Payload[]): Promise<void> {
  for (const message of messages) await scene.deliverUntilAcked(parcel(recipe, message));
}

/** Delivers inputs at the same time, each until it is acked. */
export async function deliverTogether(scene: Scene, deliveries: readonly SceneDelivery[]): Promise<void> {
  await Promise.all(deliveries.map((delivery) => scene.deliverUntilAcked(delivery)));
}

/** Delivers all inputs but the last, then the last in every broken form, then, as the sentinel, the genuine one. */
export async function deliverBroken(
  scene: Scene,
  recipe: Recipe,
  formsOf: (last: Payload) => readonly Partial<SceneDelivery>[],
): Promise<void> {
  const [earlier, last] = splitLast(await recipe.inputs(scene, scene.game_date, 1));
  await deliverAll(scene, recipe, earlier);
  for (const form of formsOf(last)) await scene.deliver(parcel(recipe, last, form));
  await scene.settle();
  scene.mark('sentinel', 'the genuine message follows; what came before it has had its effect');
  await scene.deliverUntilAcked(parcel(recipe, last));
  await scene.settle();
}

/**
 * Delivers each input once, and remembers which were nacked.
 *
 * @returns a function that delivers the nacked ones again, under the same ids, until they are acked.
 */
export async function deliverOnce(
  scene: Scene,
  recipe: Recipe,
  messages: readonly Payload[],
  idOf: (index: number) => string,
): Promise<() => Promise<void>> {
  const nacked: SceneDelivery[] = [];
  for (const [index, message] of messages.entries()) {
    const delivery = parcel(recipe, message, { message_id: idOf(index) });
    const answer: AnswerEvent = await scene.deliver(delivery);
    if (!answer.acked) nacked.push({ ...delivery, attempt: 2 });
  }
  return () => deliverTogether(scene, nacked);
}

/** Split inputs into all but the last, and the last. */
export function splitLast(messages: readonly Payload[]): readonly [readonly Payload[], Payload] {
  const last = messages.at(-1);
  if (last === undefined) throw new Error('a recipe must give at least one input');
  return [messages.slice(0, -1), last];
}
