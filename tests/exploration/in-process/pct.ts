import type { Strategy } from '../../../conformance/exploration/engine/decide.ts';
import { type FaultBudget, planFaults } from '../../../conformance/exploration/strategies/fault-plan.ts';
import { chooseByPriority } from '../../../conformance/exploration/strategies/pct.ts';
import { createRandom } from '../../../conformance/exploration/strategies/random.ts';

/** How deep a fault PCT looks for; one more than the number of times that priorities change. */
export interface PctOptions extends FaultBudget {
  /** 1 to 8; default 3. */
  readonly depth?: number;
  /** How many steps the first run is expected to have; later ones go by the longest so far. Default 32. */
  readonly steps_expected?: number;
}

/** Create the strategy that chooses by priorities that change. Never ends. */
export function pct(seed: number, options: PctOptions = {}): Strategy {
  const { depth = 3, faults_max = 0, faults } = options;
  if (!Number.isInteger(depth) || depth < 1 || depth > 8)
    throw new Error(`expected a depth from 1 to 8, got ${depth}`);
  let steps_expected = options.steps_expected ?? 32;
  return {
    name: `PCT of depth ${depth}, seed ${seed}`,
    chooser(run) {
      const random = createRandom(seed, run);
      const count = random.below(faults_max + 1);
      return chooseByPriority(
        random,
        depth,
        steps_expected,
        planFaults(random, count, steps_expected, faults),
      );
    },
    learn(steps) {
      steps_expected = Math.max(steps_expected, steps);
    },
  };
}
