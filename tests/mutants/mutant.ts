import type { RequirementId } from '../../generated/requirements.ts';

/** One replacement in one file of the reference. */
export interface Patch {
  /** Below `reference/`. */
  readonly file: string;
  /** Must stand in the file exactly once; otherwise the mutant is stale. */
  readonly find: string;
  readonly replace: string;
}

/** The reference with one fault in it. */
export interface Mutant {
  readonly id: string;
  /** What goes wrong in the field, in one sentence. */
  readonly fault: string;
  readonly patches: readonly Patch[];
  /** Requirement ids or check names that suffice to see it. */
  readonly only: readonly string[];
  /** At least one of these must fail. */
  readonly caught_by: readonly RequirementId[];
}

/** Describe one fault with one replacement, caught by the requirement that is named. */
export function fault(
  id: string,
  requirement: Mutant['caught_by'][number],
  sentence: string,
  file: string,
  find: string,
  replace: string,
): Mutant {
  return {
    id,
    fault: sentence,
    patches: [{ file, find, replace }],
    only: [requirement],
    caught_by: [requirement],
  };
}
