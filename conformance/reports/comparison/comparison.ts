import type { RequirementResult, RunResult } from '../result/result.ts';

/**
 * How a requirement stood. `failed` lets the run fail, `tolerated` is a broken SHOULD or a known difference, `untestable` is
 * claimed and could not be shown, `absent` means that the result does not have it.
 */
export type Standing =
  | 'passed'
  | 'failed'
  | 'tolerated'
  | 'untestable'
  | 'not_applicable'
  | 'not_judged'
  | 'absent';

/** What became of a requirement between two results. */
export type ChangeKind =
  | 'new failure'
  | 'gone failure'
  | 'changed cause'
  | 'now testable'
  | 'no longer testable'
  | 'other standing';

/** One requirement that does not stand as it stood. */
export interface RequirementChange {
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly sentence: string;
  readonly kind: ChangeKind;
  readonly direction: 'worse' | 'better' | 'neither';
  readonly from: Standing;
  readonly to: Standing;
  /** What caused its failure, a sentence each: anomaly, component and circumstance. Empty where it did not fail. */
  readonly causes_before: readonly string[];
  readonly causes_after: readonly string[];
  /** The entry of the later result, with proof and command; of the earlier one where the later has none. */
  readonly entry: RequirementResult;
}

/** One of the two results, as far as a reader must know it. */
export type ComparedRun = Pick<
  RunResult,
  'target' | 'contract' | 'cloud' | 'seed' | 'extent' | 'interrupted' | 'conforms' | 'totals'
>;

/** What differs between two results of one target under one contract. */
export interface Comparison {
  /** Counts up when the form changes. */
  readonly comparison_version: 1;
  /** `unknown`: nothing is worse or better, and no requirement was judged in both results, so that this says nothing. */
  readonly verdict: 'worse' | 'better' | 'same' | 'unknown';
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** What else differs between the runs and may explain a difference, a sentence each. */
  readonly notes: readonly string[];
  /** Worse ones first, then better ones, then others; each in the order of the contract. */
  readonly changes: readonly RequirementChange[];
  /** How many requirements stand as they stood. */
  readonly unchanged: number;
}
