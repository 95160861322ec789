import { describe, expect, test } from 'vitest';
import { CLAIMS_OVER } from '../../../../conformance/checks/drawn/run/begin.ts';
import type { History, Payload } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../../checks/story.ts';
import { begun, within } from '../begun.ts';
import {
  announce,
  answer,
  CALLED,
  COMPLETE,
  COORDINATOR,
  end,
  FAILED,
  kinds,
  NOBODY,
  READY,
  REQUEST,
  request,
  result,
  STORE,
  started,
  TRIGGER,
} from './told.ts';

describe('the model of the coordinator', () => {
  test('accepts a batch from its trigger to its announcement', () => {
    const told = started(['a', 'b']);
    answer(told, 'a');
    announce(told, 'b', end(2, 2, 'success'));
    expect(kinds(told.history())).toEqual([]);
  });

  test('names a ready player who was not requested, and one who was never ready', () => {
    expect(kinds(started(['a', 'b'], ['a']).history())).toEqual(['COORD-013 lost message']);
    expect(kinds(started(['a'], ['a', 'b']).history())).toEqual([
      'COORD-013 phantom completion',
      'COORD-009 phantom completion',
    ]);
  });

  test('counts a success after a failure, and not a failure after a success', () => {
    const told = started(['a', 'b']);
    answer(told, 'a', FAILED);
    answer(told, 'a');
    answer(told, 'a', FAILED);
    announce(told, 'b', end(2, 2, 'success'));
    expect(kinds(told.history())).toEqual([]);
    const wrong = started(['a', 'b']);
    answer(wrong, 'a', FAILED);
    answer(wrong, 'a');
    announce(wrong, 'b', end(1, 2, 'partial'));
    expect(kinds(wrong.history())).toEqual(['COORD-008 wrong count']);
  });

  test('names an end that comes too early, twice or never', () => {
    const early = started(['a', 'b']);
    announce(early, 'a', end(1, 2, 'partial'));
    expect(kinds(early.history())).toContain('COORD-008 phantom completion');
    const twice = started(['a']);
    announce(twice, 'a', end(1, 1, 'success'));
    twice.publish(COMPLETE, end(1, 1, 'success'));
    expect(kinds(twice.history())).toContain('COORD-008 double run');
    const same = started(['a', 'b']);
    answer(same, 'a', FAILED);
    const said = { ...end(1, 2, 'partial'), execution_id: uuid() };
    announce(same, 'b', said);
    same.publish(COMPLETE, said);
    expect(kinds(same.history())).toEqual(['COORD-032 repeated message']);
    same.publish(COMPLETE, { ...end(2, 2, 'success'), execution_id: said.execution_id });
    expect(kinds(same.history())).toContain('COORD-008 double run');
    const never = started(['a']);
    answer(never, 'a');
    expect(kinds(never.history())).toEqual(['COORD-008 stuck batch']);
  });

  test('names one id for the ends of two rounds', () => {
    const of = (second: string): readonly string[] => {
      const told = started(['a', 'b']);
      const id = uuid();
      answer(told, 'a', FAILED);
      announce(told, 'b', { ...end(1, 2, 'partial'), execution_id: id });
      within(
        told,
        () => told.request('/retry', 202, 'POST', null, COORDINATOR, { game_date: DATE, run: 1 }),
        () => void told.publish(REQUEST, request('a', { attempt: 2 })),
      );
      announce(told, 'a', { ...end(2, 2, 'success'), execution_id: second || id }, { attempt: 2 });
      return kinds(told.history());
    };
    expect(of('')).toContain('CORR-005 broken provenance');
    expect(of(uuid())).not.toContain('CORR-005 broken provenance');
  });

  test('names a trigger that is acked although requests of its interrupted start are missing', () => {
    const told = begun();
    told.seed(DATE, ['a', 'b']);
    const trigger = (status: number): number =>
      told.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status });
    within(
      told,
      () => trigger(503),
      () => {
        told.publish(REQUEST, request('a'));
        told.fault('strikes');
      },
    );
    trigger(503);
    expect(kinds(told.history())).toEqual([]);
    trigger(204);
    expect(kinds(told.history())).toEqual(['COORD-011 lost message']);
  });

  test('names a batch that takes no start when every claim has run out', () => {
    const told = begun();
    told.seed(DATE, ['a']);
    const start = (status: number): number =>
      told.request('/start', status, 'POST', null, COORDINATOR, { game_date: DATE, run: 1 });
    within(
      told,
      () => start(503),
      () => told.fault('strikes'),
    );
    start(200);
    expect(kinds(told.history())).toEqual([]);
    told.mark(CLAIMS_OVER);
    start(200);
    expect(kinds(told.history())).toEqual(['COORD-011 lost message']);
  });

  test('does not ask for players whom a start left out that was interrupted before anybody was requested', () => {
    const told = begun();
    told.seed(DATE, ['a', 'b'], { minutes: [12, 13] });
    const call = (path: string, status: number, min_minutes?: number): number =>
      told.request(path, status, 'POST', null, COORDINATOR, {
        game_date: DATE,
        run: 1,
        ...(min_minutes === undefined ? {} : { min_minutes }),
      });
    within(
      told,
      () => call('/start', 503, 13),
      () => told.fault('strikes'),
    );
    within(
      told,
      () => call('/retry', 202),
      () => void told.publish(REQUEST, request('b')),
    );
    call('/retry', 200);
    expect(kinds(told.history())).toEqual([]);
  });

  test('names a last answer that is acked although the announcement was refused', () => {
    const told = started(['a']);
    within(
      told,
      () => told.deliver(COORDINATOR, READY, result('a'), { status: 503 }),
      () => told.fault('strikes'),
    );
    expect(kinds(told.history())).not.toContain('COORD-008 stuck batch');
    answer(told, 'a');
    expect(kinds(told.history())).toContain('COORD-008 stuck batch');
  });

  test('names a trigger that is taken although too few are ready, and a silent one that starts a batch', () => {
    const few = begun();
    few.seed(DATE, []);
    few.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status: 202 });
    expect(kinds(few.history())).toEqual([]);
    const failed = begun();
    failed.seed(DATE, ['a']);
    within(
      failed,
      () =>
        failed.deliver(
          COORDINATOR,
          TRIGGER,
          message('FeatureStoreCompletion', { status: 'no_data', record_count: 0 }),
          { status: 204 },
        ),
      () => void failed.publish(REQUEST, request('a')),
    );
    expect(kinds(failed.history())).toEqual(
      expect.arrayContaining(['COORD-033 phantom completion', 'COORD-001 phantom completion']),
    );
  });

  test('lets a batch of nobody end at once as no_data, and names one that does not end, or ends otherwise', () => {
    const nobody = (sent: readonly Payload[]): Story => {
      const told = begun();
      told.seed(DATE, ['a'], { minutes: [12] });
      const body = { game_date: DATE, run: 1, min_minutes: 13 };
      within(
        told,
        () => told.request('/start', 202, 'POST', null, COORDINATOR, body),
        () => {
          for (const one of sent) told.publish(COMPLETE, one);
        },
      );
      return told;
    };
    const empty = (status: string): Payload =>
      message('PredictionsComplete', {
        ...end(0, 0, status),
        ...CALLED,
        record_count: 0,
        records_failed: 0,
        metadata: { ...NOBODY, upstream: [STORE] },
      });
    expect(kinds(nobody([empty('no_data')]).history())).toEqual([]);
    expect(kinds(nobody([]).history())).toEqual(['COORD-008 stuck batch']);
    expect(kinds(nobody([empty('success')]).history())).toEqual(['COORD-026 wrong answer']);
    const strange = started(['a']);
    strange.publish(COMPLETE, empty('no_data'));
    expect(kinds(strange.history())).toContain('COORD-008 phantom completion');
  });

  test('names an announcement that cannot be followed back to a feature store of its date', () => {
    const ends = (upstream: readonly Payload[]): History => {
      const told = started(['a']);
      const sent = end(1, 1, 'success');
      announce(told, 'a', { ...sent, metadata: { ...(sent['metadata'] as Payload), upstream } });
      return told.history();
    };
    expect(kinds(ends([]))).toEqual(['CORR-008 broken provenance']);
    expect(kinds(ends([{ ...STORE, processor: 'player_daily_cache' }]))).toEqual([
      'CORR-008 broken provenance',
    ]);
  });

  test('names a second batch that no force asked for', () => {
    const told = started(['a']);
    told.publish(REQUEST, request('a', { batch_id: 'b2' }));
    expect(kinds(told.history())).toContain('COORD-002 double run');
  });
});
