import { describe, expect, test } from 'vitest';
import { followSchedule } from '../../conformance/exploration/engine/replay.ts';
import { parseSchedule, printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { exhaustive } from '../../conformance/exploration/strategies/exhaustive.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { BROKEN_FAN_INS } from './broken/fan-ins.ts';
import { DATE, DAY_BEFORE, FAN_IN, HAPPY, LEVELS, ODD, putInto } from './cases/fan-in.ts';
import { explore } from './in-process/explore.ts';
import { run } from './in-process/run.ts';
import { findSmallest } from './in-process/smallest.ts';
import type { Component } from './models/cloud/calls.ts';
import { createFanIn } from './models/fan-in/component.ts';
import type { FanInAnomaly } from './models/fan-in/judge.ts';
import type { Completion, Scenario } from './models/fan-in/scenario.ts';

const DATES = [DATE, DAY_BEFORE];

const SCENARIOS: readonly (readonly [string, Scenario])[] = [
  ['five completions', HAPPY],
  ['odd completions', ODD],
  ['a cascade', LEVELS],
];

describe('a fan-in that keeps its promises passes', () => {
  test.each(SCENARIOS)('%s, 3000 runs of the portfolio with up to two faults', (_, scenario) => {
    const component = createFanIn(scenario.levels, DATES);
    const explored = explore({
      ...putInto(scenario, component),
      strategy: portfolio(20240115),
      runs_max: 3000,
    });
    expect(explored.failures).toEqual([]);
    expect(explored.runs).toBe(3000);
  });

  const EDGE: Scenario = {
    levels: [{ level: 1, waits_for: ['player', 'defense'] }],
    completions: HAPPY.completions.slice(0, 2),
  };

  test.each([
    ['without a fault', exhaustive(), 154],
    [
      'with one crash before or after any call',
      exhaustive({ faults_max: 1, faults: ['crash', 'crash_after'] }),
      1514,
    ],
    ['with one unknown outcome', exhaustive({ faults_max: 1, faults: ['deadline_after'] }), 1636],
  ] as const)('every interleaving of the last two completions %s', (_, strategy, count) => {
    const { handle } = createFanIn(EDGE.levels, DATES);
    const explored = explore({ ...putInto(EDGE, { handle }), strategy, runs_max: 10_000 });
    expect(explored.failures).toEqual([]);
    expect(explored.complete).toBe(true);
    expect(explored.runs).toBe(count);
  });
});

const BROKEN: readonly (readonly [keyof typeof BROKEN_FAN_INS, Scenario, readonly FanInAnomaly[]])[] = [
  ['checkThenAct', HAPPY, ['lost trigger', 'repeated trigger']],
  ['duplicateAfterCommit', HAPPY, ['lost trigger']],
  ['swallowPublishError', HAPPY, ['swallowed error', 'lost trigger']],
  ['recordBeforePublish', HAPPY, ['lost trigger']],
  ['publishInTransaction', HAPPY, ['double trigger']],
  ['pendingDoesNotExclude', HAPPY, ['double trigger']],
  ['unknownNameCounts', ODD, ['early trigger']],
  ['failedCounts', ODD, ['early trigger']],
  ['earlyLevel', HAPPY, ['early trigger']],
  ['dateMissing', ODD, ['early trigger', 'lost trigger']],
  ['newCorrelation', HAPPY, ['broken correlation']],
  ['countsMessages', HAPPY, ['early trigger']],
  ['firstDecides', ODD, ['lost trigger']],
  ['remembersInMemory', HAPPY, ['lost trigger']],
];

describe('a fan-in that breaks a promise is caught by name', () => {
  test.each(BROKEN)('%s', (name, scenario, anomalies) => {
    const component: Component<Completion> = BROKEN_FAN_INS[name];
    const world = putInto(scenario, component);
    const explored = explore({ ...world, strategy: portfolio(7), runs_max: 2000 });
    const found = explored.failures[0]?.findings.map(({ anomaly }) => anomaly) ?? [];
    expect(anomalies).toContain(found[0]);

    const smallest = findSmallest(explored.failures[0]?.schedule ?? [], {
      simulate: world.simulate,
      fails: (history) => world.judge(history).some(({ anomaly }) => anomaly === found[0]),
    });
    expect(smallest.outcome).toBe('shrunk');
    expect(smallest.failing.length).toBeLessThanOrEqual(3);
  });
});

describe('what failed once fails again in the same way', () => {
  test('100 recorded failures replay with identical histories', () => {
    const world = putInto(HAPPY, BROKEN_FAN_INS.checkThenAct);
    const histories = new Map<string, string>();
    explore({
      simulate: world.simulate,
      judge(history, made) {
        const findings = world.judge(history);
        if (findings.length > 0) histories.set(printSchedule(made.schedule), JSON.stringify(history));
        return findings;
      },
      strategy: portfolio(3),
      runs_max: 5000,
      failures_max: 120,
    });
    expect(histories.size).toBeGreaterThanOrEqual(100);
    for (const [text, recorded] of [...histories].slice(0, 100)) {
      const again = run(world.simulate(), followSchedule(parseSchedule(text)));
      expect(JSON.stringify(again.history)).toBe(recorded);
      expect(printSchedule(again.schedule)).toBe(text);
    }
  });

  test('the same seed makes the same runs', () => {
    const component = createFanIn(FAN_IN, DATES);
    const record = (seed: number): string => {
      const world = putInto(HAPPY, component);
      const texts: string[] = [];
      explore({
        simulate: world.simulate,
        judge(history, made) {
          texts.push(printSchedule(made.schedule) + JSON.stringify(history));
          return [];
        },
        strategy: portfolio(seed),
        runs_max: 200,
      });
      return texts.join('\n');
    };
    expect(record(11)).toBe(record(11));
    expect(record(11)).not.toBe(record(12));
  });
});
