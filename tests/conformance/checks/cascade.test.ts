import { describe, expect, test } from 'vitest';
import {
  CASCADE_DATES,
  CASCADE_ORDER,
  CASCADE_OUT_OF_ORDER,
  CASCADE_STATUSES,
  CASCADE_TOGETHER,
} from '../../../conformance/checks/cascade/levels.ts';
import { CASCADE, completions, deliverSet, TRIGGER, triggerOf } from './pipeline-story.ts';
import { message, story, uuid } from './story.ts';

const CHECKS = [CASCADE_DATES, CASCADE_ORDER, CASCADE_OUT_OF_ORDER, CASCADE_STATUSES, CASCADE_TOGETHER];

describe.each(CHECKS.map((check) => [check.name, check] as const))('%s', (_, check) => {
  const names = (history: Parameters<typeof check.judge>[0]) =>
    check.judge(history).map(({ anomaly }) => anomaly);

  test('accepts level 2 after all three', () => {
    const told = story();
    const three = completions(2);
    deliverSet(told, 2, three);
    told.publish(TRIGGER, triggerOf(2, three));
    expect(check.judge(told.history())).toEqual([]);
  });

  test('names a lost trigger', () => {
    const told = story();
    deliverSet(told, 2, completions(2));
    expect(names(told.history())).toEqual(['lost trigger']);
  });

  test('names an early trigger after two of three', () => {
    const told = story();
    const three = completions(2);
    deliverSet(told, 2, three.slice(0, 2));
    told.publish(TRIGGER, triggerOf(2, three));
    deliverSet(told, 2, three.slice(2));
    expect(names(told.history())).toContain('early trigger');
  });

  test('names a double trigger', () => {
    const told = story();
    const three = completions(2);
    deliverSet(told, 2, three);
    told.publish(TRIGGER, triggerOf(2, three));
    told.publish(TRIGGER, triggerOf(2, three, { execution_id: uuid() }));
    expect(names(told.history())).toContain('double trigger');
  });
});

test('CASC-002 level 3 before level 1 is complete is early, and never lost', () => {
  const told = story();
  const factors = message('PrecomputeCompletion', { processor_name: 'player_composite_factors' });
  told.deliver(CASCADE, 'nba-phase4-processor-complete', factors);
  told.publish(
    TRIGGER,
    message('Phase4Trigger', { metadata: { level: 3, processors: ['ml_feature_store_v2'] } }),
  );
  expect(CASCADE_OUT_OF_ORDER.judge(told.history()).map(({ requirement }) => requirement)).toEqual([
    'CASC-002',
  ]);
});
