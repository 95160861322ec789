import { describe, expect, test } from 'vitest';
import { WORKER_RECEIVER } from '../../../../conformance/checks/drawn/receivers/worker.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { Payload } from '../../../../conformance/history/events.ts';
import { DATE, type Story, uuid } from '../../checks/story.ts';
import { begun, within } from '../begun.ts';
import { FAILED, kinds, READY, REQUEST, request, result, WORKER } from './told.ts';

describe('the model of the worker', () => {
  const asked = (told: Story, attempt: number, sent: readonly Payload[]): void =>
    within(
      told,
      () => told.deliver(WORKER, REQUEST, request('a', { attempt, correlation_id: 'c' }), { status: 204 }),
      () => {
        for (const one of sent) told.publish(READY, one);
      },
    );
  const first = uuid();
  const said = (overrides: Overrides = {}): Payload =>
    result('a', { correlation_id: 'c', duration_seconds: 0, ...overrides });

  test('accepts one success for a ready player, and its repetition for a later attempt', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    asked(told, 1, [said({ execution_id: first })]);
    asked(told, 1, []);
    asked(told, 2, [said({ execution_id: first })]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual([]);
  });

  test('names a second attempt after a failure that is taken for a duplicate', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said(FAILED)]);
    told.seed(DATE, ['a', 'b']);
    asked(told, 2, []);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-010 lost message']);
  });

  test('names an answer that says the attempt of another request', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said(FAILED)]);
    told.seed(DATE, ['a', 'b']);
    asked(told, 2, [said({ attempt: 1 })]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-010 wrong count']);
  });

  test('names a success without features, and the same attempt answered twice', () => {
    const told = begun();
    told.seed(DATE, ['b']);
    asked(told, 1, [said()]);
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-011 wrong answer']);
    const twice = begun();
    twice.seed(DATE, ['a']);
    asked(twice, 1, [said({ execution_id: first })]);
    asked(twice, 1, [said({ execution_id: first })]);
    expect(kinds(twice.history(), WORKER_RECEIVER)).toEqual(['IDEM-009 repeated message']);
  });

  test('names what a worker says of a player whom it could not read, and accepts that it says nothing yet', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    told.fault('begins');
    told.fault('strikes');
    asked(told, 1, [said(FAILED)]);
    told.fault('ends');
    expect(kinds(told.history(), WORKER_RECEIVER)).toEqual(['IDEM-009 wrong answer']);
    const nacked = begun();
    nacked.seed(DATE, ['a']);
    nacked.fault('begins');
    nacked.fault('strikes');
    const again = request('a', { correlation_id: 'c' });
    nacked.deliver(WORKER, REQUEST, again, { status: 503, message_id: 'm1' });
    nacked.fault('ends');
    within(
      nacked,
      () => nacked.deliver(WORKER, REQUEST, again, { status: 204, message_id: 'm1' }),
      () => nacked.publish(READY, said({ execution_id: first })),
    );
    expect(kinds(nacked.history(), WORKER_RECEIVER)).toEqual([]);
    const filled = begun();
    filled.fault('begins');
    filled.fault('strikes');
    asked(filled, 1, [said(FAILED)]);
    filled.seed(DATE, ['a']);
    asked(filled, 2, [said({ execution_id: first, attempt: 2 })]);
    expect(kinds(filled.history(), WORKER_RECEIVER)).toEqual([]);
  });

  test('leaves open whether an attempt is answered again after an earlier one overtook it', () => {
    for (const again of [[], [said({ execution_id: first, attempt: 3 })]]) {
      const told = begun();
      asked(told, 3, [said({ ...FAILED, attempt: 3 })]);
      told.seed(DATE, ['a']);
      asked(told, 1, [said({ execution_id: first })]);
      asked(told, 3, again);
      expect(kinds(told.history(), WORKER_RECEIVER)).toEqual([]);
    }
  });

  test('names, whatever failed, an ack before any result of its attempt is out', () => {
    const disturbed = (): Story => {
      const told = begun();
      told.seed(DATE, ['a']);
      told.fault('begins');
      told.fault('strikes');
      told.fault('ends');
      return told;
    };
    const never = disturbed();
    asked(never, 1, []);
    expect(kinds(never.history(), WORKER_RECEIVER)).toEqual(['IDEM-009 lost message']);
    const late = disturbed();
    asked(late, 1, []);
    asked(late, 1, [said({ execution_id: first })]);
    expect(kinds(late.history(), WORKER_RECEIVER)).toEqual(['IDEM-009 early ack']);
    const of_second = disturbed();
    asked(of_second, 1, [said({ execution_id: first })]);
    asked(of_second, 2, []);
    expect(kinds(of_second.history(), WORKER_RECEIVER)).toEqual(['IDEM-010 lost message']);
  });

  test('accepts an ack of a duplicate, of an attempt whose answer was nacked before, and of one that was overtaken', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    told.fault('begins');
    told.fault('strikes');
    told.fault('ends');
    told.deliver(WORKER, REQUEST, request('a', { attempt: 2, correlation_id: 'c' }), { status: 503 });
    told.publish(READY, said({ execution_id: first, attempt: 2 }));
    asked(told, 2, []);
    asked(told, 2, []);
    asked(told, 1, []);
    const other = kinds(told.history(), WORKER_RECEIVER).filter(
      (kind) => kind !== 'IDEM-009 refused message',
    );
    expect(other).toEqual([]);
  });

  test('names one id for two runs: of two attempts or of two players, and not for a success that is said again', () => {
    const again = begun();
    again.seed(DATE, ['b']);
    asked(again, 1, [said({ ...FAILED, execution_id: first })]);
    again.seed(DATE, ['a', 'b']);
    asked(again, 2, [said({ execution_id: first, attempt: 2 })]);
    expect(kinds(again.history(), WORKER_RECEIVER)).toEqual(['CORR-005 broken provenance']);
    const failed = begun();
    failed.seed(DATE, ['b']);
    asked(failed, 1, [said({ ...FAILED, execution_id: first })]);
    asked(failed, 2, [said({ ...FAILED, execution_id: first, attempt: 2 })]);
    expect(kinds(failed.history(), WORKER_RECEIVER)).toEqual(['CORR-005 broken provenance']);
    // A run that was held back is carried on for the next attempt, and goes on itself afterwards.
    const taken_over = begun();
    taken_over.seed(DATE, ['b']);
    taken_over.fault('begins', 'hold');
    taken_over.fault('strikes', 'hold');
    asked(taken_over, 2, [said({ ...FAILED, execution_id: first, attempt: 2 })]);
    taken_over.fault('ends', 'hold');
    taken_over.publish(READY, said({ ...FAILED, execution_id: first }));
    expect(kinds(taken_over.history(), WORKER_RECEIVER)).not.toContain('CORR-005 broken provenance');
    const of_others = begun();
    of_others.seed(DATE, ['a', 'b']);
    asked(of_others, 1, [said({ execution_id: first })]);
    within(
      of_others,
      () => of_others.deliver(WORKER, REQUEST, request('b', { correlation_id: 'c' }), { status: 204 }),
      () => void of_others.publish(READY, result('b', { correlation_id: 'c', execution_id: first })),
    );
    expect(kinds(of_others.history(), WORKER_RECEIVER)).toContain('CORR-005 broken provenance');
  });
});
