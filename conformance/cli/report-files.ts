import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorWords } from '../contract/errors.ts';
import { badgeOf, badgeSvg } from '../reports/badge.ts';
import { ctrfReport } from '../reports/ci/ctrf.ts';
import { junitReport } from '../reports/ci/junit.ts';
import { markdownSummary } from '../reports/ci/markdown.ts';
import { htmlReport } from '../reports/html/page.ts';
import { readResult } from '../reports/result/read.ts';
import type { RunResult } from '../reports/result/result.ts';
import type { Output } from './context.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** The files that a command writes beside its report on standard output. */
export interface ReportFiles {
  readonly junit?: string;
  readonly ctrf?: string;
  /** Appended to, as GitHub's job summary is. */
  readonly summary?: string;
  readonly html?: string;
  readonly badge?: string;
}

/** Writes the files that were asked for; folders are made. */
export function writeReports(files: ReportFiles, results: readonly [RunResult, ...RunResult[]]): void {
  const [first] = results;
  if (files.junit !== undefined) writeText(files.junit, junitReport(first));
  if (files.ctrf !== undefined) writeText(files.ctrf, ctrfReport(first, Date.now()));
  if (files.summary !== undefined) writeText(files.summary, markdownSummary(results), appendFileSync);
  if (files.badge !== undefined) writeText(files.badge, badgeOfResult(first));
  if (files.html !== undefined) writeText(files.html, htmlReport(results));
}

/** Give the files of a run: on GitHub the job summary is written without being asked for. */
export function filesOfRun(files: ReportFiles, environment: NodeJS.ProcessEnv): ReportFiles {
  const summary = files.summary ?? environment['GITHUB_STEP_SUMMARY'];
  return summary === undefined || summary === '' ? files : { ...files, summary };
}

/**
 * Runs `conformance report`: makes files of results that were kept, and returns the exit code of a run that does not
 * conform when one of them does not; says which.
 *
 * @throws {UsageError} when no file is asked for, or a file of one result for several.
 */
export function report(results: readonly string[], files: ReportFiles, { out }: Pick<Output, 'out'>): number {
  const asked = [files.html, files.junit, files.ctrf, files.summary, files.badge].some(
    (file) => file !== undefined,
  );
  if (!asked)
    throw new UsageError('report expects --html, --junit, --ctrf, --badge or --summary FILE, got none');
  const [first, ...others] = results.map(readResult);
  if (first === undefined) throw new UsageError('report expects at least one result file, got none');
  const single = (['junit', 'ctrf', 'badge'] as const).find((kind) => files[kind] !== undefined);
  if (others.length > 0 && single !== undefined) {
    throw new UsageError(`--${single} takes one result, got ${others.length + 1}; make a file for each`);
  }
  const all = [first, ...others] as const;
  writeReports(files, all);
  for (const [index, { target, conforms }] of all.entries()) {
    out(`${results[index]}: ${target.name} ${conforms ? 'conforms' : 'does not conform'}\n`);
  }
  return all.every(({ conforms }) => conforms) ? EXIT.conforms : EXIT.does_not_conform;
}

function badgeOfResult({
  target,
  contract,
  conforms,
  interrupted,
  extent,
  totals,
  requirements,
}: RunResult): string {
  const failed = requirements.filter(({ fails_run }) => fails_run).length;
  const verdict = failed > 0 ? 'does_not_conform' : conforms && !interrupted ? 'conforms' : 'incomplete';
  const facts = {
    contract: contract.version,
    verdict,
    is_whole: extent === 'all',
    passed: totals.passed,
    failed,
    without: target.without,
  } as const;
  return badgeSvg(badgeOf(facts));
}

/** Writes a text file; folders are made. @throws {UsageError} when it cannot be written. */
export function writeText(
  file: string,
  text: string,
  write: (file: string, text: string) => void = writeFileSync,
): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    write(file, text);
  } catch (error) {
    const why = errorWords(error);
    throw new UsageError(`${file}: expected a file that can be written, ${why}; name another one`);
  }
}
