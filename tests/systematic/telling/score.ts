import type { Result } from './results.ts';
import { type Sort, type SortedEntry, sortOf } from './sorted.ts';

/** One result with what a person said of it; `unsorted` where nobody has looked yet, or it was caught. */
export interface SortedResult {
  readonly result: Result;
  readonly sort: Sort | 'unsorted';
}

/** How many of some mutants the judge caught. */
export interface Score {
  readonly name: string;
  readonly caught: number;
  /** Those that break a promise, as far as anybody knows: all but the equivalent and the unpromised. */
  readonly counted: number;
  readonly equivalent: number;
  readonly unpromised: number;
  readonly holes: number;
  readonly unsorted: number;
  readonly uncovered: number;
  readonly seconds: number;
}

/** Tell whether the judge noticed a mutant. */
export function isCaught({ result }: Pick<Result, 'result'>): boolean {
  return result === 'caught' || result === 'unavailable';
}

/**
 * Sort results by the entries of a person. What was caught needs none; but a catch of exactly what a person found to be
 * equivalent or not promised is a false alarm, or the entry is wrong: it is not counted as caught.
 */
export function sortResults(
  results: readonly Result[],
  entries: readonly SortedEntry[],
): readonly SortedResult[] {
  return results.map((result) => ({
    result,
    sort: isCaught(result) ? doubted(result, entries) : (sortOf(result, entries)?.class ?? 'unsorted'),
  }));
}

function doubted(result: Result, entries: readonly SortedEntry[]): SortedResult['sort'] {
  const entry = sortOf(result, entries);
  if (entry?.original === undefined || entry.class === 'hole') return 'unsorted';
  return entry.class;
}

/** Count results under a name. */
export function scoreOf(name: string, sorted: readonly SortedResult[]): Score {
  const count = (holds: (one: SortedResult) => boolean): number => sorted.filter(holds).length;
  const survived = ({ result }: SortedResult): boolean => !isCaught(result);
  const equivalent = count(({ sort }) => sort === 'equivalent');
  const unpromised = count(({ sort }) => sort === 'unpromised');
  return {
    name,
    caught: count(({ result, sort }) => isCaught(result) && sort === 'unsorted'),
    counted: sorted.length - equivalent - unpromised,
    equivalent,
    unpromised,
    holes: count(({ sort }) => sort === 'hole'),
    unsorted: count((one) => survived(one) && one.sort === 'unsorted'),
    uncovered: count(
      (one) => one.result.result === 'uncovered' && one.sort !== 'equivalent' && one.sort !== 'unpromised',
    ),
    seconds: sorted.reduce((sum, { result }) => sum + result.seconds, 0),
  };
}

/**
 * Give the score of each component, of what several components share, of the decisions apart, and of all.
 *
 * A mutant counts for the only component whose cases run its code, or for `shared`.
 */
export function scores(sorted: readonly SortedResult[]): readonly Score[] {
  const groups = new Map<string, SortedResult[]>();
  for (const one of sorted) {
    const { components, result } = one.result;
    const [only, ...others] = components;
    const name = others.length > 0 ? 'shared' : (only ?? (result === 'uncovered' ? 'run by no case' : '-'));
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const decisions = sorted.filter(({ result }) => isDecision(result.file));
  return [
    ...[...groups].sort(([a], [b]) => a.localeCompare(b)).map(([name, own]) => scoreOf(name, own)),
    ...(decisions.length === 0 ? [] : [scoreOf('decide*.ts', decisions)]),
    scoreOf('all', sorted),
  ];
}

/** Tell whether a file holds decisions, for which the aim is higher. */
function isDecision(file: string): boolean {
  return /\/decide[^/]*[.]ts$/.test(file);
}
