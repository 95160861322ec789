import type { Json } from '../../../history/events.ts';

/** A date and run of the history, as in `history.ts`. */
interface Place {
  readonly day?: number;
  readonly run?: number;
}

/** What is wrong with the body of a scrape, or of a level that is asked for by the clock. */
export type WrongBody =
  | 'no date'
  | 'a word for a date'
  | 'an impossible date'
  | 'run 0'
  | 'a list'
  | 'a backfill without reason'
  | 'a source that calls nobody'
  | 'no level'
  | 'level 4';

/** A call of POST /scrape. */
export type DrawnScrape = Place & {
  readonly do: 'scrape';
  readonly n: number;
  /** As the body says it; all of them when it is left out. */
  readonly scraper?: string;
  /** Its backfill_reason; backfill_mode follows. */
  readonly backfill?: string;
  readonly skip?: true;
  /** trigger_source of the body. */
  readonly source?: 'scheduler' | 'manual';
  /** Called as Cloud Scheduler does. */
  readonly clock?: true;
  readonly workflow?: string;
  /** How often it is called at once. Default 1. */
  readonly copies?: number;
  readonly wrong?: WrongBody;
};

/**
 * Fills raw tables through the phases before the receiver: each is scraped and loaded, and for Phase 4 analysed. Messages of the
 * history speak of what came out by number and name.
 */
export type DrawnFill = Place & {
  readonly do: 'fill';
  readonly n: number;
  /** Canonical names of raw processors. */
  readonly tables: readonly string[];
  /** Those whose scraper finds nothing. */
  readonly empty?: readonly string[];
  /** Those whose file is not there. */
  readonly failed?: readonly string[];
  /** What is scraped is a backfill with this reason. */
  readonly backfill?: string;
};

/** A call of POST /process-date. */
export type DrawnProcess = Place & {
  readonly do: 'process';
  readonly level: number;
  /** Called as Cloud Scheduler does. */
  readonly clock?: true;
  /** Without a date, where the history is of today. */
  readonly undated?: true;
  readonly copies?: number;
  readonly wrong?: WrongBody;
};

/** Steps that only histories of Phases 1 to 4 have. */
export type DrawnWork = DrawnScrape | DrawnFill | DrawnProcess;

/** What a message of Phases 1 to 4 says beside what every message says. */
export interface DrawnOrigin {
  /** It is the completion that step n brought, of the processor that it names; what else is drawn is changed in it. */
  readonly of?: number;
  /** Its execution_id is another than that of the completion. */
  readonly fresh?: true;
  /** In one format only. Default both. */
  readonly form?: 'legacy' | 'unified';
  /** Fields that are left out. */
  readonly without?: readonly string[];
  /** Fields that say something else. */
  readonly says?: { readonly [field: string]: Json };
  /** Cascade level of a trigger. Default 1. */
  readonly level?: number;
  /** Which processors a trigger names. Default those of its level. */
  readonly processors?: readonly string[];
}
