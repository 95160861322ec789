import { describe, expect, test } from 'vitest';
import type { Check } from '../../../../conformance/checks/check.ts';
import { RECOVERY } from '../../../../conformance/checks/fan-in/recovery.ts';
import {
  FAN_IN_DATES,
  FAN_IN_LATE_FAILURE,
  FAN_IN_MISSING,
  FAN_IN_ORDER,
  FAN_IN_RUNS,
  FAN_IN_STATUSES,
} from '../../../../conformance/checks/fan-in/sets.ts';
import { changeMessage } from '../../../../conformance/harness/messages/build.ts';
import { completions, deliverSet, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { message, story, uuid } from '../story.ts';

const SETS = [FAN_IN_DATES, FAN_IN_LATE_FAILURE, FAN_IN_MISSING, FAN_IN_ORDER, FAN_IN_RUNS, FAN_IN_STATUSES];
const named = (checks: readonly Check[]) => checks.map((check) => [check.name, check] as const);
const kinds = (check: Check, history: Parameters<Check['judge']>[0]) =>
  check.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

describe.each(named([...SETS, ...RECOVERY.slice(0, 1)]))('%s', (_, check) => {
  test('accepts one right trigger after all five', () => {
    const five = completions(1);
    const right = story();
    deliverSet(right, 1, five);
    right.publish(TRIGGER, triggerOf(1, five));
    expect(check.judge(right.history())).toEqual([]);
  });

  test('names a lost trigger when all five were acked and nothing came', () => {
    const told = story();
    deliverSet(told, 1, completions(1));
    const found = check.judge(told.history());
    expect(found.map(({ anomaly }) => anomaly)).toContain('lost trigger');
    expect(found[0]?.proof).toContain('#1');
    expect(found.every(({ requirement }) => check.requirements.includes(requirement))).toBe(true);
  });

  test('names a refused message when one of five is nacked for ever', () => {
    const told = story();
    const [first, ...others] = completions(1);
    deliverSet(told, 1, others);
    deliverSet(told, 1, first === undefined ? [] : [first], 503);
    const refused = check.judge(told.history()).filter(({ anomaly }) => anomaly === 'refused message');
    expect(refused.length).toBeGreaterThan(0);
    for (const { proof } of refused)
      expect(proof).toMatch(/at last answered 503 \(#\d+\): "|with 503 \(#\d+\): "/);
  });

  test('names a double trigger under two execution ids', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    told.publish(TRIGGER, triggerOf(1, five, { execution_id: uuid() }));
    const expected = check === FAN_IN_MISSING ? [] : ['double trigger'];
    expect(check.judge(told.history()).map(({ anomaly }) => anomaly)).toEqual(
      expect.arrayContaining(expected),
    );
  });
});

describe('an early trigger is seen by every check of an incomplete set', () => {
  test.each(named(SETS))('%s', (_, check) => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five.slice(0, 4));
    told.publish(TRIGGER, triggerOf(1, five));
    deliverSet(told, 1, five.slice(4));
    expect(check.judge(told.history()).map(({ anomaly }) => anomaly)).toContain('early trigger');
  });

  test('FANIN-004 failed and no_data are no completions', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five.slice(0, 4));
    deliverSet(
      told,
      1,
      five.slice(4).map((one) => changeMessage(one, { status: 'no_data', record_count: 0 })),
    );
    expect(FAN_IN_STATUSES.judge(told.history())).toEqual([]);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(FAN_IN_STATUSES, told.history())).toEqual(['FANIN-004 early trigger']);
  });

  test('FANIN-008 five names of two dates are no set', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five.slice(0, 4));
    deliverSet(
      told,
      1,
      five.slice(4).map((one) => changeMessage(one, { game_date: '2031-03-06' })),
    );
    expect(FAN_IN_DATES.judge(told.history())).toEqual([]);
    told.publish(TRIGGER, triggerOf(1, five));
    expect(kinds(FAN_IN_DATES, told.history())).toEqual(['FANIN-008 early trigger']);
  });
});

describe('what a trigger says', () => {
  const judged = (overrides: Parameters<typeof triggerOf>[2]) => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five, overrides));
    return kinds(FAN_IN_ORDER, told.history());
  };

  test('FANIN-009 an id that is not the name-based one', () => {
    expect(judged({ execution_id: uuid() })).toEqual(['FANIN-009 broken provenance']);
  });
  test('FANIN-010 one of five upstream runs', () => {
    const foreign = { processor: 'player_game_summary', execution_id: uuid(), correlation_id: uuid() };
    expect(judged({ metadata: { upstream: [foreign] } })).toEqual([
      'FANIN-010 broken correlation',
      'CORR-003 broken correlation',
    ]);
  });
  test('CASC-004 the processors of another level', () => {
    expect(judged({ metadata: { processors: ['ml_feature_store_v2'] } })).toEqual([
      'CASC-004 level inversion',
    ]);
  });
  test('FANIN-011 the same trigger twice without a fault', () => {
    const told = story();
    const five = completions(1);
    deliverSet(told, 1, five);
    const trigger = triggerOf(1, five);
    told.publish(TRIGGER, trigger);
    told.publish(TRIGGER, trigger);
    expect(kinds(FAN_IN_ORDER, told.history())).toEqual(['FANIN-011 repeated message']);
    told.fault('strikes');
    expect(kinds(FAN_IN_ORDER, told.history())).toEqual([]);
  });
});

describe('recovery', () => {
  const sweeps = RECOVERY.filter(({ name }) => name.startsWith('sweep'));
  const crashes = RECOVERY.filter(({ name }) => name.startsWith('crash'));

  test.each(named(sweeps))(
    '%s needs the trigger of each run after the sweep, acked or not',
    (name, check) => {
      const level = name.includes('phase3') ? 1 : 2;
      const told = story();
      const sets = [1, 2].map((run) =>
        completions(level).map((one) => changeMessage(one, { metadata: { run } })),
      );
      for (const set of sets) {
        deliverSet(told, level, set.slice(0, -1));
        deliverSet(told, level, set.slice(-1), 503);
        told.fault('strikes');
      }
      told.request('/sweep', 200);
      for (const [index, set] of sets.entries()) {
        const [anomaly] = check.judge(told.history());
        expect(anomaly).toMatchObject({ requirement: check.requirements[0], anomaly: 'lost trigger' });
        expect(anomaly?.proof).toContain(`run ${index + 1}`);
        told.publish(TRIGGER, triggerOf(level, set, { metadata: { run: index + 1 } }));
      }
      expect(kinds(check, told.history())).toEqual([]);
    },
  );

  test.each(named(sweeps))('%s says nothing of a trigger whose publish was not refused', (name, check) => {
    const told = story();
    const level = name.includes('phase3') ? 1 : 2;
    deliverSet(told, level, completions(level), 503);
    told.request('/sweep', 200);
    expect(kinds(check, told.history())).toEqual([]);
  });

  test.each(named(crashes))('%s needs a trigger after the restart', (name, check) => {
    const level = name.includes('phase3') ? 1 : 2;
    const told = story();
    const set = completions(level);
    deliverSet(told, level, set);
    expect(kinds(check, told.history())).toEqual([`${check.requirements[0]} lost trigger`]);
    told.publish(TRIGGER, triggerOf(level, set));
    expect(kinds(check, told.history())).toEqual([]);
  });

  test('a message of another kind is nobody’s trigger', () => {
    const told = story();
    told.publish('nba-phase4-processor-complete', message('PrecomputeCompletion'));
    expect(crashes.flatMap((check) => check.judge(told.history()))).toEqual([]);
  });
});
