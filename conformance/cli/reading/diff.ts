import { compareResults } from '../../reports/comparison/compare.ts';
import { comparisonText } from '../../reports/comparison/console.ts';
import { comparisonMarkdown } from '../../reports/comparison/markdown.ts';
import { comparisonPage } from '../../reports/comparison/page.ts';
import { colorsFor } from '../../reports/console/colors.ts';
import { readResult } from '../../reports/result/read.ts';
import type { Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { writeText } from '../report-files.ts';

/** The options of `conformance diff`, as commander gives them. */
export interface DiffOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string;
}

/** Runs `conformance diff`: compares two results, and returns the exit code: 1 when something is worse, 3 when nothing can be said. */
export function diff(before_file: string, after_file: string, options: DiffOptions, output: Output): number {
  const before = readResult(before_file);
  const after = readResult(after_file);
  const comparison = compareResults(before, after);
  if (options.html !== undefined) writeText(options.html, comparisonPage(comparison, before, after));
  if (options.json === true) output.out(`${JSON.stringify(comparison, null, 2)}\n`);
  else if (options.markdown === true) output.out(comparisonMarkdown(comparison));
  else output.out(comparisonText(comparison, colorsFor(output.out_is_terminal, process.env)));
  const exits = {
    worse: EXIT.does_not_conform,
    better: EXIT.conforms,
    same: EXIT.conforms,
    unknown: EXIT.unavailable,
  };
  return exits[comparison.verdict];
}
