/** What ended a run before all of its cases had run. */
export interface Cut {
  readonly by: 'interruption' | 'bail' | 'time';
  /** Goes on after "the run was", and before "after 1 of its 3 cases". */
  readonly sentence: string;
}

/** Somebody pressed Ctrl-C, or a signal came. */
export const INTERRUPTED: Cut = { by: 'interruption', sentence: 'interrupted' };

/** A promise was broken, and the run was to end there. */
export const BAILED: Cut = { by: 'bail', sentence: 'ended by --bail' };
