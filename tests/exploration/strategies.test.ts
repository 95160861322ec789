import { describe, expect, test } from 'vitest';
import type { Strategy } from '../../conformance/exploration/engine/decide.ts';
import type { Step } from '../../conformance/exploration/engine/simulation.ts';
import { printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { exhaustive } from '../../conformance/exploration/strategies/exhaustive.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { createRandom } from '../../conformance/exploration/strategies/random.ts';
import { singleFaults } from '../../conformance/exploration/strategies/single-faults.ts';
import { simulateLostUpdate, simulateSteps } from './cases/counter.ts';
import { simulateDelayed } from './cases/delayed.ts';
import { describeCoverage, explore } from './in-process/explore.ts';
import { inOrder } from './in-process/in-order.ts';
import { pct } from './in-process/pct.ts';
import { uniformRandom } from './in-process/uniform.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

/** Runs until the late message was lost; undefined when it never was. */
function runsToLoss(strategy: Strategy, runs_max: number): number | undefined {
  const explored = explore({
    simulate: () => simulateDelayed(20),
    judge: ({ lost }) => (lost ? [{ anomaly: 'lost message', proof: 'it came too late' }] : []),
    strategy,
    runs_max,
  });
  return explored.failures[0]?.run;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (
    ((sorted[Math.ceil(sorted.length / 2) - 1] ?? Infinity) + (sorted[sorted.length >> 1] ?? Infinity)) / 2
  );
}

describe('one message delayed past twenty others is found', () => {
  test.each([
    ['PCT of depth 2', (seed: number) => pct(seed, { depth: 2 })],
    ['PCT of depth 3', (seed: number) => pct(seed, { depth: 3 })],
    ['the portfolio', (seed: number) => portfolio(seed)],
  ] as const)('by %s, from every seed, in 50 runs or fewer in the median', (_, strategy) => {
    const runs = SEEDS.map((seed) => runsToLoss(strategy(seed), 2000));
    expect(runs).not.toContain(undefined);
    expect(median(runs.map((each) => each ?? Infinity))).toBeLessThanOrEqual(50);
  });

  test('and not by uniform choice in the same 2000 runs', () => {
    const runs = SEEDS.map((seed) => runsToLoss(uniformRandom(seed), 2000));
    expect(runs.filter((each) => each !== undefined).length).toBeLessThanOrEqual(1);
  });
});

describe('exhaustive search tries every schedule once', () => {
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  const interleavings = (lengths: readonly number[]): number =>
    factorial(lengths.reduce((sum, length) => sum + length, 0)) /
    lengths.reduce((product, length) => product * factorial(length), 1);

  test.each([[[1]], [[3, 3]], [[4, 5]], [[2, 2, 2]], [[1, 1, 1, 1, 1]], [[5, 5]]])('%j', (lengths) => {
    const orders = new Set<string>();
    const explored = explore({
      simulate: () => simulateSteps(lengths),
      judge({ order }) {
        orders.add(order.join(''));
        return [];
      },
      strategy: exhaustive(),
      runs_max: 5000,
    });
    expect(explored.runs).toBe(interleavings(lengths));
    expect(orders.size).toBe(explored.runs);
    expect(describeCoverage(explored)).toBe(`all ${interleavings(lengths)} schedules`);
  });

  test('and says that it stopped when there were more', () => {
    const explored = explore({
      simulate: () => simulateSteps([5, 5]),
      judge: () => [],
      strategy: exhaustive(),
      runs_max: 100,
    });
    expect(explored.complete).toBe(false);
    expect(describeCoverage(explored)).toBe('stopped at 100 schedules');
  });

  test('and has tried everything when the bound is exactly what there is', () => {
    const explored = explore({
      simulate: () => simulateSteps([3, 3]),
      judge: () => [],
      strategy: exhaustive(),
      runs_max: 20,
    });
    expect(describeCoverage(explored)).toBe('all 20 schedules');
  });

  test('except among steps that go at once', () => {
    const explored = explore({
      simulate: () => simulateSteps([3, 3]),
      judge: () => [],
      strategy: exhaustive({ atOnce: ({ actor }) => actor === 0 }),
      runs_max: 20,
    });
    expect(describeCoverage(explored)).toBe('all 1 schedules');
  });

  test.each([
    [false, 'expected 2 possibilities at crossing 1'],
    [true, undefined],
  ])('and with leniency %s meets one that does not repeat itself', (is_lenient, message) => {
    let runs = 0;
    const strategy = exhaustive({ is_lenient });
    const search = () =>
      explore({
        // Every other run has an actor more.
        simulate: () => simulateSteps(runs++ % 2 === 0 ? [1, 1] : [1, 1, 1]),
        judge: () => [],
        strategy,
        runs_max: 50,
      });
    if (message !== undefined) expect(search).toThrow(message);
    else expect(search().runs).toBeLessThanOrEqual(50);
    expect(strategy.triedAll()).toBe(false);
  });

  test('and counts every schedule on which an update is lost', () => {
    const explored = explore({
      simulate: () => simulateLostUpdate(2),
      judge: ({ value }) =>
        value === 2 ? [] : [{ anomaly: 'lost update', proof: `the counter says ${value}` }],
      strategy: exhaustive(),
      runs_max: 100,
      failures_max: 100,
    });
    // Of the six interleavings only the two that go one after the other are right.
    expect([explored.runs, explored.failures.length]).toEqual([6, 4]);
  });
});

describe('a strategy repeats itself from its seed', () => {
  const record = (strategy: Strategy): string => {
    const texts: string[] = [];
    explore({
      simulate: () => simulateSteps([4, 4, 4]),
      judge(_, made) {
        texts.push(printSchedule(made.schedule));
        return [];
      },
      strategy,
      runs_max: 50,
    });
    return texts.join(' ');
  };

  test.each([
    ['uniform random', (seed: number) => uniformRandom(seed)],
    ['PCT', (seed: number) => pct(seed)],
    ['the portfolio', (seed: number) => portfolio(seed)],
  ] as const)('%s', (_, strategy) => {
    expect(record(strategy(5))).toBe(record(strategy(5)));
    expect(record(strategy(5))).not.toBe(record(strategy(6)));
    expect(strategy(5).name).toContain('seed 5');
  });

  test('in order is one run, and the portfolio begins with it', () => {
    expect(record(inOrder())).toBe('s1:');
    expect(record(portfolio(1)).split(' ')[0]).toBe('s1:');
  });
});

describe('the random generator is fit for choosing', () => {
  test('each of six sides comes up in a sixth of the throws, from neighbouring seeds and streams', () => {
    const sides = [0, 0, 0, 0, 0, 0];
    for (let seed = 0; seed < 600; seed++) {
      const random = createRandom(seed, seed % 7);
      for (let throws = 0; throws < 100; throws++) {
        const side = random.below(6);
        sides[side] = (sides[side] ?? 0) + 1;
      }
    }
    // 60,000 throws: 10,000 each, with a standard deviation of 91.
    for (const times of sides) expect(Math.abs(times - 10_000)).toBeLessThan(400);
  });
});

describe('one fault at any step', () => {
  const step = (kind: Step['kind'], faults: Step['faults']): Step => ({
    label: kind,
    actor: 0,
    kind,
    faults,
  });
  const STEPS = [
    step('deliver', ['duplicate']),
    step('commit', ['aborted', 'crash']),
    step('publish', ['no_answer', 'crash']),
    step('answer', []),
  ];
  /** What each run struck, as `2!crash`, until the strategy has nothing left; `-` where nothing was. */
  const strikesOf = (strategy: ReturnType<typeof singleFaults>): readonly string[] => {
    const found: string[] = [];
    for (
      let chooser = strategy.chooser(1);
      chooser !== undefined;
      chooser = strategy.chooser(found.length + 1)
    ) {
      const faults = STEPS.flatMap((each, index) => {
        expect(chooser?.take(index + 1, STEPS)).toBe(0);
        const fault = chooser?.fault(index + 1, each);
        return fault === undefined ? [] : [`${index + 1}!${fault}`];
      });
      found.push(faults.join(',') || '-');
      strategy.learn(STEPS.length);
    }
    return found;
  };

  test('first none, then every allowed fault at every step that can suffer it, each once', () => {
    const strategy = singleFaults(1, ['aborted', 'crash', 'no_answer']);
    const [first, ...others] = strikesOf(strategy);
    expect(first).toBe('-');
    expect([...others].sort()).toEqual(['2!aborted', '2!crash', '3!crash', '3!no_answer']);
    expect(strategy.triedAll()).toBe(true);
  });

  test('publishes and commits by turns, publishes first, in an order that follows from the seed', () => {
    const orders = SEEDS.map((seed) => strikesOf(singleFaults(seed)).slice(1));
    for (const [one = '', two = '', three = '', ...rest] of orders) {
      expect([one[0], two[0], three]).toEqual(['3', '2', '1!duplicate']);
      expect(rest.map((each) => each[0])).toEqual(['3', '2']);
    }
    expect(new Set(orders.map(String)).size).toBe(4);
    expect(strikesOf(singleFaults(7))).toEqual(strikesOf(singleFaults(7)));
  });

  test('first what loses most: a publish that is left undone, and a commit that is done', () => {
    const DYING = [step('publish', ['crash', 'crash_after']), step('commit', ['crash', 'crash_after'])];
    for (const seed of SEEDS) {
      const strategy = singleFaults(seed);
      const look = strategy.chooser(1);
      for (const [at, each] of DYING.entries()) look?.fault(at + 1, each);
      strategy.learn(DYING.length);
      const struck = [2, 3, 4, 5].map((run) => {
        const chooser = strategy.chooser(run);
        return DYING.map((each, at) => chooser?.fault(at + 1, each)).find((fault) => fault !== undefined);
      });
      expect(struck).toEqual(['crash', 'crash_after', 'crash_after', 'crash']);
    }
  });

  test('says that it tried all only when each has struck', () => {
    const strategy = singleFaults(1);
    strategy.chooser(1)?.fault(1, STEPS[1] as Step);
    strategy.learn(1);
    expect(strategy.triedAll()).toBe(false);
    expect(strategy.chooser(2)?.fault(1, step('commit', []))).toBeUndefined();
    expect(strategy.triedAll()).toBe(false);
  });
});
