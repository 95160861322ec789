import { createHash } from 'node:crypto';

/** What became of the tests of one suite on one cloud, by full title. */
export interface Outcome {
  readonly passed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** The tests that passed in a run that was kept, per suite, as marks. */
export type Passed = Readonly<Record<string, readonly string[]>>;

/** Names a test without its words. */
export function markOf(title: string): string {
  return createHash('sha256').update(title).digest('hex').slice(0, 12);
}

/** Reads what mocha's reporter `json-stream` wrote; anything else in between is left out. */
export function readOutcome(output: string): Outcome {
  const passed = new Set<string>();
  const failed = new Set<string>();
  for (const line of output.split('\n')) {
    const match = /^\["(pass|fail)",(\{.*\})\]$/.exec(line);
    if (match?.[2] === undefined) continue;
    const { fullTitle } = JSON.parse(match[2]) as { readonly fullTitle: string };
    (match[1] === 'pass' ? passed : failed).add(fullTitle);
  }
  for (const title of failed) passed.delete(title);
  return { passed, failed };
}

/** Puts two attempts together: what passed in one of them passes. */
export function eitherOf(first: Outcome, second: Outcome): Outcome {
  const passed = new Set([...first.passed, ...second.passed]);
  const failed = new Set([...first.failed, ...second.failed].filter((title) => !passed.has(title)));
  return { passed, failed };
}

/** The tests that passed once and do not now: titles where one failed, marks where one was not run. */
export function lostSince(kept: readonly string[], now: Outcome): readonly string[] {
  const passing = new Set([...now.passed].map(markOf));
  const failing = new Map([...now.failed].map((title) => [markOf(title), title]));
  return kept
    .filter((mark) => !passing.has(mark))
    .map((mark) => failing.get(mark) ?? `a test that was not run (${mark})`);
}

/** Adds what passes now to what is kept; what was kept stays, so that a loss is told until it is mended. */
export function keptAfter(kept: readonly string[], now: Outcome): readonly string[] {
  return [...new Set([...kept, ...[...now.passed].map(markOf)])].sort();
}
