import type { Check } from '../checks/check.ts';
import type { History } from '../harness/history/events.ts';
import type { CaseRun } from './run-cases.ts';

/**
 * Say why the cases of a requirement prove nothing: the target published nothing in any of them, so that "at most one" and
 * "only what is due" held of their own. Undefined when there was something to judge.
 *
 * @param is_of_messages whether it is about published messages alone, so that cases about answers and documents prove
 *        nothing of it either.
 */
export function missingEvidence(runs: readonly CaseRun[], is_of_messages: boolean): string | undefined {
  const is_there = runs.some((run) => hasEvidence(run.case.check, run.scene.history(), is_of_messages));
  if (is_there || runs.length === 0) return undefined;
  return `the target published nothing in ${runs.length === 1 ? 'its one case' : `any of its ${runs.length} cases`}`;
}

/** Tell whether one history has what its check judges: a publish, or anything where a right target publishes nothing. */
export function hasEvidence({ is_silent }: Check, history: History, is_of_messages: boolean): boolean {
  return (is_silent === true && !is_of_messages) || history.some(isPublish);
}

function isPublish({ kind }: { readonly kind: string }): boolean {
  return kind === 'publish';
}
