import type { Chooser, Strategy } from '../engine/decide.ts';
import { type FaultBudget, type FaultPlan, NO_FAULTS, planFaults } from './fault-plan.ts';
import { chooseInOrder } from './in-order.ts';
import { chooseByPriority } from './pct.ts';
import { createRandom, type Random } from './random.ts';

interface Share {
  /** How many faults, if the budget allows. */
  readonly faults: number;
  readonly choose: (random: Random, steps_expected: number, fault: FaultPlan) => Chooser;
}

const ORDERLY: Share['choose'] = (_random, _steps, fault) => chooseInOrder(fault);
const UNIFORM: Share['choose'] = (random, _steps, fault) => chooseUniformly(random, fault);
const pctOf =
  (depth: number): Share['choose'] =>
  (random, steps, fault) =>
    chooseByPriority(random, depth, steps, fault);

/** One round of the portfolio; it starts anew after the last. Single faults come first: most broken promises need no more. */
const SHARES: readonly Share[] = [
  { faults: 0, choose: pctOf(3) },
  { faults: 1, choose: ORDERLY },
  { faults: 1, choose: pctOf(2) },
  { faults: 0, choose: UNIFORM },
  { faults: 1, choose: pctOf(3) },
  { faults: 0, choose: pctOf(2) },
  { faults: 1, choose: UNIFORM },
  { faults: 2, choose: pctOf(3) },
  { faults: 0, choose: pctOf(4) },
  { faults: 2, choose: ORDERLY },
];

/**
 * Create the default strategy: the first run in order, then a fixed round of in order with faults, PCT of depth 2 to 4 and
 * uniform random, with no fault, one or two. Run n depends on the seed, n and how long the runs before it were. Never ends.
 */
export function portfolio(seed: number, { faults_max = 2, faults }: FaultBudget = {}): Strategy {
  let steps_expected = 32;
  let known = false;
  return {
    name: `portfolio, seed ${seed}`,
    chooser(run) {
      if (run === 1) return chooseInOrder();
      const share = SHARES[(run - 2) % SHARES.length];
      if (share === undefined) return chooseInOrder();
      const random = createRandom(seed, run);
      const count = Math.min(share.faults, faults_max);
      return share.choose(random, steps_expected, planFaults(random, count, steps_expected, faults));
    },
    learn(steps) {
      // The run in order says how long a case is; one that loops on redeliveries says little about the next.
      if (!known) steps_expected = Math.max(1, Math.ceil(steps * 1.25));
      known = true;
    },
  };
}

/** Choose among the enabled steps with the same chance for each. */
export function chooseUniformly(random: Random, fault: FaultPlan = NO_FAULTS): Chooser {
  return {
    take(_, enabled) {
      return enabled.length === 1 ? 0 : random.below(enabled.length);
    },
    fault,
  };
}
