import type { RequirementId } from '../../generated/requirements.ts';
import type { ComponentName, FeatureName, Profile } from '../contract/names.ts';
import type { Scene } from '../harness/scene/scene.ts';
import type { History } from '../history/events.ts';
import type { AnomalyName } from './anomalies.ts';
import type { SituationName } from './situations/all.ts';

/** A broken promise, with its proof. */
export interface Anomaly {
  readonly requirement: RequirementId;
  readonly anomaly: AnomalyName;
  /** Two or three sentences that cite events by number, such as `#12`. */
  readonly proof: string;
  /** Sequences of the events that prove it. */
  readonly events: readonly number[];
  /** What it is about in each history that shows it, where only the plainest of several is told. Default: its own events alone. */
  readonly occurrences?: readonly (readonly number[])[];
  /** What other cases show when they show the very same, whatever they are about: such are told once. */
  readonly alike?: string;
  /**
   * The explored run or drawn history that shows it: its events carry the mark, or a day of the history, and its line is one for
   * `--schedule`.
   */
  readonly run?: { readonly mark: string; readonly schedule: string; readonly days?: readonly string[] };
}

/** Why a history says nothing of a requirement: the target did not offer what it is about, or it did not come to it. */
export interface Missing {
  readonly why: string;
  /** `target`: it could not be shown, and that is the target's doing. `chance`: the situation did not arise. */
  readonly by: 'target' | 'chance';
}

/**
 * What a check needs beyond deliveries and requests.
 * `broker-faults`, `store-faults`: the embedded cloud's gate. `journal`: its commits. `restart`: components that the
 * judge starts. `documents`: reading the store. `seeds`: documents in the target description. `interleavings`: single calls
 * of the embedded cloud, in an order that the judge chooses. `clock`: the target's hook that advances its clock.
 */
export type Control =
  | 'broker-faults'
  | 'store-faults'
  | 'journal'
  | 'restart'
  | 'documents'
  | 'seeds'
  | 'interleavings'
  | 'clock';

/** One way to try a target, and how to judge what came of it. */
export interface Check {
  /** Kebab-case; the contract lists it under the requirements that it tests. */
  readonly name: string;
  readonly requirements: readonly RequirementId[];
  /** Run only when the target claims it. */
  readonly profile: Profile;
  /** Run only when the target has all of them. */
  readonly components: readonly ComponentName[];
  /** Components of which two instances are to run; deliveries say to which they go. Default none. */
  readonly replicas?: readonly ComponentName[];
  /** The same, where the judge can start one; the check does without where it cannot. Default none. */
  readonly replicas_if_any?: readonly ComponentName[];
  readonly needs: readonly Control[];
  /** What a target may do without and this check cannot. Default none. */
  readonly uses?: readonly FeatureName[];
  /** What it is about: each of these must happen in at least one of its cases, or a pass says little. Default none. */
  readonly situations?: readonly SituationName[];
  /** How many cases, each with dates and choices of its own. Default 1. */
  readonly rounds?: number;
  /** True when no other case may use the same components at the same time. */
  readonly exclusive?: boolean;
  /** True when a right target publishes nothing in its cases: it is about answers and documents. */
  readonly is_silent?: boolean;
  /** True when its case draws whole histories; `--deep` draws more, `--history` plays one. */
  readonly draws?: boolean;
  /** True when one case moves hundreds of messages or waits on purpose; a quick run leaves it out. */
  readonly is_long?: boolean;
  /**
   * Topics of which one must carry a message, or its judge had nothing to look at. Default: what the last of its components
   * sends.
   */
  readonly outputs?: readonly string[];
  run(scene: Scene): Promise<void>;
  /** Same history, same anomalies. */
  judge(history: History): readonly Anomaly[];
  /** Say why a history in which nothing is wrong says nothing of a requirement; undefined when it does. */
  missing?(history: History, requirement: string): Missing | undefined;
}
