import { describe, expect, test } from 'vitest';
import { judgeRefused } from '../../../../conformance/checks/judging/answers.ts';
import type { HistoryEvent } from '../../../../conformance/history/events.ts';
import { DATE, type Story, story } from '../../checks/story.ts';
import { answer, COORDINATOR, FAILED, kinds, READY, result, started } from './told.ts';

const FALSE_CALM = 'COORD-009 wrong answer';

/** Tells of a start in hand and a retry beside it, which is answered first; `before` comes between the two. */
function retryBeside(status: number, before: (told: Story) => void = () => {}): Story {
  const told = started(['a', 'b']);
  const body = { game_date: DATE, run: 1 };
  told.request('/start', 200, 'POST', null, COORDINATOR, body);
  const events = told.history() as HistoryEvent[];
  const [answered] = events.splice(-1);
  before(told);
  told.request('/retry', status, 'POST', null, COORDINATOR, body);
  if (answered !== undefined) events.push({ ...answered, sequence: events.length + 1 });
  return told;
}

describe('a retry while another call is in hand', () => {
  test('may say that there is nothing to do only when everybody who is ready is predicted', () => {
    expect(kinds(retryBeside(200).history())).toContain(FALSE_CALM);
    const of_some = retryBeside(200, (told) => answer(told, 'a'));
    expect(kinds(of_some.history())).toContain(FALSE_CALM);
    const after_failure = retryBeside(200, (told) => {
      answer(told, 'a');
      answer(told, 'b', FAILED);
    });
    expect(kinds(after_failure.history())).toContain(FALSE_CALM);
    const of_all = retryBeside(200, (told) => {
      answer(told, 'a');
      answer(told, 'b');
    });
    expect(kinds(of_all.history())).not.toContain(FALSE_CALM);
  });

  test('may ask again, or say that it comes too early', () => {
    for (const status of [202, 503]) expect(kinds(retryBeside(status).history())).not.toContain(FALSE_CALM);
  });

  test('is not judged where the feature store was filled anew meanwhile, or nobody had been asked before it came', () => {
    const told = retryBeside(200);
    const events = told.history() as HistoryEvent[];
    const [started_at, retried] = events.splice(-2);
    told.seed(DATE, ['b']);
    for (const event of [retried, started_at])
      if (event !== undefined) events.push({ ...event, sequence: events.length + 1 });
    expect(kinds(told.history())).not.toContain(FALSE_CALM);
    const unasked = retryBeside(200)
      .history()
      .filter(({ kind }) => kind !== 'publish');
    expect(kinds(unasked)).not.toContain(FALSE_CALM);
  });
});

describe('a message that was brought once and not answered', () => {
  const brought = (statuses: readonly (number | null)[]): readonly string[] => {
    const told = story();
    for (const [index, status] of statuses.entries()) {
      told.deliver(COORDINATOR, READY, result('a'), { status, message_id: '7', attempt: index + 1 } as never);
    }
    return judgeRefused(told.history(), COORDINATOR, 'COORD-007').map(({ anomaly }) => anomaly);
  };

  test('was not refused', () => {
    expect(brought([null])).toEqual([]);
  });

  test('was refused when it was nacked, or when it was brought again in vain', () => {
    expect(brought([500])).toEqual(['refused message']);
    expect(brought([null, null])).toEqual(['refused message']);
  });
});
