import { describe, expect, test } from 'vitest';
import type { HistoryEvent } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../../checks/story.ts';
import {
  announce,
  answer,
  COMPLETE,
  COORDINATOR,
  end,
  FAILED,
  kinds,
  READY,
  REQUEST,
  request,
  result,
  started,
  TRIGGER,
} from './told.ts';

const call = (told: Story, path: string, status: number): number =>
  told.request(path, status, 'POST', null, COORDINATOR, { game_date: DATE, run: 1 });

/** Holds a publish back from here on; what `meanwhile` tells happens before it is served. */
function held(told: Story, meanwhile: () => void): void {
  told.fault('begins', 'hold');
  told.fault('strikes', 'hold');
  meanwhile();
  told.fault('ends', 'hold');
}

/** Lets something happen before the answer to the last call. */
function overtake(told: Story, act: () => void): void {
  const events = told.history() as HistoryEvent[];
  const [answered] = events.splice(-1);
  act();
  if (answered !== undefined) events.push({ ...answered, sequence: events.length + 1 });
}

describe('the model of the coordinator, when one call overtakes another', () => {
  test('lets an end count a failure that was nacked, since it may be on record', () => {
    const told = started(['a', 'b']);
    answer(told, 'b');
    told.deliver(COORDINATOR, READY, result('a', FAILED), { status: 503 });
    announce(told, 'a', end(1, 2, 'partial'));
    expect(kinds(told.history())).not.toContain('COORD-008 wrong count');
    const without = started(['a', 'b']);
    answer(without, 'b');
    announce(without, 'a', end(1, 2, 'partial'));
    expect(kinds(without.history())).toContain('COORD-008 wrong count');
  });

  test('lets an end count a player as failed whom a retry in hand may have given up, though he is ready again', () => {
    const of = (ready_meanwhile: readonly string[]): readonly string[] => {
      const told = started(['a', 'b']);
      answer(told, 'b');
      told.seed(DATE, ready_meanwhile);
      call(told, '/retry', 202);
      overtake(told, () => {
        told.seed(DATE, ['a', 'b']);
        announce(told, 'a', end(1, 2, 'partial'));
      });
      return kinds(told.history());
    };
    expect(of(['b'])).not.toContain('COORD-008 wrong count');
    expect(of(['a', 'b'])).toContain('COORD-008 wrong count');
  });

  test('takes a request whose publish was held back for one of the round that was announced meanwhile', () => {
    const told = started(['a']);
    held(told, () => announce(told, 'a', end(1, 1, 'success')));
    told.publish(REQUEST, request('a', { attempt: 2 }));
    call(told, '/retry', 200);
    expect(kinds(told.history())).not.toContain('COORD-008 stuck batch');
  });

  test('lets an end whose publish was held back tell what was counted before', () => {
    const told = started(['a', 'b']);
    answer(told, 'a');
    answer(told, 'b', FAILED);
    held(told, () => answer(told, 'b'));
    told.publish(COMPLETE, end(1, 2, 'partial'));
    expect(kinds(told.history())).not.toContain('COORD-008 wrong count');
  });

  test('waits for another start after one that failed, and not for one that ended before it failed', () => {
    const told = started(['a']);
    call(told, '/retry', 503);
    overtake(told, () => {
      told.fault('strikes');
      told.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion', { execution_id: uuid() }), {
        status: 204,
      });
    });
    answer(told, 'a');
    expect(kinds(told.history())).not.toContain('COORD-008 stuck batch');
    call(told, '/start', 202);
    answer(told, 'a');
    expect(kinds(told.history())).toContain('COORD-008 stuck batch');
  });
});
