import type { Chooser, Strategy } from '../engine/decide.ts';
import { type FaultBudget, type FaultPlan, NO_FAULTS, planFaults } from './fault-plan.ts';
import { createRandom, type Random } from './random.ts';

/** Create the strategy that takes any enabled step with the same chance. Never ends. */
export function uniformRandom(seed: number, { faults_max = 0, faults }: FaultBudget = {}): Strategy {
  let steps_expected = 32;
  return {
    name: `uniform random, seed ${seed}`,
    chooser(run) {
      const random = createRandom(seed, run);
      const count = random.below(faults_max + 1);
      return chooseUniformly(random, planFaults(random, count, steps_expected, faults));
    },
    learn(steps) {
      steps_expected = Math.max(1, steps);
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
