import { describe, expect, test } from 'vitest';
import { CASCADE_SECOND_LEVEL } from '../../../../conformance/checks/cascade/ends.ts';
import { CASCADE_TOGETHER } from '../../../../conformance/checks/cascade/levels.ts';
import type { Check } from '../../../../conformance/checks/check.ts';
import {
  ANNOUNCED_STATUS,
  SCHEDULER_WAIT,
  STATUS_COUNTS,
} from '../../../../conformance/checks/coordinator/progress.ts';
import { SCHEDULER_START } from '../../../../conformance/checks/coordinator/starts.ts';
import { FAN_IN_AFTERWARDS } from '../../../../conformance/checks/fan-in/afterwards.ts';
import { FAN_IN_ORDER } from '../../../../conformance/checks/fan-in/sets.ts';
import { BATCH_DOCUMENT } from '../../../../conformance/checks/state/batches.ts';
import { changeMessage } from '../../../../conformance/harness/messages/build.ts';
import type { Json } from '../../../../conformance/history/events.ts';
import { completions, deliverSet, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { DATE, message, type Story, story } from '../story.ts';

const kinds = (check: Check, told: Story): readonly string[] =>
  check.judge(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

describe('after the trigger of the fan-in', () => {
  const five = completions(1);
  const triggered = (status = 200): Story => {
    const told = story();
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five));
    told.mark('triggered');
    deliverSet(
      told,
      1,
      five.map((one) => changeMessage(one, { execution_id: `${one['execution_id']}x` })),
      status,
    );
    return told;
  };
  test('accepts runs that change nothing', () => expect(kinds(FAN_IN_AFTERWARDS, triggered())).toEqual([]));
  test('FANIN-016 a set of partial runs without its trigger', () => {
    const told = story();
    deliverSet(
      told,
      1,
      five.map((one) => changeMessage(one, { status: 'partial', records_failed: 1 })),
    );
    expect(kinds(FAN_IN_AFTERWARDS, told)).toEqual(['FANIN-016 lost trigger']);
  });
  test('FANIN-017 a trigger of the same and of another id', () => {
    for (const overrides of [{}, { execution_id: '00000000-0000-4000-8000-00000000ffff' }]) {
      const told = triggered();
      told.publish(TRIGGER, triggerOf(1, five, overrides));
      expect(kinds(FAN_IN_AFTERWARDS, told)).toEqual(['FANIN-017 double trigger']);
    }
  });
  test('FANIN-017 a later run that is refused', () =>
    expect(kinds(FAN_IN_AFTERWARDS, triggered(500))).toContain('FANIN-017 refused message'));
  test.each([
    { processor_name: 'orchestrator' },
    { output_table: 'phase4_trigger' },
    { output_dataset: 'nba_precompute' },
    { phase: 'phase_4_precompute' },
  ])('FANIN-018 a trigger that says %o', (overrides) => {
    const told = story();
    deliverSet(told, 1, five);
    told.publish(TRIGGER, triggerOf(1, five, overrides));
    expect(kinds(FAN_IN_ORDER, told)).toEqual(['FANIN-018 broken provenance']);
  });
});

describe('levels of the cascade', () => {
  const three = completions(2);
  const factors = (status: string) =>
    message('PrecomputeCompletion', {
      processor_name: 'player_composite_factors',
      status,
      metadata: { level: 2 },
    });
  const level3 = (told: Story): void => {
    told.publish(
      TRIGGER,
      triggerOf(2, [...three, factors('success')], {
        metadata: { level: 3, processors: ['ml_feature_store_v2'] },
      }),
    );
  };
  const begun = (): Story => {
    const told = story();
    deliverSet(told, 2, three);
    told.publish(TRIGGER, triggerOf(2, three));
    deliverSet(told, 2, [factors('failed'), factors('no_data')]);
    return told;
  };
  test('CASC-013 accepts level 3 after the success, and names an early and a lost one', () => {
    const right = begun();
    deliverSet(right, 2, [factors('success')]);
    expect(kinds(CASCADE_SECOND_LEVEL, right)).toEqual(['CASC-013 lost trigger']);
    level3(right);
    expect(kinds(CASCADE_SECOND_LEVEL, right)).toEqual([]);
    const early = begun();
    level3(early);
    expect(kinds(CASCADE_SECOND_LEVEL, early)).toEqual(['CASC-013 early trigger']);
  });
  test('CASC-014 a repeated trigger without a fault, and none after one', () => {
    const told = story();
    deliverSet(told, 2, three);
    told.publish(TRIGGER, triggerOf(2, three));
    told.publish(TRIGGER, triggerOf(2, three));
    expect(kinds(CASCADE_TOGETHER, told)).toEqual(['CASC-014 repeated message']);
    told.fault('strikes');
    expect(kinds(CASCADE_TOGETHER, told)).toEqual([]);
  });
});

describe('a batch on its way', () => {
  const counts = (completed: number): Json => ({
    players_requested: 4,
    players_completed: completed,
    players_failed: 1,
    coverage_percent: completed * 25,
    game_date: DATE,
    run: 1,
    batch_id: 'batch',
    state: 'running',
  });
  const asked = (first: Json, second: Json): Story => {
    const told = story();
    told.request('/status', 200, 'GET', first);
    told.request('/status', 200, 'GET', second);
    return told;
  };
  test('COORD-024 right counts, wrong ones and none', () => {
    expect(kinds(STATUS_COUNTS, asked(counts(1), counts(3)))).toEqual([]);
    expect(kinds(STATUS_COUNTS, asked(counts(1), counts(2)))).toEqual(['COORD-024 wrong answer']);
    expect(kinds(STATUS_COUNTS, asked(null, { state: 'running' }))).toHaveLength(4);
    expect(kinds(STATUS_COUNTS, asked({ ...(counts(1) as object), state: 'begun' }, counts(3)))).toEqual([
      'COORD-024 wrong answer',
    ]);
  });
  test('COORD-025 a start that waited, one that gave up, and requests before the store was ready', () => {
    const called = (status: number): Story => {
      const told = story();
      told.request('/start', status);
      told.request('/start', 503);
      return told;
    };
    expect(kinds(SCHEDULER_WAIT, called(202))).toEqual([]);
    expect(kinds(SCHEDULER_WAIT, called(503))).toEqual(['COORD-025 wrong answer']);
  });
  test.each([
    ['success', 'success', []],
    ['partial', 'partial', []],
    ['partial', 'success', ['COORD-026 wrong count']],
    ['failed', 'partial', ['COORD-026 wrong count']],
  ])('COORD-026 a batch that must be %s and is announced as %s', (owed, said, expected) => {
    const told = story();
    told.mark(owed, `${DATE} has some players without a prediction`);
    told.publish('nba-phase5-predictions-complete', message('PredictionsComplete', { status: said }));
    expect(kinds(ANNOUNCED_STATUS, told)).toEqual(expected);
  });
  test('COORD-027 a scheduled retry that finds nobody', () => {
    const called = (status: number): Story => {
      const told = story();
      told.request('/start', 202);
      told.request('/retry', status);
      return told;
    };
    expect(kinds(SCHEDULER_START, called(202))).toEqual([]);
    expect(kinds(SCHEDULER_START, called(200))).toEqual(['COORD-027 wrong answer']);
  });
  test('STATE-006 a batch that is missing, and one that breaks its schema', () => {
    const read = (fields: Parameters<Story['document']>[1]): readonly string[] => {
      const told = story();
      told.document(`prediction_batches/${DATE}`, fields);
      return kinds(BATCH_DOCUMENT, told);
    };
    expect(read(null)).toEqual(['STATE-006 wrong document']);
    expect(read({ batch_id: 'b' })).toEqual(['STATE-006 wrong document']);
  });
});
