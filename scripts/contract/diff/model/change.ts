import type { Json } from '../../json.ts';

/** How a change is judged, the worst first. */
export type Verdict = 'breaking' | 'needs an order' | 'compatible' | 'documentation';

/** The verdicts, the worst first. */
export const VERDICTS: readonly Verdict[] = ['breaking', 'needs an order', 'compatible', 'documentation'];

/** Who takes part in what was changed, and as what. */
export interface Party {
  readonly component: string;
  readonly role: 'sender' | 'receiver' | 'caller' | 'called' | 'writer' | 'reader' | 'runs' | 'operator';
}

/** A message that one side may send and the other refuses. */
export interface Counterexample {
  readonly message: Json;
  /** What the validator of the refusing side says. */
  readonly problems: readonly string[];
}

/** What a search among messages gave in one direction. */
export interface Search {
  /** Such as `AnalyticsCompletion on nba-phase3-analytics-complete`. */
  readonly subject: string;
  readonly direction: 'old sender, new receiver' | 'new sender, old receiver';
  /** How many messages were tried. */
  readonly tried: number;
  /** What the rule expected of the search; `unknown` where no rule decides. */
  readonly expected: 'refused' | 'accepted' | 'unknown';
  readonly found: Counterexample | null;
}

/** One change of a contract, judged. */
export interface Change {
  /** From the top, such as `x-subscriptions.nba-phase4-trigger-sub.push_path`. */
  readonly place: string;
  readonly path: readonly string[];
  readonly what: string;
  readonly affected: readonly Party[];
  readonly verdict: Verdict;
  /** A sentence. */
  readonly reason: string;
  /** How to do it without an outage; null when there is nothing to watch. */
  readonly how: string | null;
  /** False when no rule knows the place, or none decides: a person must look. */
  readonly known: boolean;
  /** The messages that were looked for; empty where the change is about no payload. */
  readonly searches: readonly Search[];
}

/** Give the worse of two verdicts. */
function worseVerdict(one: Verdict, other: Verdict): Verdict {
  return VERDICTS.indexOf(one) <= VERDICTS.indexOf(other) ? one : other;
}

/** Give the worst verdict of a list; `documentation` when it is empty. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce(worseVerdict, 'documentation');
}

/** Leave out parties that are named twice. */
export function uniqueParties(parties: readonly Party[]): readonly Party[] {
  return parties.filter(
    (one, index) =>
      parties.findIndex((other) => other.component === one.component && other.role === one.role) === index,
  );
}
