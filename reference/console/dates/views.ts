import type { PredictionBatch } from '../../../generated/models.ts';
import type { StandingState } from '../../operations/dates/decide-standing.ts';
import type { Diagnosis, Finding } from '../../operations/dates/finding.ts';
import type { CompletionState, OrchestratorName } from '../../orchestration/state.ts';
import type { Act } from '../acts/decide-act.ts';

/** How one phase of a date stands: the most urgent state of its processors. `unread`: the date is old, and only its documents were read. */
export type CellState = StandingState | 'late' | 'none' | 'unread';

/** One phase of one date. */
export interface Cell {
  readonly phase: string;
  readonly state: CellState;
  /** Such as `3 of 5 done`. */
  readonly text: string;
  /** UTC; when the last thing of it ended. Null when nothing did. */
  readonly at: string | null;
}

/** One date and run as a row. */
export interface OverviewRow {
  readonly game_date: string;
  readonly run: number;
  /** Null where only the documents were read. */
  readonly verdict: Diagnosis['verdict'] | null;
  readonly cells: readonly Cell[];
  readonly findings: readonly FindingView[];
}

/** What is on record in the state documents of one date and run. */
export interface DateDocuments {
  readonly game_date: string;
  readonly run: number;
  readonly phase3: CompletionState | null;
  readonly phase4: CompletionState | null;
  readonly batch: PredictionBatch | null;
}

/** A finding with what mends it. */
export interface FindingView extends Omit<Finding, 'next'> {
  readonly game_date: string;
  readonly run: number;
  /** The command, as it is pasted into a terminal; null when there is nothing to run. */
  readonly command: string | null;
  /** The same as an act of the page; null when the page has none. */
  readonly act: Act | null;
}

/** One processor of a date. */
export interface ProcessorView {
  readonly name: string;
  readonly state: StandingState;
  readonly status: string | null;
  readonly records: number | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly execution_id: string | null;
  readonly error: string | null;
  readonly waits_for: readonly string[];
}

/** One phase of a date, and the topic on which its processors say that they are done. */
export interface PhaseView {
  readonly phase: string;
  readonly topic: string;
  readonly processors: readonly ProcessorView[];
}

/** One orchestrator of a date: who has reported, who is missing, which triggers are out. */
export interface OrchestratorView {
  readonly name: OrchestratorName;
  readonly document: string;
  readonly reported: readonly { readonly name: string; readonly status: string; readonly at: string }[];
  readonly missing: readonly string[];
  readonly triggers: readonly {
    readonly level: number;
    readonly status: 'none' | 'pending' | 'published';
    readonly at: string | null;
    readonly runs: readonly string[];
  }[];
}

/** One date and run, whole. */
export interface DateView {
  readonly game_date: string;
  readonly run: number;
  readonly run_numbers: readonly number[];
  readonly verdict: Diagnosis['verdict'];
  readonly at: string;
  readonly phases: readonly PhaseView[];
  readonly orchestrators: readonly OrchestratorView[];
  readonly batch: Diagnosis['predictions'];
  readonly findings: readonly FindingView[];
  readonly waiting: readonly { readonly where: string; readonly sentence: string }[];
  readonly dead_letters: number;
}

/** One job of the night. */
export interface SchedulerJobView {
  readonly name: string;
  readonly cron: string;
  readonly time_zone: string;
  readonly call: string;
}

/** A document and its id. */
export interface Stored<Value> {
  readonly id: string;
  readonly value: Value;
}
