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

/** What is run to see a fault, and what must fail. One requirement may stand for both. */
type Asked = RequirementId | Pick<Mutant, 'only' | 'caught_by'>;

/** Describe one fault with one replacement: what must catch it, and what to put in the place of what in which file. */
export function fault(
  id: string,
  asked: Asked,
  sentence: string,
  file: string,
  find: string,
  replace: string,
): Mutant {
  const both = typeof asked === 'string' ? { only: [asked], caught_by: [asked] } : asked;
  return { id, fault: sentence, patches: [{ file, find, replace }], ...both };
}
