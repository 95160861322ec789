import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reach } from '../judging/order.ts';
import type { Result } from './results.ts';

/** Remembers which cases a judge has, so that what survived it can be tried with those alone that came later. */
export function rememberCases(folder: string, judge: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder, judge), JSON.stringify(names));
}

/** Tell which cases a judge had; undefined when nobody remembers it. */
export function rememberedCases(folder: string, judge: string): readonly string[] | undefined {
  const file = fileOf(folder, judge);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly string[]) : undefined;
}

function fileOf(folder: string, judge: string): string {
  return path.join(folder, `cases-${judge}.json`);
}

/**
 * Leave out the cases that a mutant has survived already: with the same seed the same case says the same again, unless it draws
 * histories, which follow from the judge's grammar. Whatever was not decided, or survived a judge whose cases nobody remembers, is tried with all of them.
 *
 * @param survived  the earlier result, if there is one.
 * @param known     the cases of the judge that said it.
 */
export function untried(
  reach: Reach,
  survived: Pick<Result, 'result'> | undefined,
  known: readonly string[] | undefined,
): Reach {
  if (known === undefined || (survived?.result !== 'survived' && survived?.result !== 'uncovered'))
    return reach;
  return {
    ...reach,
    cases: reach.cases.filter(({ name, check }) => check.draws === true || !known.includes(name)),
  };
}
