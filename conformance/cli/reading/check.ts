import { existsSync, readFileSync } from 'node:fs';
import { coverSituations } from '../../checks/situations/coverage.ts';
import type { History } from '../../history/events.ts';
import { isRecording } from '../../recordings/dates.ts';
import { historyOfExport } from '../../recordings/pulled.ts';
import { judgeRecording } from '../../recordings/recording.ts';
import { colorsFor } from '../../reports/console/colors.ts';
import { consoleReport } from '../../reports/console/console.ts';
import { resultOf } from '../../reports/result/build.ts';
import { recordedFacts } from '../../reports/result/facts.ts';
import { readHistory } from '../../reports/result/read.ts';
import { caseOf, judgeRecorded } from '../../verdict/recorded.ts';
import type { Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { filesOfRun, type ReportFiles, writeReports } from '../report-files.ts';

/** The options of `conformance check`, as commander gives them. */
export interface CheckOptions extends ReportFiles {
  readonly history: string;
  readonly check?: string;
  readonly strict?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/**
 * Runs `conformance check`: judges one recorded history without a target, and returns the exit code; that of a usage error
 * when the history has nothing that could be judged.
 */
export function check(options: CheckOptions, output: Output): number {
  const history = exportedHistory(options.history) ?? readHistory(options.history);
  const { verdicts, situations, cases, standings } = isRecording(history)
    ? { ...judgeRecording(history, options.check), situations: [] }
    : judgeCase(history, options.check);
  const { strict = false, verbose = false } = options;
  const result = resultOf(verdicts, recordedFacts(options.history, { strict, situations, cases }));
  writeReports(filesOfRun(options, process.env), [result]);
  output.out(
    options.json === true
      ? `${JSON.stringify(result, null, 2)}\n`
      : standings.map((line) => `${line}\n`).join('') +
          consoleReport(result, colorsFor(output.out_is_terminal, process.env), { verbose }),
  );
  if (result.totals.passed + result.totals.failed === 0) {
    output.err(
      `conformance: ${options.history}: nothing was judged; expected a history in which a message was published\n`,
    );
    return EXIT.usage;
  }
  return result.conforms ? EXIT.conforms : EXIT.does_not_conform;
}

/** Rows of BigQuery are a history too; a file that cannot be read is told by who reads histories. */
function exportedHistory(file: string): History | undefined {
  if (!existsSync(file)) return undefined;
  return historyOfExport(file, readFileSync(file, 'utf8'));
}

function judgeCase(history: History, check_name: string | undefined) {
  const one = caseOf(history, check_name);
  const situations = coverSituations([{ check: one.check, history }]);
  return { verdicts: judgeRecorded(history, one), situations, cases: 1, standings: [] };
}
