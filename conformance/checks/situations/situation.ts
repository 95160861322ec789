import type { History } from '../../history/events.ts';

/** A moment that a scenario may be about; reports count them. */
export interface Situation {
  readonly name: string;
  /** What must have happened, in one sentence. */
  readonly sentence: string;
  /** How often it happened. Same history, same number. */
  readonly count: (history: History) => number;
}
