import type { BatchStatus } from '../../predictions/status/decide-status.ts';
import type { Standing } from './decide-standing.ts';

/** What is wrong, still under way, or worth knowing. */
export type FindingCode =
  | 'NOTHING_RUN'
  | 'NO_GAMES'
  | 'NOT_RUN'
  | 'RUN_FAILED'
  | 'RUN_EMPTY'
  | 'COMPLETION_OWED'
  | 'RUNNING'
  | 'CLAIM_EXPIRED'
  | 'NOT_COUNTED'
  | 'TRIGGER_PENDING'
  | 'TRIGGER_MISSING'
  | 'DEAD_LETTERS'
  | 'BATCH_MISSING'
  | 'BATCH_UNFINISHED'
  | 'BATCH_UNANNOUNCED'
  | 'COVERAGE_LOW'
  | 'FEATURES_SHORT'
  | 'DEGRADED'
  | 'BACKFILL_ONLY';

/** One thing that an operator should know. */
export interface Finding {
  /** `problem`: it will not pass by itself in good time. `wait`: it should. `note`: nothing is wrong. */
  readonly kind: 'problem' | 'wait' | 'note';
  readonly code: FindingCode;
  /** Such as `phase 3` or `phase 3 to 4`. */
  readonly where: string;
  /** Processor, trigger entry, topic or batch. */
  readonly subject: string;
  /** What and why, from which document or run. */
  readonly sentence: string;
  /** Arguments of the `pipeline` command to run next; null when there is nothing to run. */
  readonly next: readonly string[] | null;
}

/** A processor that waits for the cause of another finding. */
export interface Waiting {
  readonly where: string;
  readonly processor: string;
  readonly sentence: string;
}

/** How one date and run stands as a whole. */
export interface Diagnosis {
  readonly game_date: string;
  readonly run: number;
  /** UTC; the moment that it was judged for. */
  readonly at: string;
  /**
   * `complete`: predictions are out and cover enough. `working`: nothing is wrong, not all is there. `stuck`: there is a
   * problem. `backfill`: only history was loaded. `nothing`: nothing is on record.
   */
  readonly verdict: 'complete' | 'working' | 'stuck' | 'backfill' | 'nothing';
  /** Causes first. */
  readonly findings: readonly Finding[];
  readonly waiting: readonly Waiting[];
  readonly standings: readonly Standing[];
  readonly predictions: BatchStatus;
}

/** What came less than this ago is waited for: Pub/Sub's first redelivery comes after a minute. */
const GRACE_SECONDS = 120;

/** Tell whether something happened so recently that its consequence may be on its way. */
export function isFresh(since: string | null, now: string): boolean {
  return since !== null && Date.parse(now) - Date.parse(since) < GRACE_SECONDS * 1000;
}

/** Write a moment as a person on call reads it: `05:12Z`, with its day when that is not today's. */
export function shortTime(time: string, now: string): string {
  const clock = `${time.slice(11, 16)}Z`;
  return time.slice(0, 10) === now.slice(0, 10) ? clock : `${time.slice(0, 10)} ${clock}`;
}
