import fc from 'fast-check';
import type { Strategy } from '../../conformance/exploration/engine/decide.ts';
import type { ExploreOptions } from '../../conformance/exploration/engine/explore.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { DATE, FAN_IN, HAPPY, putInto } from '../exploration/cases/fan-in.ts';
import { explore } from '../exploration/in-process/explore.ts';
import { pct } from '../exploration/in-process/pct.ts';
import type { Simulation } from '../exploration/in-process/simulation.ts';
import { uniformRandom } from '../exploration/in-process/uniform.ts';
import { createFanIn } from '../exploration/models/fan-in/component.ts';
import { judgeFanIn, scheduleFanIn, simulateFanIn } from './fan-in.ts';

/** How fast one driver tried schedules. */
export interface Rate {
  readonly name: string;
  /** Median of the rounds. */
  readonly schedules_per_second: number;
}

const ROUNDS = 5;
const RUNS_THEIRS = 3_000;
const RUNS_OURS = 30_000;
const RUNS_MODEL = 3_000;

/**
 * Measure all drivers in turn, round after round, so that a busy machine slows all of them alike.
 *
 * The first rate is that of fast-check's scheduler. The last is of another case: the whole model, with broker, store,
 * redelivery, healing and judge.
 */
export async function measureRates(): Promise<readonly Rate[]> {
  const world = putInto(HAPPY, createFanIn(FAN_IN, [DATE]));
  const small = { simulate: simulateFanIn, judge: judgeFanIn };
  const drivers: readonly (readonly [string, (seed: number) => Promise<number> | number])[] = [
    ['fast-check scheduler', measureTheirs],
    ['uniform random', (seed) => measure(small, uniformRandom(seed), RUNS_OURS)],
    ['PCT, depth 3', (seed) => measure(small, pct(seed), RUNS_OURS)],
    ['portfolio', (seed) => measure(small, portfolio(seed), RUNS_OURS)],
    ['portfolio, whole model', (seed) => measure(world, portfolio(seed), RUNS_MODEL)],
  ];
  const rates = new Map<string, number[]>(drivers.map(([name]) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, driver] of drivers) {
      const rate = await driver(round + 1);
      // The first round only warms up.
      if (round > 0) rates.get(name)?.push(rate);
    }
  }
  return [...rates].map(([name, measured]) => ({ name, schedules_per_second: median(measured) }));
}

/** Find the middle one; the lower of two. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[(numbers.length - 1) >> 1] ?? Number.NaN;
}

async function measureTheirs(seed: number): Promise<number> {
  const property = fc.asyncProperty(
    fc.scheduler(),
    async (scheduler) => judgeFanIn(await scheduleFanIn(scheduler)).length === 0,
  );
  const started_ms = performance.now();
  await fc.assert(property, { numRuns: RUNS_THEIRS, seed });
  return (RUNS_THEIRS / (performance.now() - started_ms)) * 1000;
}

function measure<History>(
  world: Pick<ExploreOptions<History, Simulation<History>>, 'simulate' | 'judge'>,
  strategy: Strategy,
  runs_max: number,
): number {
  const started_ms = performance.now();
  const { failures, runs } = explore({ ...world, strategy, runs_max });
  const taken_ms = performance.now() - started_ms;
  if (failures.length > 0)
    throw new Error(`expected no failure in a benchmark, got ${JSON.stringify(failures)}`);
  return (runs / taken_ms) * 1000;
}
