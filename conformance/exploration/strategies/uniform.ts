import type { Chooser } from '../engine/decide.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';
import type { Random } from './random.ts';

/** Choose among the enabled steps with the same chance for each. */
export function chooseUniformly(random: Random, fault: FaultPlan = NO_FAULTS): Chooser {
  return {
    take(_, enabled) {
      return enabled.length === 1 ? 0 : random.below(enabled.length);
    },
    fault,
  };
}
