import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Identity, type Mutant, shorten } from '../drawing/mutant.ts';

/**
 * What a person found a survivor to be. `equivalent`: nothing that the judge could see differs. `unpromised`: the contract
 * leaves it open. `hole`: it breaks a promise, and the judge should see it.
 */
export type Sort = 'equivalent' | 'unpromised' | 'hole';

const SORTS: readonly Sort[] = ['equivalent', 'unpromised', 'hole'];

/** One entry of `sorted.yaml`. */
export interface SortedEntry {
  /** Below `reference/`. */
  readonly file: string;
  readonly function: string;
  /** Left out for every mutant of the function that is not caught. */
  readonly original?: string;
  readonly replacement?: string;
  /** Which one of several alike; left out for all of them. */
  readonly nth?: number;
  readonly class: Sort;
  readonly why: string;
}

/** Read the entries of a file. @throws {Error} naming the entry that is none. */
export function readSorted(file: string): readonly SortedEntry[] {
  const entries = (parse(readFileSync(file, 'utf8')) ?? []) as readonly SortedEntry[];
  for (const [index, entry] of entries.entries()) {
    const words = [entry.file, entry.function, entry.why].every(
      (text) => typeof text === 'string' && text !== '',
    );
    const pair = (entry.original === undefined) === (entry.replacement === undefined);
    if (words && pair && SORTS.includes(entry.class)) continue;
    throw new Error(
      `${file}: entry ${index + 1} needs file, function, why, a class of ${SORTS.join(', ')}, and both or none of original and replacement; got ${JSON.stringify(entry)}`,
    );
  }
  return entries;
}

/** Find what a person said of a mutant: an entry about it alone before one about its whole function. */
export function sortOf(mutant: Identity, entries: readonly SortedEntry[]): SortedEntry | undefined {
  const fitting = entries.filter((entry) => fits(entry, mutant));
  return fitting.find(({ original }) => original !== undefined) ?? fitting[0];
}

/** List the entries that no mutant fits any more: the source has changed, and they must be looked at again. */
export function staleEntries(
  entries: readonly SortedEntry[],
  mutants: readonly Mutant[],
): readonly SortedEntry[] {
  return entries.filter((entry) => !mutants.some((mutant) => fits(entry, mutant)));
}

function fits(entry: SortedEntry, mutant: Identity): boolean {
  if (mutant.file !== `reference/${entry.file}` || mutant.function_name !== entry.function) return false;
  if (entry.nth !== undefined && entry.nth !== mutant.nth) return false;
  if (entry.original === undefined || entry.replacement === undefined) return true;
  return shorten(entry.original) === mutant.original && shorten(entry.replacement) === mutant.replacement;
}
