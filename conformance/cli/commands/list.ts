import { type AddCommand, examples } from '../context.ts';
import { addSelectionOptions } from '../options.ts';

interface ListOptions {
  readonly only: readonly string[];
  readonly profile: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = examples(
  ['what a fan-in owes', 'list --profile fan-in'],
  ['what is promised about correlation, for a program', "list --only 'CORR-*' --json"],
);

/** Adds `conformance list`. */
export const addList: AddCommand = (program, { output }) => {
  addSelectionOptions(program.command('list').description('list the requirements'))
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ListOptions) => {
      const { listText } = await import('../reading/list.ts');
      output.out(listText(options.only, options.profile, options.json === true));
    });
};
