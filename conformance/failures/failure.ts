import type { ComponentName } from '../contract/names.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import type { History } from '../history/events.ts';

/** One failure as it is stored: what was broken, and everything that runs its case again. */
export interface StoredFailure {
  /** Counts up when the schema changes; a file of another version is refused. */
  readonly failure_version: 1;
  /** Requirement, check, round and anomaly: the same failure of a later run has the same id. */
  readonly id: string;
  readonly target: {
    readonly name: string;
    readonly file: string;
    /** URLs of components that somebody else had started. */
    readonly attached?: Readonly<Partial<Record<ComponentName, string>>>;
    /** The released version that it was judged against. */
    readonly against?: string;
  };
  readonly cloud: CloudKind;
  readonly seed: number;
  readonly contract: { readonly version: string; readonly hash: string };
  readonly requirement: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly sentence: string;
  readonly anomaly: string;
  /** Sentences that cite events of `history`, such as `#12`. */
  readonly proof: string;
  readonly events: readonly number[];
  readonly check: string;
  /** Counted from 1. */
  readonly round: number;
  /** Of an explored case: the schedule that fails, in one line; else null. */
  readonly schedule: string | null;
  readonly smallest: string;
  /** Shows it again without this file. */
  readonly command: string;
  /** What happened when it failed; `conformance check --history` judges the events. */
  readonly history: History;
}

/** What running a stored failure again showed. */
export interface ReplayOutcome {
  readonly failure: StoredFailure;
  /** Where it is stored. */
  readonly file: string;
  readonly outcome: 'FIXED' | 'STILL FAILING' | 'CANNOT RUN';
  /** Of one that fails: the new proof. Of one that cannot run: why, and what to do. Else what was tried. */
  readonly because: string;
}
