import { createHash } from 'node:crypto';

/** One fault that a rule of the instrumenter put into one place of a source. */
export interface Mutant {
  /** Its number in the bundle that holds all of them; another one after any edit. */
  readonly id: string;
  /** Below the repository's root, such as `reference/runs/decide.ts`. */
  readonly file: string;
  readonly line: number;
  /** The innermost function with a name around it, or `(module)`. */
  readonly function_name: string;
  /** The beginning of the innermost statement around it. */
  readonly statement: string;
  /** The kind of fault, in the instrumenter's word. */
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  /** Which one of those with the same file, function, original and replacement, from 1. */
  readonly nth: number;
  /** Why it is no fault that the contract forbids, by a rule of `exclusions.ts`; null for one that counts. */
  readonly excluded: string | null;
}

/** What of a mutant stays the same when other lines of its file change. */
export type Identity = Pick<Mutant, 'file' | 'function_name' | 'original' | 'replacement' | 'nth'>;

/** Give the name under which a mutant is found again after an edit elsewhere. */
export function keyOf({ file, function_name, original, replacement, nth }: Identity): string {
  const text = [file, function_name, shorten(original), replacement, nth].join('\0');
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** How much of a statement is kept. */
export const STATEMENT_LENGTH = 160;

/** Write a piece of source on one line; blanks around and within it say nothing. */
export function shorten(source: string): string {
  return source.replaceAll(/\s+/g, ' ').trim();
}
