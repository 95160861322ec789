import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Identity, keyOf, type Mutant } from '../drawing/mutant.ts';
import type { Catch } from '../judging/one.ts';

/** What became of one mutant: one line of the results file. */
export interface Result extends Identity {
  readonly line: number;
  readonly statement: string;
  readonly mutator: string;
  /**
   * `unavailable`: its components do not start or take no message, which the judge says. `uncovered`: no case runs its
   * code. `undecided`: no verdict in time. `broken`: the judge itself failed.
   */
  readonly result: 'caught' | 'unavailable' | 'survived' | 'uncovered' | 'undecided' | 'broken';
  readonly by: Catch | null;
  readonly words: string | null;
  /** Whose cases run its code. */
  readonly components: readonly string[];
  readonly cases: number;
  readonly seconds: number;
  readonly seed: number;
  /** Of the sources and of the judge. */
  readonly judged: string;
  readonly at: string;
}

/** Read the results that a file has; empty when there is no such file. A line that was cut off by an end is left out. */
export function readResults(file: string): readonly Result[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').flatMap(parseLine);
}

/** Parse one line of a results file: one result, or none. */
function parseLine(line: string): readonly Result[] {
  if (!line.endsWith('}')) return [];
  return [JSON.parse(line) as Result];
}

/** Make a results file empty. */
export function clearResults(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
}

/** Add a result to a file at once, so that an interrupted command goes on behind it. */
export function addResult(file: string, result: Result): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/**
 * Tell which mutants are still to be judged, in their order: those without a result; and those that were not caught,
 * except by this very judge, when it is to try `again`.
 */
export function remaining(
  sample: readonly Mutant[],
  results: readonly Result[],
  again: { readonly judged: string } | null = null,
): readonly Mutant[] {
  const isDone = ({ result, judged }: Result): boolean =>
    again === null || judged === again.judged || result === 'caught' || result === 'unavailable';
  const done = new Set(results.filter(isDone).map(keyOf));
  return sample.filter((mutant) => !done.has(keyOf(mutant)));
}

/** The results of the mutants of a sample, the last one of each, where the mutants stand now. */
export function resultsOf(sample: readonly Mutant[], results: readonly Result[]): readonly Result[] {
  const last = new Map(results.map((result) => [keyOf(result), result]));
  return sample.flatMap((mutant) => {
    const result = last.get(keyOf(mutant));
    return result === undefined ? [] : [{ ...result, line: mutant.line, statement: mutant.statement }];
  });
}
