import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { htmlReport } from '../reports/html/page.ts';
import { junitReport } from '../reports/junit.ts';
import { readResult } from '../reports/result/read.ts';
import type { RunResult } from '../reports/result/result.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** The files that a command writes beside its report on standard output. */
export interface ReportFiles {
  readonly junit?: string;
  readonly html?: string;
}

/** Writes the files that were asked for; folders are made. */
export function writeReports(files: ReportFiles, result: RunResult): void {
  if (files.junit !== undefined) writeText(files.junit, junitReport(result));
  if (files.html !== undefined) writeText(files.html, htmlReport([result]));
}

/**
 * Runs `conformance report`: makes files of results that were kept, and returns the exit code of a run that does not
 * conform when one of them does not.
 *
 * @throws {UsageError} when no file is asked for, or JUnit XML of several results.
 */
export function report(results: readonly string[], files: ReportFiles): number {
  if (files.junit === undefined && files.html === undefined) {
    throw new UsageError('report expects --html FILE, --junit FILE or both, got neither');
  }
  const read = results.map(readResult);
  const [first] = read;
  if (first === undefined) throw new UsageError('report expects at least one result file, got none');
  if (files.junit !== undefined && read.length > 1) {
    throw new UsageError(`--junit takes one result, got ${read.length}; make a file for each`);
  }
  if (files.junit !== undefined) writeText(files.junit, junitReport(first));
  if (files.html !== undefined) writeText(files.html, htmlReport(read));
  return read.every(({ conforms }) => conforms) ? EXIT.conforms : EXIT.does_not_conform;
}

function writeText(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: expected a file that can be written, ${why}; name another one`);
  }
}
