import { OF_CALLS } from './calls.ts';
import { OF_DELIVERIES } from './deliveries.ts';
import { OF_ORDER } from './order.ts';
import type { Situation } from './situation.ts';

/** Every situation, in the order in which reports show them. */
export const SITUATIONS = [...OF_DELIVERIES, ...OF_CALLS, ...OF_ORDER] as const;

/** The name of a situation. */
export type SituationName = (typeof SITUATIONS)[number]['name'];

/** Find a situation by its name. */
export function situationCalled(name: SituationName): Situation {
  const found: Situation | undefined = SITUATIONS.find((situation) => situation.name === name);
  if (found === undefined) throw new Error(`expected a situation of SITUATIONS, got "${name}"`);
  return found;
}
