import type { Chooser, Strategy } from '../engine/decide.ts';
import { type FaultPlan, NO_FAULTS } from './fault-plan.ts';

/** Create the strategy of one run: always the first step, never a fault. */
export function inOrder(): Strategy {
  return {
    name: 'in order',
    chooser: (run) => (run === 1 ? chooseInOrder() : undefined),
    learn: () => {},
  };
}

/** Choose the first enabled step, always. */
export function chooseInOrder(fault: FaultPlan = NO_FAULTS): Chooser {
  return { take: () => 0, fault };
}
