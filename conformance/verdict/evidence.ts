import type { CaseRun } from './run-cases.ts';

/**
 * Say why the cases of a requirement prove nothing: the target published nothing in any of them, so that "at most one" and
 * "only what is due" held of their own. Undefined when there was something to judge.
 *
 * @param is_of_messages whether it is about published messages alone, so that cases about answers and documents prove
 *        nothing of it either.
 */
export function missingEvidence(runs: readonly CaseRun[], is_of_messages: boolean): string | undefined {
  const is_there = runs.some(
    (run) => (run.case.check.is_silent === true && !is_of_messages) || run.scene.history().some(isPublish),
  );
  if (is_there || runs.length === 0) return undefined;
  return `the target published nothing in ${runs.length === 1 ? 'its one case' : `any of its ${runs.length} cases`}`;
}

function isPublish({ kind }: { readonly kind: string }): boolean {
  return kind === 'publish';
}
