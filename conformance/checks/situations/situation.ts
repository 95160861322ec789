import type { History } from '../../history/events.ts';

/** Moments that a scenario may be about, by name; reports count them. */
export type SituationName =
  | 'deliveries at once'
  | 'duplicate before the ack'
  | 'duplicate between read and commit'
  | 'redelivery after a lost ack'
  | 'same message, new id'
  | 'redelivery after a nack'
  | 'retry after a conflict'
  | 'store refused, then recovered'
  | 'commit of unknown outcome'
  | 'commit held back'
  | 'publish refused, then repeated'
  | 'publish of unknown outcome'
  | 'publish held back'
  | 'killed with a delivery in flight'
  | 'delivery after a restart'
  | 'levels out of order'
  | 'failure before success'
  | 'failure after success'
  | 'backfill before live'
  | 'two runs of a date'
  | 'invalid before valid'
  | 'requests at once'
  | 'status of a past date with a batch'
  | 'days that differ by zone';

/** One such moment. */
export interface Situation {
  readonly name: SituationName;
  /** What must have happened, in one sentence. */
  readonly sentence: string;
  /** How often it happened. Same history, same number. */
  readonly count: (history: History) => number;
}
