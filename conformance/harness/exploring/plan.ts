import type { Strategy } from '../../exploration/engine/decide.ts';
import { exhaustive } from '../../exploration/strategies/exhaustive.ts';
import { portfolio } from '../../exploration/strategies/portfolio.ts';
import { singleFaults } from '../../exploration/strategies/single-faults.ts';
import type { SceneExploration } from './exploration.ts';

/** Which runs a case makes. */
export interface Plan {
  readonly strategy: Strategy;
  /** Whether everything was tried, asked at the end. */
  isComplete(): boolean;
}

/** Plan the runs of a case by its way to search; `is_deep` goes on with several faults where one at a time is over. */
export function planRuns(
  { faults, search = 'portfolio' }: SceneExploration,
  seed: number,
  is_deep: boolean,
): Plan {
  switch (search) {
    case 'portfolio':
      return { strategy: portfolio(seed, { faults }), isComplete: () => false };
    case 'every_interleaving': {
      const interleavings = exhaustive({
        atOnce: ({ kind }) => kind === 'deliver' || kind === 'answer',
        is_lenient: true,
      });
      return {
        strategy: { ...interleavings, name: 'every interleaving of their calls' },
        isComplete: interleavings.triedAll,
      };
    }
    case 'single_faults': {
      const singles = singleFaults(seed, faults);
      if (!is_deep) return { strategy: singles, isComplete: singles.triedAll };
      return { strategy: oneAfterTheOther(singles, portfolio(seed, { faults })), isComplete: () => false };
    }
  }
}

/** End a strategy as soon as `isOver`, but not before one run. */
export function until(strategy: Strategy, isOver: () => boolean): Strategy {
  return {
    name: strategy.name,
    chooser: (run) => (run > 1 && isOver() ? undefined : strategy.chooser(run)),
    learn: strategy.learn,
  };
}

/** When the first strategy has nothing left, the second one begins. */
function oneAfterTheOther(first: Strategy, second: Strategy): Strategy {
  let runs = 0;
  return {
    name: `${first.name}, then ${second.name}`,
    chooser(run) {
      const chooser = runs === 0 ? first.chooser(run) : undefined;
      if (chooser !== undefined) return chooser;
      if (runs === 0) runs = run - 1;
      return second.chooser(run - runs);
    },
    learn(steps) {
      first.learn(steps);
      second.learn(steps);
    },
  };
}
