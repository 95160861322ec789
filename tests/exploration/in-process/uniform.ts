import type { Strategy } from '../../../conformance/exploration/engine/decide.ts';
import { type FaultBudget, planFaults } from '../../../conformance/exploration/strategies/fault-plan.ts';
import { chooseUniformly } from '../../../conformance/exploration/strategies/portfolio.ts';
import { createRandom } from '../../../conformance/exploration/strategies/random.ts';

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
