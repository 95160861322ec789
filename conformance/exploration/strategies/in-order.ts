import type { Chooser } from '../engine/decide.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';

/** Choose the first enabled step, always. */
export function chooseInOrder(fault: FaultPlan = NO_FAULTS): Chooser {
  return { take: () => 0, fault };
}
