import type { History } from '../../harness/history/events.ts';

/** Everything that a run leaves for machines; `result.schema.json` describes the file. */
export interface RunResult {
  /** Counts up when the schema changes; a file of another version is refused. */
  readonly result_version: 1;
  /** `file` is null when a recorded history was judged. */
  readonly target: { readonly name: string; readonly file: string | null };
  /** The recorded history that was judged; null when a target was run. */
  readonly history_file: string | null;
  readonly cloud: 'embedded' | 'emulators' | null;
  readonly seed: number | null;
  readonly contract: { readonly version: string; readonly hash: string };
  readonly conforms: boolean;
  readonly totals: ResultTotals;
  /** In the order of the contract. */
  readonly requirements: readonly RequirementResult[];
  /** By case name; only cases that an anomaly belongs to. */
  readonly histories: Readonly<Record<string, History>>;
}

/** Numbers of requirements, except for `cases` and `duration_seconds`. */
export interface ResultTotals {
  readonly requirements: number;
  readonly passed: number;
  readonly failed: number;
  readonly failed_should: number;
  readonly known: number;
  readonly not_applicable: number;
  readonly cases: number;
  readonly duration_seconds: number;
}

/** What became of one requirement. */
export interface RequirementResult {
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly profile: string;
  readonly sentence: string;
  readonly result: 'passed' | 'failed' | 'not_applicable';
  readonly cases: number;
  /** Why it is not applicable, not testable, or a known difference. */
  readonly reason?: string;
  /** true when the target's file lists the failure. */
  readonly known?: true;
  readonly anomalies: readonly AnomalyResult[];
}

/** One broken promise with its proof. */
export interface AnomalyResult {
  readonly anomaly: string;
  /** Sentences that cite events of the case's history, such as `#12`. */
  readonly proof: string;
  /** Sequences of the events that prove it. */
  readonly events: readonly number[];
  readonly check: string;
  /** A key of `histories`. */
  readonly case: string;
  /** How many more cases of the check showed the same. */
  readonly repeats: number;
  /** The events of the proof and what came shortly before, one line each. */
  readonly sequence: readonly string[];
  /** A command that shows it again. */
  readonly command: string;
}

/** Tell whether a failure lets the run fail: a MUST that is no known difference, or a stale known difference. */
export function failsTheRun({ result, known, level, anomalies }: RequirementResult): boolean {
  return result === 'failed' && known !== true && !(level === 'SHOULD' && anomalies.length > 0);
}
