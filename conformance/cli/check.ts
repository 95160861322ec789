import { colorsFor } from '../reports/colors.ts';
import { consoleReport } from '../reports/console.ts';
import { jsonReport, resultOf } from '../reports/json.ts';
import { readHistory } from '../reports/result/read.ts';
import { summariseHistory } from '../reports/summary.ts';
import { caseOf, judgeRecorded } from '../verdict/recorded.ts';
import { EXIT } from './exit-codes.ts';
import { type ReportFiles, writeReports } from './report-files.ts';
import type { Output } from './run.ts';

/** The options of `conformance check`, as commander gives them. */
export interface CheckOptions extends ReportFiles {
  readonly history: string;
  readonly check?: string;
  readonly json?: boolean;
}

/** Runs `conformance check`: judges one recorded history without a target, and returns the exit code. */
export function check(options: CheckOptions, output: Output): number {
  const history = readHistory(options.history);
  const verdicts = judgeRecorded(history, caseOf(history, options.check));
  const summary = summariseHistory(verdicts, options.history);
  writeReports(options, resultOf(summary, verdicts));
  output.out(
    options.json === true
      ? jsonReport(summary, verdicts)
      : consoleReport(summary, verdicts, colorsFor(output.out_is_terminal, process.env)),
  );
  return summary.conforms ? EXIT.conforms : EXIT.does_not_conform;
}
