import { type AddCommand, EXIT_HELP, examples } from '../../context.ts';
import { addReportOptions } from '../../options.ts';
import type { CheckOptions } from '../../reading/check.ts';

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
    .action(async (options: CheckOptions) => {
      const { check } = await import('../../reading/check.ts');
      finish(check(options, output));
    });
};
