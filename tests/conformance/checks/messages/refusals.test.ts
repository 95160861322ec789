import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../../conformance/checks/all.ts';
import type { Check } from '../../../../conformance/checks/check.ts';
import {
  everyFieldWrong,
  everyRuleBroken,
  FIELD_REQUIREMENTS,
  RULE_REQUIREMENTS,
  requirementOf,
} from '../../../../conformance/checks/messages/corruptions.ts';
import type { MessageName } from '../../../../generated/validation.ts';
import { completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from '../pipeline-story.ts';
import { message, story } from '../story.ts';

const ANALYTICS = 'nba-phase3-analytics-complete';
const find = (name: string): Check => {
  const check = CHECKS.find((one) => one.name === `${name}-to-phase3-to-phase4-orchestrator`);
  if (check === undefined) throw new Error(`no check ${name}…`);
  return check;
};
const kinds = (check: Check, history: Parameters<Check['judge']>[0]) =>
  check.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

const RECEIVED: readonly MessageName[] = [
  'RawCompletion',
  'AnalyticsCompletion',
  'Phase4Trigger',
  'PrecomputeCompletion',
  'FeatureStoreCompletion',
];

describe.each(RECEIVED)('corruptions of %s', (name) => {
  const given = message(name);
  const demanded = (found: readonly { readonly defect: string }[]) => [
    ...new Set(found.map(({ defect }) => requirementOf(defect))),
  ];

  test('every field is missing, null and of another type', () => {
    const found = everyFieldWrong(name, given);
    expect(demanded(found)).toEqual([...FIELD_REQUIREMENTS]);
    const missing = found.filter(({ defect }) => requirementOf(defect) === 'MSG-011');
    // Only correlation_id may be missing.
    expect(missing).toHaveLength(Object.keys(given).length - 1);
  });
  test('every rule is broken', () => {
    expect(demanded(everyRuleBroken(name, given))).toEqual([...RULE_REQUIREMENTS, 'MSG-025']);
  });
  test('no two defects have the same words', () => {
    const words = [...everyFieldWrong(name, given), ...everyRuleBroken(name, given)].map(
      ({ defect }) => defect,
    );
    expect(new Set(words).size).toBe(words.length);
  });
});

test('a scraper completion needs no metadata but its run', () => {
  const found = everyRuleBroken('ScraperCompletion', message('ScraperCompletion'));
  expect(found.map(({ defect }) => requirementOf(defect))).not.toContain('MSG-025');
});

describe('the judge of corruptions', () => {
  const [corruption] = everyRuleBroken('AnalyticsCompletion', message('AnalyticsCompletion')).filter(
    ({ defect }) => requirementOf(defect) === 'MSG-019',
  );
  const told = (status: number, triggered: boolean) => {
    const one = story();
    one.deliver(FAN_IN, ANALYTICS, corruption?.message ?? null, {
      status,
      defect: corruption?.defect ?? '',
    });
    const five = completions(1);
    deliverSet(one, 1, five);
    if (triggered) one.publish(TRIGGER, triggerOf(1, five));
    return kinds(find('broken-rules'), one.history());
  };

  test('accepts a refusal and the trigger of the genuine ones', () => expect(told(400, true)).toEqual([]));
  test('MSG-019 is named by the defect that was acked', () =>
    expect(told(204, true)).toEqual(['MSG-019 swallowed message']));
  test('ACK-010 a receiver that serves nobody afterwards', () =>
    expect(told(400, false)).toEqual(['ACK-010 lost trigger']));
});

describe('envelopes', () => {
  const told = (with_attributes: number, sparse: number) => {
    const one = story();
    const five = completions(1);
    deliverSet(one, 1, five, with_attributes);
    if (with_attributes === 200) one.publish(TRIGGER, triggerOf(1, five));
    one.mark('sparse envelopes');
    deliverSet(one, 1, five, sparse);
    return [...new Set(kinds(find('envelopes'), one.history()))];
  };
  test('accepts both', () => expect(told(200, 200)).toEqual([]));
  test('ACK-011 attributes that stop the receiver', () =>
    expect(told(400, 200)).toEqual(['ACK-011 refused message']));
  test('ACK-012 an envelope that is too bare', () =>
    expect(told(200, 400)).toEqual(['ACK-012 refused message']));
});

describe('poison', () => {
  const told = (answers: readonly number[], valid = 200) => {
    const one = story();
    const five = completions(1);
    for (const status of answers) {
      one.deliver(FAN_IN, ANALYTICS, five[0] ?? null, { status, defect: 'no timestamp', message_id: '7' });
    }
    deliverSet(one, 1, five, valid);
    if (valid === 200) one.publish(TRIGGER, triggerOf(1, five));
    return [...new Set(kinds(find('poison-message'), one.history()))];
  };
  test('accepts five refusals', () => expect(told([400, 400, 503, 400, 400])).toEqual([]));
  test('ACK-013 an ack in the end', () =>
    expect(told([400, 400, 400, 204, 204])).toEqual(['ACK-013 swallowed message']));
  test('ACK-013 valid messages that are held up', () =>
    expect(told([400, 400, 400, 400, 400], 503)).toEqual(['ACK-013 poison loop']));
});
