import { coverSituations } from '../../checks/situations/coverage.ts';
import type { History } from '../../history/events.ts';
import { isRecording } from '../../recordings/dates.ts';
import { judgeRecording } from '../../recordings/recording.ts';
import { colorsFor } from '../../reports/colors.ts';
import { consoleReport } from '../../reports/console.ts';
import { resultOf } from '../../reports/result/build.ts';
import { recordedFacts } from '../../reports/result/facts.ts';
import { readHistory } from '../../reports/result/read.ts';
import { caseOf, judgeRecorded } from '../../verdict/recorded.ts';
import { type AddCommand, EXIT_HELP, examples, type Output } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { filesOfRun, type ReportFiles, writeReports } from '../report-files.ts';
import { addReportOptions } from './options.ts';

const EXAMPLES = examples(
  ['a case that a run kept', 'check --history DIR/histories/fan-in-in-any-order.1.jsonl'],
  ['a night as the subscriptions of a project gave it', 'check --history night.jsonl'],
  [
    'a history from elsewhere, as a page',
    'check --history mine.jsonl --check fan-in-in-any-order --html case.html',
  ],
);

/** Adds `conformance check`. */
export const addCheck: AddCommand = (program, { output, finish }) => {
  addReportOptions(
    program
      .command('check')
      .description('judge one recorded history: a case that a run kept, or what subscriptions gave')
      .requiredOption('--history <file>', 'JSON Lines, as run --keep-output and record write them')
      .option(
        '--check <name>',
        'the check to judge by (default: the case that the events name; of subscriptions, all that can)',
      )
      .option('--strict', 'a broken SHOULD counts too')
      .option('--verbose', 'tell every requirement and every failure'),
  )
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action((options: CheckOptions) => finish(check(options, output)));
};

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
  const history = readHistory(options.history);
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

function judgeCase(history: History, check_name: string | undefined) {
  const one = caseOf(history, check_name);
  const situations = coverSituations([{ check: one.check, history }]);
  return { verdicts: judgeRecorded(history, one), situations, cases: 1, standings: [] };
}
