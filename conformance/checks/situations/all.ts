import { OF_CALLS } from './calls.ts';
import { OF_DELIVERIES } from './deliveries.ts';
import { OF_ORDER } from './order.ts';
import type { Situation, SituationName } from './situation.ts';

/** Every situation, in the order in which reports show them. */
export const SITUATIONS: readonly Situation[] = [...OF_DELIVERIES, ...OF_CALLS, ...OF_ORDER];

/** Find a situation by its name. */
export function situationCalled(name: SituationName): Situation {
  const found = SITUATIONS.find((situation) => situation.name === name);
  if (found === undefined) throw new Error(`expected a situation of SITUATIONS, got "${name}"`);
  return found;
}
