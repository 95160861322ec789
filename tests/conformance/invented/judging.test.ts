import { expect, test } from 'vitest';
import { inventedMessages } from '../../../conformance/checks/invented/messages-to.ts';
import { FAULT_PLANS } from '../../../conformance/checks/invented/plans-against.ts';
import { FAN_IN } from '../../../conformance/checks/recipes/orchestrators.ts';
import { ORCHESTRATORS } from '../../../generated/topology.ts';
import { message, type Story, story } from '../checks/story.ts';

const { component, topic } = FAN_IN;
const CHECK = inventedMessages(FAN_IN);
const SMALLEST = 'another JSON type in the field phase: false';

function completions() {
  const [level] = ORCHESTRATORS[component as 'phase3-to-phase4-orchestrator'].levels;
  return level.waits_for.map((processor_name) => message('AnalyticsCompletion', { processor_name }));
}

function deliverAll(told: Story): void {
  for (const completion of completions()) told.deliver(component, topic, completion);
}

test('of wrong messages that were taken, the smallest is told', () => {
  const told = story();
  told.deliver(component, topic, {}, { defect: 'another JSON type in the field phase: {"a":1}' });
  told.deliver(component, topic, {}, { defect: 'null in the field phase', status: 400 });
  const smallest = told.deliver(component, topic, {}, { defect: SMALLEST });
  told.mark(
    'corrupted',
    `3 corrupted messages: the smallest that was not treated as it must be has ${SMALLEST}`,
  );
  const found = CHECK.judge(told.history());
  expect(found).toMatchObject([{ requirement: 'MSG-013', anomaly: 'swallowed message' }]);
  expect(found[0]?.events[0]).toBe(smallest);
  expect(found[0]?.proof).toContain('The smallest that was not treated'.toLowerCase().slice(4));
});

test('a right message that was called invalid is told', () => {
  const told = story();
  told.mark('corrupted', '40 corrupted messages');
  told.deliver(component, topic, message('AnalyticsCompletion'), { status: 400 });
  told.mark('right', '1 right messages');
  expect(CHECK.judge(told.history())).toMatchObject([{ requirement: 'ACK-010', anomaly: 'refused message' }]);
});

test('wrong messages refused and right ones taken are nothing to tell', () => {
  const told = story();
  told.deliver(component, topic, {}, { defect: SMALLEST, status: 400 });
  told.deliver(component, topic, message('AnalyticsCompletion'));
  expect(CHECK.judge(told.history())).toEqual([]);
});

test('a trigger that a plan of faults lost is told with the plan', () => {
  const told = story();
  deliverAll(told);
  told.mark(
    'plans',
    '4 plans of faults were drawn with seed 7; the smallest that does harm is: publish 1 is refused',
  );
  const [plans] = FAULT_PLANS;
  const found = plans?.judge(told.history()) ?? [];
  expect(found).toMatchObject([{ requirement: 'FANIN-007', anomaly: 'lost trigger' }]);
  expect(found[0]?.proof).toContain('publish 1 is refused');
});
