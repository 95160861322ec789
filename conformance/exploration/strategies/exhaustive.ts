import type { Chooser, Strategy } from '../engine/decide.ts';
import type { Step } from '../engine/simulation.ts';
import type { FaultName } from '../schedule/faults.ts';
import type { FaultBudget } from './fault-plan.ts';

/** What an exhaustive search leaves out, and how strict it is. */
export interface ExhaustiveOptions extends FaultBudget {
  /** Steps that go as soon as they are there, without a choice; default none. */
  readonly atOnce?: (step: Step) => boolean;
  /** Goes on where a simulation did not repeat itself, instead of throwing; then it never says that it tried all. */
  readonly is_lenient?: boolean;
}

/** A strategy that ends by itself. */
export interface ExhaustiveStrategy extends Strategy {
  /** Whether every schedule was tried, each time with the possibilities that the run before had. */
  triedAll(): boolean;
}

interface Crossing {
  choice: number;
  /** How many choices there were. */
  width: number;
}

/**
 * Create the strategy that tries every schedule, depth first, each exactly once; for small cases.
 *
 * With `faults_max` above 0 every combination of that many faults is tried as well. The simulation must behave the same
 * after the same choices. The caller bounds the number of runs; only when `chooser` returns undefined was everything tried.
 *
 * @throws {Error} while choosing, when a simulation did not repeat itself and the search is not lenient.
 */
export function exhaustive({
  faults_max = 0,
  faults,
  atOnce = () => false,
  is_lenient = false,
}: ExhaustiveOptions = {}): ExhaustiveStrategy {
  /** Choices that the next run repeats; the last one is new. */
  const path: Crossing[] = [];
  let finished = false;
  let depth = 0;
  let surprises = 0;

  const cross = (width: number): number => {
    const known = path[depth++];
    if (known === undefined) {
      path.push({ choice: 0, width });
      return 0;
    }
    if (known.width !== width && is_lenient) {
      // What follows was planned for another crossing; it is found anew from here.
      surprises += 1;
      path.length = depth;
      path[depth - 1] = { choice: Math.min(known.choice, width - 1), width };
      return Math.min(known.choice, width - 1);
    }
    if (known.width !== width) {
      throw new Error(
        `expected ${known.width} possibilities at crossing ${depth} as in the run before, got ${width}; the simulation must repeat itself`,
      );
    }
    return known.choice;
  };

  return {
    name: faults_max === 0 ? 'every schedule' : `every schedule with up to ${faults_max} faults`,
    chooser() {
      if (finished) return undefined;
      depth = 0;
      return createChooser(cross, faults_max, faults, atOnce);
    },
    learn() {
      path.length = depth;
      while (path.length > 0) {
        const last = path[path.length - 1];
        if (last === undefined) break;
        if (last.choice + 1 < last.width) {
          last.choice += 1;
          return;
        }
        path.pop();
      }
      finished = true;
    },
    triedAll: () => finished && surprises === 0,
  };
}

function createChooser(
  cross: (width: number) => number,
  faults_max: number,
  allowed: readonly FaultName[] | undefined,
  atOnce: (step: Step) => boolean,
): Chooser {
  let left = faults_max;
  return {
    take(_, enabled) {
      const first = enabled.findIndex(atOnce);
      if (first >= 0) return first;
      return enabled.length === 1 ? 0 : cross(enabled.length);
    },
    fault(_, chosen) {
      const possible = left === 0 ? [] : possibleFaults(chosen, allowed);
      if (possible.length === 0) return undefined;
      const choice = cross(possible.length + 1);
      if (choice === 0) return undefined;
      left -= 1;
      return possible[choice - 1];
    },
  };
}

function possibleFaults(step: Step, allowed: readonly FaultName[] | undefined): readonly FaultName[] {
  return allowed === undefined ? step.faults : step.faults.filter((fault) => allowed.includes(fault));
}
