import type { Chooser } from '../engine/decide.ts';
import type { Step } from '../engine/simulation.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import type { Random } from './random.ts';

const PRIORITIES = 0x4000_0000;

/**
 * Choose as probabilistic concurrency testing does (Burckhardt, Kothari, Musuvathi, Nagarakatte, 2010), for messages.
 *
 * Each actor gets a random priority when it first appears, and the highest one that can go goes. At `depth - 1` random
 * steps whoever would go next falls below everyone. With n actors and k steps, a fault that needs d ordering constraints
 * shows in a run with a chance of at least 1 / (n · k^(d-1)). A message is an actor, so that one of them is delayed past
 * all others with a chance of one in n, however many they are. A redelivery is a new actor: nobody starves for ever.
 */
export function chooseByPriority(
  random: Random,
  depth: number,
  steps_expected: number,
  fault: FaultPlan = NO_FAULTS,
): Chooser {
  /** By actor; those who have fallen are negative, the later the lower. */
  const priorities: number[] = [];
  const changes: number[] = [];
  for (let count = 1; count < depth; count++) changes.push(1 + random.below(steps_expected));
  let fallen = 0;

  return {
    take(number, enabled) {
      let best = findHighest(enabled, priorities, random);
      for (const change of changes) {
        if (change !== number) continue;
        const actor = enabled[best]?.actor;
        if (actor !== undefined) priorities[actor] = -++fallen;
        best = findHighest(enabled, priorities, random);
      }
      return best;
    },
    fault,
  };
}

function findHighest(enabled: readonly Step[], priorities: number[], random: Random): number {
  let best = 0;
  let best_priority = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < enabled.length; index++) {
    const actor = enabled[index]?.actor ?? 0;
    let priority = priorities[actor];
    if (priority === undefined) {
      priority = random.below(PRIORITIES);
      priorities[actor] = priority;
    }
    if (priority > best_priority) {
      best = index;
      best_priority = priority;
    }
  }
  return best;
}
