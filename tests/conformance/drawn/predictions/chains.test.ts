import { expect, test } from 'vitest';
import { judgeChains } from '../../../../conformance/checks/drawn/model/predictions/ends/sources.ts';
import type { History } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, story } from '../../checks/story.ts';
import { COMPLETE, COORDINATOR, end, REQUEST, request, TRIGGER } from './told.ts';

/** A feature store that was seeded with a correlation_id, which the target keeps or does not. */
function told(tell: (story: Story) => void, correlation_id?: string): History {
  const one = story();
  one.seed(DATE, ['a']);
  tell(one);
  return one
    .history()
    .map((event) =>
      event.kind === 'seed' && correlation_id !== undefined ? { ...event, correlation_id } : event,
    );
}

const kinds = (history: History): readonly string[] =>
  judgeChains(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);
const started = (one: Story): void => void one.request('/start', 202, 'POST', null, COORDINATOR);
const asks = (one: Story, correlation_id: string): void =>
  void one.publish(REQUEST, request('a', { correlation_id }));

test('a batch that a call started carries on the chain of its feature store', () => {
  const right = told((one) => {
    started(one);
    asks(one, 'chain');
    one.publish(COMPLETE, { ...end(1, 1, 'success'), correlation_id: 'chain' });
  }, 'chain');
  expect(kinds(right)).toEqual([]);
  const wrong = told((one) => {
    started(one);
    asks(one, 'another');
    one.publish(COMPLETE, { ...end(1, 1, 'success'), correlation_id: 'another' });
  }, 'chain');
  expect(kinds(wrong)).toEqual(['CORR-001 broken correlation', 'CORR-001 broken correlation']);
});

test('a trigger of the date feeds it as well, under its execution_id where it has no correlation_id', () => {
  const trigger = message('FeatureStoreCompletion', { correlation_id: 'of trigger' });
  const { correlation_id: _, ...bare } = message('FeatureStoreCompletion');
  const of = (sent: typeof trigger, correlation_id: string): readonly string[] =>
    kinds(
      told((one) => {
        one.deliver(COORDINATOR, TRIGGER, sent);
        asks(one, correlation_id);
      }, 'chain'),
    );
  expect(of(trigger, 'of trigger')).toEqual([]);
  expect(of(bare, String(bare['execution_id']))).toEqual([]);
  expect(of(trigger, 'neither')).toEqual(['CORR-001 broken correlation']);
});

test('nothing is said of a target that keeps no correlation_id with its feature store, nor without a message', () => {
  expect(kinds(told((one) => asks(one, 'another')))).toEqual([]);
  expect(kinds(told(started, 'chain'))).toEqual([]);
});
