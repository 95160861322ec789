import { describe, expect, test } from 'vitest';
import { awaitInHistory } from '../../../conformance/harness/patience/awaiting.ts';
import { createBoard } from '../../../conformance/harness/patience/board.ts';
import { CaseCutError, createLessons } from '../../../conformance/harness/patience/lessons.ts';
import {
  hearResponse,
  isMissing,
  openCalls,
  requireAnswering,
} from '../../../conformance/harness/patience/requests.ts';
import type { ResponseEvent } from '../../../conformance/history/events.ts';
import { createRecorder } from '../../../conformance/history/recorder.ts';

const SWEEP = { component: 'phase4-orchestrator', method: 'POST', path: '/sweep', name: 'a case' };

function response(status: number | null): ResponseEvent {
  return { kind: 'response', request: 7, status, body: null, marks: [], sequence: 8, at_ms: 0 };
}

describe('what is learned of an endpoint', () => {
  test.each([404, 405, 501])('three answers of %i and no other mean that it is not there', (status) => {
    const lessons = createLessons();
    for (let call = 0; call < 3; call++) {
      expect(isMissing(lessons, SWEEP)).toBe(false);
      hearResponse(lessons, SWEEP, response(status), false);
    }
    expect(isMissing(lessons, SWEEP)).toBe(true);
    expect(openCalls(lessons, SWEEP, 60_000).isOver(response(status), false)).toBe(true);
  });

  test('any other answer means that it is there', () => {
    const lessons = createLessons();
    hearResponse(lessons, SWEEP, response(503), false);
    for (let call = 0; call < 5; call++) hearResponse(lessons, SWEEP, response(404), false);
    expect(isMissing(lessons, SWEEP)).toBe(false);
  });

  test('one that answers none of its first calls is not called any more', () => {
    const lessons = createLessons();
    for (let call = 0; call < 3; call++) {
      requireAnswering(lessons, SWEEP);
      hearResponse(lessons, SWEEP, response(null), true);
    }
    expect(() => requireAnswering(lessons, SWEEP)).toThrow(CaseCutError);
    expect(() => requireAnswering(lessons, { ...SWEEP, path: '/health' })).not.toThrow();
  });
});

describe('a call that is repeated until it is accepted', () => {
  test('is over after its patience, unless its repeats go on bringing something', () => {
    const lessons = createLessons();
    let effects = 0;
    const idle = openCalls(lessons, SWEEP, -1, () => effects);
    expect(idle.isOver(response(500), false)).toBe(true);
    const busy = openCalls(lessons, SWEEP, -1, () => effects);
    effects += 1;
    expect(busy.isOver(response(500), false)).toBe(false);
    expect(busy.isOver(response(500), false)).toBe(true);
  });

  test('is over in the end, whatever it goes on bringing', () => {
    let effects = 0;
    const endless = openCalls(createLessons(), SWEEP, -1, () => effects++);
    const asked = Array.from({ length: 5 }, () => endless.isOver(response(500), false));
    expect(asked).toContain(true);
  });
});

describe('what is waited for in vain', () => {
  const awaited = { what: '3 requests for 2031-01-01', components: ['phase5-coordinator'], patience_ms: 30 };

  test('three times is waited for a moment only, and the case is not judged', async () => {
    const lessons = createLessons();
    const view = createRecorder().view();
    for (const name of ['one', 'two', 'three']) {
      expect(await awaitInHistory(lessons, view, { ...awaited, name }, () => false)).toBe(false);
    }
    const fourth = { ...awaited, what: '3 requests for 2031-05-09', name: 'four' };
    await expect(awaitInHistory(lessons, view, fourth, () => false)).rejects.toThrow(
      'did not come, as in 3 cases before',
    );
  });

  test('is waited for as long as ever once it has come', async () => {
    const lessons = createLessons();
    const view = createRecorder().view();
    expect(await awaitInHistory(lessons, view, { ...awaited, name: 'zero' }, () => true)).toBe(true);
    for (const name of ['one', 'two', 'three', 'four']) {
      expect(await awaitInHistory(lessons, view, { ...awaited, name }, () => false)).toBe(false);
    }
  });
});

test('a component that is given up keeps no case but its witnesses', () => {
  const lessons = createLessons();
  lessons.giveUp('phase2-raw', 'it answered nothing', ['witness']);
  expect(lessons.hopeless(['phase1-scrapers', 'phase2-raw'], 'another')).toBe('it answered nothing');
  expect(lessons.hopeless(['phase2-raw'], 'witness')).toBeUndefined();
  expect(lessons.hopeless(['phase1-scrapers'], 'another')).toBeUndefined();
});

test('the board tells what each case does, the newest first', () => {
  const told: string[] = [];
  const board = createBoard((words) => told.push(words));
  const done = board.begin('one', 'waits for a trigger');
  board.begin('two', 'calls /sweep');
  expect(told.at(-1)).toBe('two: calls /sweep; one: waits for a trigger');
  done();
  expect(board.stepOf('one')).toBeUndefined();
  expect(board.stepOf('two')).toBe('calls /sweep');
});
