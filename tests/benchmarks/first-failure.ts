import fc from 'fast-check';
import type { Strategy } from '../../conformance/exploration/engine/decide.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { simulateDelayed } from '../exploration/cases/delayed.ts';
import { explore } from '../exploration/in-process/explore.ts';
import { pct } from '../exploration/in-process/pct.ts';
import { uniformRandom } from '../exploration/in-process/uniform.ts';
import { median } from './rates.ts';

/** How many runs a strategy needed to find the fault, over all seeds. */
export interface FirstFailure {
  readonly name: string;
  /** Of `seeds`. */
  readonly found: number;
  readonly seeds: number;
  /** Over all seeds; a seed that found nothing counts as infinitely many. */
  readonly median_runs: number;
  readonly most_runs: number;
}

const OTHERS = 20;
const RUNS_MAX = 2_000;
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Count the runs until one message was delayed past twenty others. */
export async function countFirstFailures(): Promise<readonly FirstFailure[]> {
  const ours: readonly (readonly [string, (seed: number) => Strategy])[] = [
    ['PCT, depth 2', (seed) => pct(seed, { depth: 2 })],
    ['PCT, depth 3', (seed) => pct(seed, { depth: 3 })],
    ['portfolio', (seed) => portfolio(seed)],
    ['uniform random', (seed) => uniformRandom(seed)],
  ];
  const theirs = summarize('fast-check scheduler', await Promise.all(SEEDS.map(runsOfTheirs)));
  return [
    theirs,
    ...ours.map(([name, strategy]) =>
      summarize(
        name,
        SEEDS.map((seed) => runsOf(strategy(seed))),
      ),
    ),
  ];
}

function summarize(name: string, runs: readonly number[]): FirstFailure {
  const found = runs.filter(Number.isFinite).length;
  return { name, found, seeds: runs.length, median_runs: median(runs), most_runs: Math.max(...runs) };
}

function runsOf(strategy: Strategy): number {
  const { failures } = explore({
    simulate: () => simulateDelayed(OTHERS),
    judge: ({ lost }) => (lost ? [{ anomaly: 'lost message', proof: 'it came too late' }] : []),
    strategy,
    runs_max: RUNS_MAX,
  });
  return failures[0]?.run ?? Number.POSITIVE_INFINITY;
}

async function runsOfTheirs(seed: number): Promise<number> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    let handled = 0;
    const late = scheduler.schedule(Promise.resolve(), 'late').then(() => handled < OTHERS);
    const others = async (): Promise<void> => {
      for (let count = 0; count < OTHERS; count++) {
        await scheduler.schedule(Promise.resolve(), 'other');
        handled += 1;
      }
    };
    const all = others();
    await scheduler.waitIdle();
    await all;
    return late;
  });
  const { failed, numRuns } = await fc.check(property, { numRuns: RUNS_MAX, seed, endOnFailure: true });
  return failed ? numRuns : Number.POSITIVE_INFINITY;
}
