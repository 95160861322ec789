import { describe, expect, test } from 'vitest';
import type { Scene } from '../../../../conformance/harness/scene/scene.ts';
import type { ExplorationEvent } from '../../../../conformance/history/events.ts';
import { shortExplorations } from '../../../../conformance/verdict/evidence.ts';
import { planCases, type TriedCase } from '../../../../conformance/verdict/running/cases.ts';
import { conforms, decideVerdicts } from '../../../../conformance/verdict/verdict.ts';
import { CASES, CHECK, historyWith, judged, KEPT, requirement, targetWith, triedCases } from './tried.ts';

describe('a target that publishes nothing', () => {
  const silent = (count: number, check = CHECK): readonly TriedCase[] =>
    planCases([check], [check])
      .slice(0, count)
      .map((one) => ({
        case: one,
        scene: { history: () => historyWith([], 1, false) } as unknown as Scene,
        duration_ms: 1,
      }));
  test('keeps no requirement by that: it is not testable', () => {
    const verdicts = judged(silent(3), []);
    expect(verdicts[0]).toMatchObject({
      result: 'failed',
      reason: 'not testable: the target published nothing in any of its 3 cases',
      cases: 3,
    });
    expect(conforms(verdicts)).toBe(false);
  });
  test('is not judged where only a part of the cases was run', () => {
    const [first] = judged(silent(1), [], { planned: CASES.slice(0, 1) });
    expect(first).toMatchObject({
      result: 'not_judged',
      reason: 'the target published nothing in its one case',
    });
  });
  test('keeps what is about answers, and not the shape of messages', () => {
    const requirements = [requirement('FANIN-001'), requirement('MSG-001')];
    const extent = { planned: CASES, possible: CASES, cut_short: null, left_out: '' };
    const runs = silent(3, { ...CHECK, is_silent: true });
    const [about, shape] = decideVerdicts(requirements, runs, targetWith(), 'embedded', extent);
    expect(about?.result).toBe('passed');
    expect(shape).toMatchObject({ result: 'failed', cases: 3 });
  });
});

describe('how much was explored is said beside what was kept', () => {
  const explored = (told: Partial<ExplorationEvent>): readonly TriedCase[] =>
    KEPT.map((run, place) => {
      const event = { kind: 'exploration', runs: 4, strategy: 'by chance', failing: [], ...told };
      const history = [...run.scene.history(), ...(place === 0 ? [event] : [])];
      return { ...run, scene: { history: () => history } as unknown as Scene };
    });
  test.each<readonly [Partial<ExplorationEvent>, string, number]>([
    [
      { is_complete: true, ended_by: 'nothing left', runs_max: 8 },
      'all 4 schedules in invented (1 of 3) (by chance)',
      0,
    ],
    [{ ended_by: 'number', runs_max: 4 }, '(by chance; there are more)', 0],
    [
      { ended_by: 'time', runs_max: 8 },
      '4 schedules in invented (1 of 3) (by chance; of at most 8, stopped by time)',
      1,
    ],
    [{ ended_by: 'time' }, '(by chance; until its time was over)', 0],
    [{ ended_by: 'nothing left', runs_max: 8 }, '(by chance; not certain to be all', 0],
    [{ misfits: [] }, '4 schedules in invented (1 of 3) (by chance)', 0],
    [{}, '(by chance; there are more)', 0],
  ])('%j', (told, words, warnings) => {
    const [first] = judged(explored(told), []);
    expect(first?.reason).toContain(words);
    expect(shortExplorations(explored(told))).toHaveLength(warnings);
  });
});

describe('a target whose calls do not name the date', () => {
  const with_events = (...events: readonly object[]): readonly TriedCase[] =>
    KEPT.map((run, place) => {
      const history = [...run.scene.history(), ...(place === 0 ? events : [])];
      return { ...run, scene: { history: () => history } as unknown as Scene };
    });
  const exploration = (store_calls: number) => ({ kind: 'exploration', runs: 1, failing: [], store_calls });
  const fault = (change: string, on = 'commit') => ({
    kind: 'fault',
    change,
    fault: `each ${on} is refused`,
  });
  test.each<readonly [string, readonly object[], string]>([
    ['nothing was put in order', [exploration(0)], 'no read or commit could be put in order'],
    ['nothing was struck', [fault('begins'), fault('ends')], 'no commit was struck'],
    [
      'only the other kind was struck',
      [fault('begins'), fault('begins', 'publish'), fault('strikes', 'publish')],
      'no commit was struck',
    ],
  ])('is not testable where %s', (_, events, words) => {
    const [first] = judged(with_events(...events), []);
    expect(first).toMatchObject({ result: 'failed', anomalies: [] });
    expect(first?.reason).toContain(`not testable: ${words}; calls must name their game date`);
  });
  const refusing = (change: string) => ({
    kind: 'fault',
    change,
    fault: 'each publish to nba-phase4-trigger for 2031-03-05 is refused',
  });
  const published = (message: object, topic = 'nba-phase4-trigger') => ({
    kind: 'publish',
    topic,
    message,
    raw: null,
  });
  test.each<readonly [string, object, string]>([
    ['without a date', published({}), 'failed'],
    ['with a date in words', published({ game_date: 'March 5th' }), 'failed'],
    ['of another date', published({ game_date: '2031-03-06' }), 'passed'],
    ['of this date, which the fault let pass', published({ game_date: '2031-03-05' }), 'passed'],
    ['to another topic', published({}, 'nba-phase2-raw-complete'), 'passed'],
  ])('is what a publish %s shows, while no publish is struck', (_, message, result) => {
    const [first] = judged(with_events(refusing('begins'), message, refusing('ends')), []);
    expect(first).toMatchObject({ result, anomalies: [] });
    expect(first?.reason?.includes('no publish was struck') === true).toBe(result === 'failed');
  });
  test('is testable where some did', () => {
    const events = [exploration(0), exploration(3), fault('begins'), fault('strikes')];
    expect(judged(with_events(...events), [])[0]).toMatchObject({ result: 'passed' });
  });
});

describe('a schedule that was given', () => {
  const replayed = (...misfits: readonly (readonly string[])[]): readonly TriedCase[] =>
    triedCases(...misfits.map(() => [[]] as const)).map((run, place) => ({
      ...run,
      scene: { history: () => [...run.scene.history(), replayOf(misfits[place] ?? [])] } as unknown as Scene,
    }));
  const replayOf = (misfits: readonly string[]): object => ({
    kind: 'exploration',
    runs: 1,
    failing: [],
    misfits,
  });
  test('and fits no case proves nothing', () => {
    const [first] = judged(replayed(['step 99 was never reached'], ['no'], ['no']), []);
    expect(first).toMatchObject({ result: 'not_judged', cases: 3 });
    expect(first?.reason).toContain(
      'the schedule fits no case (invented (1 of 3): step 99 was never reached',
    );
  });
  test('and fits one of them is a run of that one', () => {
    const [first] = judged(replayed(['step 99 was never reached'], [], []), []);
    expect(first).toMatchObject({ result: 'passed' });
  });
});
