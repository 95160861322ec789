import type { Step } from '../engine/simulation.ts';
import type { FaultName } from '../schedule/faults.ts';
import type { Random } from './random.ts';

/** Which faults a strategy may use, and how many in one run. */
export interface FaultBudget {
  /** Default 0: none. */
  readonly faults_max?: number;
  /** Default: all that a step lists. */
  readonly faults?: readonly FaultName[];
}

/** Decides what strikes a step; asked once for each step, in order. */
export type FaultPlan = (number: number, chosen: Step) => FaultName | undefined;

/** A plan without faults. */
export const NO_FAULTS: FaultPlan = () => undefined;

/**
 * Plan exactly `count` faults at steps drawn from 1 to `steps_expected`.
 *
 * A fault that finds a step which cannot suffer any waits for the next one that can.
 */
export function planFaults(
  random: Random,
  count: number,
  steps_expected: number,
  allowed?: readonly FaultName[],
): FaultPlan {
  if (count === 0) return NO_FAULTS;
  const moments = Array.from({ length: count }, () => 1 + random.below(steps_expected)).sort((a, b) => a - b);
  let due = 0;
  return (number, chosen) => {
    const moment = moments[due];
    if (moment === undefined || moment > number) return undefined;
    const possible =
      allowed === undefined ? chosen.faults : chosen.faults.filter((fault) => allowed.includes(fault));
    if (possible.length === 0) return undefined;
    due += 1;
    return possible[random.below(possible.length)];
  };
}
