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

/** How far the watching is. */
export interface WatchState {
  readonly is_running: boolean;
  /** What is run as soon as that which runs has ended; null for nothing. */
  readonly next: Errand | null;
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
  | { readonly kind: 'ended' };

/** What is to be done then. */
export type WatchEffect =
  | { readonly kind: 'run'; readonly errand: Errand }
  | { readonly kind: 'cut'; readonly why: 'files changed' | 'another was asked for' };

/** The state before anything ran. */
export const WATCH_START: WatchState = { is_running: false, next: null, chosen: null, broken: [] };

/**
 * Decide what is run. After a change that is what somebody chose, else the cases that broke, else everything; a run that is
 * under way is cut, since what it judges is no longer there.
 */
export function decideWatch(
  state: WatchState,
  event: WatchEvent,
): readonly [WatchState, readonly WatchEffect[]] {
  switch (event.kind) {
    case 'asked': {
      const chosen = event.errand === 'everything' ? null : event.errand;
      return turnTo({ ...state, chosen }, event.errand, 'another was asked for');
    }
    case 'files_changed': {
      const errand = state.chosen ?? (state.broken.length > 0 ? state.broken : 'everything');
      return turnTo(state, errand, 'files changed');
    }
    case 'case_broke':
      return [{ ...state, broken: withCase(state.broken, event.broken) }, []];
    case 'ended':
      return state.next === null
        ? [{ ...state, is_running: false }, []]
        : begin({ ...state, next: null }, state.next);
  }
}

function turnTo(
  state: WatchState,
  errand: Errand,
  why: 'files changed' | 'another was asked for',
): ReturnType<typeof decideWatch> {
  if (!state.is_running) return begin(state, errand);
  return [{ ...state, next: errand }, state.next === null ? [{ kind: 'cut', why }] : []];
}

function begin(state: WatchState, errand: Errand): ReturnType<typeof decideWatch> {
  return [{ ...state, is_running: true, broken: [] }, [{ kind: 'run', errand }]];
}

/** A case is run once, however many promises it breaks; the first schedule that shows it is kept. */
function withCase(cases: readonly CaseAgain[], one: CaseAgain): readonly CaseAgain[] {
  const is_known = cases.some(({ check, round }) => check === one.check && round === one.round);
  return is_known ? cases : [...cases, one];
}
