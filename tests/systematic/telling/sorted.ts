import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../drawing/files.ts';
import { type Identity, type Mutant, shorten } from '../drawing/mutant.ts';
import type { Subject } from '../drawing/subject.ts';

/**
 * What a person found a survivor to be. `equivalent`: nothing that the judge could see differs. `unpromised`: the contract
 * leaves it open. `hole`: it breaks a promise, and the judge should see it.
 */
export type Sort = 'equivalent' | 'unpromised' | 'hole';

const SORTS: readonly Sort[] = ['equivalent', 'unpromised', 'hole'];

/** One entry of a file in `sorted/`. */
export interface SortedEntry {
  /** Below the repository's root; in `sorted/` below the folder of the implementation. */
  readonly file: string;
  readonly function: string;
  /** How the statement around it begins, for everything that is replaced in it; left out for the whole function. */
  readonly statement?: string;
  readonly original?: string;
  /** Left out for any replacement of `original`. */
  readonly replacement?: string;
  /** Which one of several alike; left out for all of them. */
  readonly nth?: number;
  readonly class: Sort;
  readonly why: string;
}

type Sortable = Identity & Pick<Mutant, 'statement'>;

/** Where people say what they found survivors of an implementation to be. */
export function sortedFile({ name }: Pick<Subject, 'name'>): string {
  return path.join(ROOT, `tests/systematic/sorted/${name}.yaml`);
}

/** Read the entries of a file, which are about sources in a folder; none when there is no such file. @throws {Error} naming the entry that is none. */
export function readSorted(file: string, folder: string): readonly SortedEntry[] {
  if (!existsSync(file)) return [];
  const entries = (parse(readFileSync(file, 'utf8')) ?? []) as readonly SortedEntry[];
  for (const [index, entry] of entries.entries()) {
    const words = [entry.file, entry.function, entry.why].every(
      (text) => typeof text === 'string' && text !== '',
    );
    const has_text = entry.original !== undefined || entry.replacement === undefined;
    if (words && has_text && SORTS.includes(entry.class)) continue;
    throw new Error(
      `${file}: entry ${index + 1} needs file, function, why, a class of ${SORTS.join(', ')}, and an original with each replacement; got ${JSON.stringify(entry)}`,
    );
  }
  return entries.map((entry) => ({ ...entry, file: `${folder}/${entry.file}` }));
}

/** Find what a person said of a mutant: the narrowest entry that fits. */
export function sortOf(mutant: Sortable, entries: readonly SortedEntry[]): SortedEntry | undefined {
  const fitting = entries.filter((entry) => fits(entry, mutant));
  return fitting.sort((a, b) => narrowness(b) - narrowness(a))[0];
}

/** List the entries that no mutant fits any more: the source has changed, and they must be looked at again. */
export function staleEntries(
  entries: readonly SortedEntry[],
  mutants: readonly Mutant[],
): readonly SortedEntry[] {
  return entries.filter((entry) => !mutants.some((mutant) => fits(entry, mutant)));
}

function narrowness({ statement, original, replacement }: SortedEntry): number {
  return (
    (replacement === undefined ? 0 : 4) + (original === undefined ? 0 : 2) + (statement === undefined ? 0 : 1)
  );
}

function fits(entry: SortedEntry, mutant: Sortable): boolean {
  if (mutant.file !== entry.file || mutant.function_name !== entry.function) return false;
  if (entry.nth !== undefined && entry.nth !== mutant.nth) return false;
  if (entry.statement !== undefined && !mutant.statement.startsWith(shorten(entry.statement))) return false;
  if (entry.original !== undefined && shorten(entry.original) !== mutant.original) return false;
  return entry.replacement === undefined || shorten(entry.replacement) === mutant.replacement;
}
