import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  type CaseAgain,
  decideWatch,
  type Errand,
  WATCH_START,
  type WatchEffect,
  type WatchEvent,
} from '../../../conformance/cli/watching/decide-watch.ts';

const again = (check: string, round = 1, schedule: string | null = null): CaseAgain => ({
  check,
  round,
  schedule,
});

function effectsOf(...events: readonly WatchEvent[]): readonly WatchEffect[] {
  let state = WATCH_START;
  let last: readonly WatchEffect[] = [];
  for (const event of events) [state, last] = decideWatch(state, event);
  return last;
}
const asked = (errand: Errand): WatchEvent => ({ kind: 'asked', errand });
const broke = (broken: CaseAgain): WatchEvent => ({ kind: 'case_broke', broken });
const changed: WatchEvent = { kind: 'files_changed' };
const ended: WatchEvent = { kind: 'ended', is_partial: false };
const endedInHaste: WatchEvent = { kind: 'ended', is_partial: true };

describe('after a change of files', () => {
  test('what broke is run again, each case once', () => {
    const events = [
      asked('everything'),
      broke(again('a', 2, 's1')),
      broke(again('a', 2, 's2')),
      broke(again('b')),
    ];
    expect(effectsOf(...events, ended, changed)).toEqual([
      { kind: 'run', errand: [again('a', 2, 's1'), again('b')], is_short: true },
    ]);
  });

  test('everything follows at once when nothing is broken any more, with a short look first', () => {
    const mended = [asked('everything'), broke(again('a')), ended, changed, ended];
    expect(effectsOf(...mended)).toEqual([{ kind: 'run', errand: 'everything', is_short: true }]);
    expect(effectsOf(...mended, endedInHaste)).toEqual([
      { kind: 'run', errand: 'everything', is_short: false },
    ]);
    expect(effectsOf(...mended, ended)).toEqual([]);
  });

  test('what is still broken is the end until the next change', () => {
    const still = [asked('everything'), broke(again('a')), ended, changed, broke(again('a')), ended];
    expect(effectsOf(...still)).toEqual([]);
    expect(effectsOf(...still, changed)).toEqual([{ kind: 'run', errand: [again('a')], is_short: true }]);
  });

  test('what somebody chose is run again, until everything is asked for', () => {
    const chosen = [asked('everything'), broke(again('a')), ended, asked([again('b')]), ended];
    expect(effectsOf(...chosen, changed)).toEqual([{ kind: 'run', errand: [again('b')], is_short: true }]);
    const all = [...chosen, asked('everything'), broke(again('c')), ended];
    expect(effectsOf(...all, changed)).toEqual([{ kind: 'run', errand: [again('c')], is_short: true }]);
  });

  test('a run that is under way is cut once, and the last wish follows when it has ended', () => {
    const events = [asked('everything'), broke(again('a'))];
    expect(effectsOf(...events, changed)).toEqual([{ kind: 'cut', why: 'files changed' }]);
    expect(effectsOf(...events, changed, asked([again('b')]))).toEqual([]);
    expect(effectsOf(...events, changed, asked([again('b')]), ended)).toEqual([
      { kind: 'run', errand: [again('b')], is_short: false },
    ]);
  });

  test('a short look that finds nothing is followed by the same at length, once', () => {
    const looked = [asked('everything'), ended, changed];
    expect(effectsOf(...looked)).toEqual([{ kind: 'run', errand: 'everything', is_short: true }]);
    expect(effectsOf(...looked, endedInHaste)).toEqual([
      { kind: 'run', errand: 'everything', is_short: false },
    ]);
    expect(effectsOf(...looked, endedInHaste, ended)).toEqual([]);
  });

  test('a short look that left nothing out, or finds something broken, is the end', () => {
    const looked = [asked('everything'), ended, changed];
    expect(effectsOf(...looked, ended)).toEqual([]);
    expect(effectsOf(...looked, broke(again('a')), endedInHaste)).toEqual([]);
  });
});

property.prop(
  [
    fc.array(
      fc.constantFrom<WatchEvent>(
        asked('everything'),
        asked([again('a')]),
        changed,
        broke(again('b')),
        ended,
        endedInHaste,
      ),
      { maxLength: 40 },
    ),
  ],
  { seed: 20240115 },
)('never two runs at once, and a wish is never forgotten', (events) => {
  let state = WATCH_START;
  let is_running = false;
  let is_wanted = false;
  for (const event of events) {
    if (event.kind === 'ended' || event.kind === 'case_broke') {
      if (!is_running) continue;
      if (event.kind === 'ended') is_running = false;
    } else is_wanted = true;
    const [next, effects] = decideWatch(state, event);
    state = next;
    for (const effect of effects) {
      if (effect.kind === 'cut') expect(is_running).toBe(true);
      else {
        expect(is_running).toBe(false);
        is_running = true;
        is_wanted = false;
      }
    }
    expect(is_wanted && !is_running).toBe(false);
  }
});
