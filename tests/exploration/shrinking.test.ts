import { describe, expect, test } from 'vitest';
import { followSchedule } from '../../conformance/exploration/engine/replay.ts';
import { printSchedule } from '../../conformance/exploration/schedule/text.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import { BROKEN_FAN_INS } from './broken/fan-ins.ts';
import { simulateLostUpdate } from './cases/counter.ts';
import { simulateDelayed } from './cases/delayed.ts';
import { HAPPY, putInto } from './cases/fan-in.ts';
import { explore } from './in-process/explore.ts';
import { pct } from './in-process/pct.ts';
import { run } from './in-process/run.ts';
import { describeSmallest, findSmallest } from './in-process/smallest.ts';
import { uniformRandom } from './in-process/uniform.ts';

describe('a failing schedule shrinks to what matters', () => {
  test.each([1, 2, 3, 4, 5])('twenty overtakings become one wait, from seed %i', (seed) => {
    const trial = { simulate: () => simulateDelayed(20), fails: ({ lost }: { lost: boolean }) => lost };
    const explored = explore({
      simulate: trial.simulate,
      judge: (history) => (trial.fails(history) ? [{ anomaly: 'lost', proof: '' }] : []),
      strategy: pct(seed),
      runs_max: 2000,
    });
    const smallest = findSmallest(explored.failures[0]?.schedule ?? [], trial);
    expect(describeSmallest(smallest)).toBe(
      [
        'fails:  s1:1~20',
        '        in order, except: Delivery of the late message, due at step 1, waits for 20 others and goes at step 21',
        'passes: s1:',
        '        in order',
      ].join('\n'),
    );
  });

  test.each([1, 2, 3, 4, 5])('a lost update among five becomes one overtaking, from seed %i', (seed) => {
    const trial = {
      simulate: () => simulateLostUpdate(5),
      fails: ({ value }: { value: number }) => value < 5,
    };
    const explored = explore({
      simulate: trial.simulate,
      judge: (history) => (trial.fails(history) ? [{ anomaly: 'lost', proof: '' }] : []),
      strategy: uniformRandom(seed),
      runs_max: 100,
    });
    const smallest = findSmallest(explored.failures[0]?.schedule ?? [], trial);
    expect(smallest.failing).toHaveLength(1);
    expect(smallest.passing).toEqual([]);
    expect(smallest.outcome).toBe('shrunk');
  });

  test('every failure of a check-then-act fan-in ends in one deviation, and without it nothing fails', () => {
    const world = putInto(HAPPY, BROKEN_FAN_INS.checkThenAct);
    const explored = explore({
      ...world,
      strategy: portfolio(1),
      runs_max: 200,
      failures_max: 20,
    });
    expect(explored.failures).toHaveLength(20);
    for (const failure of explored.failures) {
      const anomaly = failure.findings[0]?.anomaly;
      const trial = {
        simulate: world.simulate,
        fails: (history: Parameters<typeof world.judge>[0]) =>
          world.judge(history).some((finding) => finding.anomaly === anomaly),
      };
      const smallest = findSmallest(failure.schedule, trial);
      expect(smallest.failing.length).toBeLessThanOrEqual(2);
      for (const deviation of smallest.failing) {
        const rest = smallest.failing.filter((other) => other !== deviation);
        expect(trial.fails(run(world.simulate(), followSchedule(rest)).history)).toBe(false);
      }
    }
  });

  test('what fails in order has no neighbour that passes', () => {
    const smallest = findSmallest([{ step: 1, take: 1 }], {
      simulate: () => simulateLostUpdate(2),
      fails: () => true,
    });
    expect(smallest).toMatchObject({
      failing: [],
      failing_sentence: 'in order',
      passing: null,
      outcome: 'shrunk',
    });
  });

  test('what does not fail again is left as it is and called unstable', () => {
    const schedule = [{ step: 1, take: 1 }];
    const smallest = findSmallest(schedule, { simulate: () => simulateLostUpdate(2), fails: () => false });
    expect(smallest).toMatchObject({ failing: schedule, outcome: 'unstable', passing: null });
  });

  test('who runs out of attempts says so', () => {
    const trial = { simulate: () => simulateDelayed(20), fails: ({ lost }: { lost: boolean }) => lost };
    const takes = Array.from({ length: 20 }, (_, index) => ({ step: index + 1, take: 1 }));
    const smallest = findSmallest(takes, trial, 2);
    expect(smallest.outcome).toBe('unfinished');
    expect(printSchedule(smallest.failing)).toBe('s1:1~20');
  });
});
