/** A case to run again. */
export interface CaseAgain {
  readonly check: string;
  /** From 1. */
  readonly round: number;
  /** The schedule or drawn history to play; null to choose anew from the seed. */
  readonly schedule: string | null;
}

/** What to run: these cases, or everything that the command line asked for. */
export type Errand = readonly CaseAgain[] | 'everything';

/** A run of an errand. */
export interface WatchRun {
  readonly errand: Errand;
  /** Whether it ends after a moment, so that somebody who edits sees soon what came of it. */
  readonly is_short: boolean;
}

/** How far the watching is. */
export interface WatchState {
  /** What runs; null for nothing. */
  readonly running: WatchRun | null;
  /** What is run as soon as that which runs has ended; null for nothing. */
  readonly next: WatchRun | null;
  /** What somebody chose on the page; it is run again at every change. Null when nobody chose. */
  readonly chosen: Errand | null;
  /** The cases that the last run showed to be broken. */
  readonly broken: readonly CaseAgain[];
}

/** What happens. */
export type WatchEvent =
  | { readonly kind: 'asked'; readonly errand: Errand }
  | { readonly kind: 'files_changed' }
  | { readonly kind: 'case_broke'; readonly broken: CaseAgain }
  /** `is_partial`: cases were left out, or ended before they had explored or drawn all that they would without haste. */
  | { readonly kind: 'ended'; readonly is_partial: boolean };

/** What is to be done then. */
export type WatchEffect =
  | ({ readonly kind: 'run' } & WatchRun)
  | { readonly kind: 'cut'; readonly why: 'files changed' | 'another was asked for' };

/** The state before anything ran. */
export const WATCH_START: WatchState = { running: null, next: null, chosen: null, broken: [] };

/**
 * Decide what is run. After a change that is what somebody chose, else the cases that broke, else everything, with a short look
 * first. When cases that broke break no more, a short look at everything follows. When a short look that left something out finds
 * nothing broken, the same follows at length. A run that is under way is cut, since what it judges is no longer there.
 */
export function decideWatch(
  state: WatchState,
  event: WatchEvent,
): readonly [WatchState, readonly WatchEffect[]] {
  switch (event.kind) {
    case 'asked': {
      const chosen = event.errand === 'everything' ? null : event.errand;
      return turnTo({ ...state, chosen }, { errand: event.errand, is_short: false }, 'another was asked for');
    }
    case 'files_changed': {
      const errand = state.chosen ?? (state.broken.length > 0 ? state.broken : 'everything');
      return turnTo(state, { errand, is_short: true }, 'files changed');
    }
    case 'case_broke':
      return [{ ...state, broken: withCase(state.broken, event.broken) }, []];
    case 'ended': {
      const { running, broken } = state;
      if (state.next !== null) return begin({ ...state, next: null }, state.next);
      const follows = running?.is_short === true && broken.length === 0;
      if (follows && running.errand !== 'everything' && state.chosen === null)
        return begin(state, { errand: 'everything', is_short: true });
      if (follows && event.is_partial) return begin(state, { ...running, is_short: false });
      return [{ ...state, running: null }, []];
    }
  }
}

function turnTo(
  state: WatchState,
  run: WatchRun,
  why: 'files changed' | 'another was asked for',
): ReturnType<typeof decideWatch> {
  if (state.running === null) return begin(state, run);
  return [{ ...state, next: run }, state.next === null ? [{ kind: 'cut', why }] : []];
}

function begin(state: WatchState, run: WatchRun): ReturnType<typeof decideWatch> {
  return [{ ...state, running: run, broken: [] }, [{ kind: 'run', ...run }]];
}

/** A case is run once, however many promises it breaks; the first schedule that shows it is kept. */
function withCase(cases: readonly CaseAgain[], one: CaseAgain): readonly CaseAgain[] {
  const is_known = cases.some(({ check, round }) => check === one.check && round === one.round);
  return is_known ? cases : [...cases, one];
}
