import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../../conformance/checks/all.ts';
import type { Check } from '../../../conformance/checks/check.ts';
import type { History } from '../../../conformance/history/events.ts';
import { missingIn } from '../../../conformance/verdict/evidence.ts';
import { CASCADE, completions, deliverSet, FAN_IN, TRIGGER, triggerOf } from './pipeline-story.ts';
import { type Story, story } from './story.ts';

const find = (name: string): Check => {
  const check = CHECKS.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check;
};
const requirementsOf = (check: Check, history: History) =>
  check.judge(history).map(({ requirement }) => requirement);

describe('a fault that struck nothing breaks nothing', () => {
  const faulty = CHECKS.filter(
    ({ needs, components, name }) =>
      components.at(-1) === FAN_IN &&
      needs.some((need) => need.endsWith('-faults')) &&
      !needs.includes('restart') &&
      !name.startsWith('document-'),
  );
  const tell = (change: 'begins' | 'strikes'): Story => {
    const told = story();
    told.fault('begins');
    if (change === 'strikes') told.fault('strikes');
    deliverSet(told, 1, completions(1));
    told.mark('plans', 'plans of faults');
    return told;
  };
  test.each(faulty.map((check) => [check.name, check] as const))('%s', (_, check) => {
    expect(requirementsOf(check, tell('begins').history())).toEqual([]);
  });
  test.each([
    ['refused-publish-of-', 'ACK-005'],
    ['refused-commit-of-', 'ACK-006'],
    ['lost-publish-answer-of-', 'ACK-009'],
    ['unconfirmed-publish-of-', 'ACK-001'],
  ])('%s is broken when it struck', (prefix, requirement) => {
    expect(requirementsOf(find(prefix + FAN_IN), tell('strikes').history())).toContain(requirement);
  });
});

describe('FANIN-012, FANIN-014, FANIN-015 sweeps that were asked for and not made show nothing', () => {
  const swept = (status: number, component = FAN_IN) => {
    const told = story();
    const set = completions(1);
    deliverSet(told, 1, set);
    told.publish(TRIGGER, triggerOf(1, set));
    told.request('/sweep', status, 'POST', null, component);
    return told.history();
  };
  test.each([
    ['sweep-of-', 'FANIN-012'],
    ['idle-sweeps-of-', 'FANIN-014'],
    ['idle-sweeps-of-', 'FANIN-015'],
    ['instances-that-die-at-the-last-two-completions', 'FANIN-014'],
  ])('%s %s', (name, requirement) => {
    const check = find(name.endsWith('-of-') ? name + FAN_IN : name);
    expect(missingIn(check, swept(200), requirement)).toBeUndefined();
    expect(missingIn(check, swept(404), requirement)).toMatchObject({
      by: 'target',
      why: expect.stringContaining('was answered 404 at each of 1 calls'),
    });
    expect(missingIn(check, swept(404, CASCADE), requirement)).toBeUndefined();
  });
  test('a trigger that a sweep had to send is not sent again by it', () => {
    const told = story();
    told.mark('sweeps of a triggered set');
    told.publish(TRIGGER, triggerOf(1, completions(1)));
    expect(requirementsOf(find(`idle-sweeps-of-${FAN_IN}`), told.history())).toEqual([]);
  });
});

describe('ACK-014 nacks that did not come show nothing', () => {
  const answered = (status: number | null) => {
    const told = story();
    const set = completions(1);
    deliverSet(told, 1, set);
    told.deliver(FAN_IN, 'nba-phase3-analytics-complete', set[0] ?? null, { status });
    told.publish(TRIGGER, triggerOf(1, set));
    return missingIn(find(`refused-publish-of-${FAN_IN}`), told.history(), 'ACK-014');
  };
  test('when everything was acked, or the connection broke', () => {
    expect(answered(200)).toMatchObject({ by: 'chance' });
    expect(answered(null)).toMatchObject({ by: 'chance' });
  });
  test('and one that came does', () => expect(answered(503)).toBeUndefined());
});

test('MSG-006 two processors under five names are two processors', () => {
  const check = find(`aliases-to-${FAN_IN}`);
  const told = story();
  const set = completions(1);
  const [first = {}, second = {}, ...others] = set;
  const named = (processor_name: string) => ({ ...first, processor_name });
  deliverSet(told, 1, [named('PlayerGameSummaryProcessor'), first, second]);
  told.publish(TRIGGER, triggerOf(1, set));
  deliverSet(told, 1, others);
  expect(check.judge(told.history()).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`)).toEqual([
    'MSG-006 early trigger',
  ]);
});

test('a message of another component is nothing that a receiver published', () => {
  const told = story();
  told.publish('nba-phase1-scrapers-complete', { processor_name: 'nbac_schedule' });
  const missing = (name: string) => missingIn(find(name), told.history(), 'MSG-009');
  expect(missing('what-travels-on-from-phase3-analytics')).toMatchObject({
    by: 'target',
    why: 'the target published nothing to nba-phase3-analytics-complete',
  });
});
