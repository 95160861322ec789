import type { Contract } from '../contract.ts';
import { type Change, type Search, VERDICTS, type Verdict, worstVerdict } from './model/change.ts';
import { editsOf } from './model/edits.ts';
import { isDisagreement } from './payloads/compare.ts';
import { isPayloadEdit } from './payloads/groups.ts';
import { payloadChanges } from './payloads/judge.ts';
import type { Effort } from './proof/search.ts';
import { ruledChanges } from './rules/judge.ts';

/** Two contracts, compared. */
export interface Comparison {
  readonly old: Contract;
  readonly fresh: Contract;
  /** The worst first. */
  readonly changes: readonly Change[];
  readonly verdict: Verdict;
  /** Where a rule and the search among messages say different things; empty when the rules are right. */
  readonly disagreements: readonly Search[];
}

/** Compare two contracts: every difference between them is in one of the changes. */
export function compareContracts(old: Contract, fresh: Contract, effort: Effort): Comparison {
  const edits = editsOf(old.document, fresh.document);
  const changes = [
    ...payloadChanges(old.document, fresh.document, edits, effort),
    ...edits
      .filter((edit) => !isPayloadEdit(edit))
      .flatMap((edit) => ruledChanges(edit, old.document, fresh.document)),
  ];
  const sorted = VERDICTS.flatMap((verdict) => changes.filter((change) => change.verdict === verdict));
  return {
    old,
    fresh,
    changes: sorted,
    verdict: worstVerdict(changes.map((change) => change.verdict)),
    disagreements: changes.flatMap((change) => change.searches.filter(isDisagreement)),
  };
}
