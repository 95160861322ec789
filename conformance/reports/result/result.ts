import type { SituationCoverage } from '../../checks/situations/coverage.ts';
import type { History } from '../../history/events.ts';

/** What a run was to judge: everything, what was selected, the few cases of a quick run, or one recorded case. */
export type RunExtent = 'all' | 'selected' | 'quick' | 'recorded';

/** Everything that a run leaves for machines; `result.schema.json` describes the file. */
export interface RunResult {
  /** Counts up when the schema changes; a file of another version is refused. */
  readonly result_version: 4;
  /** `file` is null when a recorded history was judged; `attached` are the URLs of components that ran on their own. */
  readonly target: {
    readonly name: string;
    readonly file: string | null;
    readonly attached?: Readonly<Record<string, string>>;
    /** What the target file says that it does not offer, in words; missing when it offers everything. */
    readonly without?: readonly string[];
    /** The released version that is live, where it was asked whether that survives the messages of later versions. */
    readonly against?: string;
    /** Which versions of the contract it claims, in words; missing for that of today. */
    readonly claims?: string;
  };
  /** The recorded history that was judged; null when a target was run. */
  readonly history_file: string | null;
  readonly cloud: 'embedded' | 'emulators' | 'project' | null;
  readonly seed: number | null;
  readonly contract: { readonly version: string; readonly hash: string };
  readonly extent: RunExtent;
  /** True when the run was ended before all cases had run; what had run by then was judged. */
  readonly interrupted: boolean;
  /** What ended it, such as "interrupted" or "ended by --bail"; missing when nothing did. */
  readonly cut_short?: string;
  /** True when a broken SHOULD fails the run. */
  readonly strict: boolean;
  /** Nothing that was judged fails the run. */
  readonly conforms: boolean;
  readonly totals: ResultTotals;
  /** What of the target's surroundings explains many failures at once, a sentence each. */
  readonly notices: readonly string[];
  /** What to mend, the most urgent first; each failed requirement that some case shows stands behind one or more. */
  readonly causes: readonly CauseResult[];
  /** What the cases were about, and whether it happened; a situation that never did is a warning. */
  readonly situations: readonly SituationCoverage[];
  /** In the order of the contract. */
  readonly requirements: readonly RequirementResult[];
  /** By case name; only cases that an anomaly belongs to. */
  readonly histories: Readonly<Record<string, History>>;
}

/** Numbers of requirements, except for `cases` and `duration_seconds`. */
export interface ResultTotals {
  /** How many the contract has, selected or not. */
  readonly requirements_of_contract: number;
  readonly requirements: number;
  readonly passed: number;
  readonly failed: number;
  readonly failed_should: number;
  readonly known: number;
  readonly not_applicable: number;
  readonly not_judged: number;
  readonly cases: number;
  readonly duration_seconds: number;
}

/** One thing to mend, with everything that it breaks. */
export interface CauseResult {
  /** `work`, `acks`, `tracing`, `shape` or `should`, in this order. */
  readonly urgency: string;
  readonly anomaly: string;
  /** null when nothing tells whose it is. */
  readonly component: string | null;
  /** What was special when it went wrong; `none` when nothing was. */
  readonly circumstance: string;
  /** What goes wrong, whose it is and when. */
  readonly sentence: string;
  /** What a right program would have done. */
  readonly right: string;
  /** The requirements that it breaks, the first that of the failure to look at. */
  readonly requirements: readonly string[];
  /** How many anomalies are behind it. */
  readonly anomalies: number;
  /** The failure to look at first. */
  readonly lead: AnomalyResult & { readonly requirement: string };
}

/** What became of one requirement. */
export interface RequirementResult {
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly profile: string;
  readonly sentence: string;
  readonly result: 'passed' | 'failed' | 'not_applicable' | 'not_judged';
  /** Whether it lets the run fail: a MUST that is no known difference, or a stale known difference. */
  readonly fails_run: boolean;
  readonly cases: number;
  /** Why it is not applicable, not judged, not testable, or a known difference. */
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
  /** How many more cases of the check showed the same; this one is the smallest of them. */
  readonly repeats: number;
  /** The smallest case that shows it, in words. */
  readonly smallest: string;
  /** Of an explored case: the schedule that fails, in one line. */
  readonly schedule?: string;
  /** The events of the proof and what came shortly before, one line each. */
  readonly sequence: readonly string[];
  /** A command that shows it again. */
  readonly command: string;
}

/** Tell whether it is about something that the target says it does not offer. */
export function isNotOffered({ result, reason }: RequirementResult): boolean {
  return result === 'not_applicable' && reason?.startsWith('not offered: ') === true;
}

/** Name a failure in a word or two: its anomalies, or why there is none. */
export function nameFailure({ anomalies, reason }: RequirementResult): string {
  const names = [...new Set(anomalies.map(({ anomaly }) => anomaly))].join(', ');
  if (names !== '') return names;
  return reason?.includes('not testable') === true ? 'not testable' : 'stale';
}
