import { describe, expect, test } from 'vitest';
import { concurrent } from '../../../../conformance/checks/acknowledgement/duplicates.ts';
import {
  CASCADE_DATES,
  CASCADE_ORDER,
  CASCADE_OUT_OF_ORDER,
  CASCADE_STATUSES,
  CASCADE_TOGETHER,
} from '../../../../conformance/checks/cascade/levels.ts';
import { LAST_COMPLETIONS } from '../../../../conformance/checks/interleavings/last-completions.ts';
import { CASCADE as RECIPE } from '../../../../conformance/checks/recipes/orchestrators.ts';
import { CASCADE, completions, deliverSet, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { message, story, uuid } from '../story.ts';

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

describe('CASC-014 a trigger that two completions send at the same time, under one id, breaks a SHOULD and no MUST', () => {
  const three = completions(2);
  const sent = (execution_id?: string) => {
    const told = story();
    deliverSet(told, 2, three);
    told.publish(TRIGGER, triggerOf(2, three));
    told.publish(TRIGGER, triggerOf(2, three, execution_id === undefined ? {} : { execution_id }));
    return concurrent(RECIPE)
      .judge(told.history())
      .map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);
  };
  test('under one id', () => expect(sent()).toEqual(['CASC-014 repeated message']));
  test('under two ids', () => expect(sent(uuid())).toEqual(['CASC-005 double trigger']));
  test('at the edge of a level, call by call', () => {
    const edges = LAST_COMPLETIONS.filter(({ profile }) => profile === 'cascade');
    expect(edges.length).toBeGreaterThan(2);
    for (const { requirements } of edges) {
      expect(requirements).toContain('CASC-014');
      expect(requirements).not.toContain('CASC-003');
    }
  });
});
