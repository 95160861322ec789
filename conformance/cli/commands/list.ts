import { select } from '../../requirements/selection.ts';
import { type AddCommand, examples } from '../context.ts';
import { addSelectionOptions } from './options.ts';

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
    .action((options: ListOptions) =>
      output.out(listText(options.only, options.profile, options.json === true)),
    );
};

/** Write one line per requirement: id, level, profile, number of checks, sentence. */
function listText(only: readonly string[], profiles: readonly string[], json: boolean): string {
  const { requirements } = select({ only, profiles });
  if (json) {
    const entries = requirements.map(({ id, level, profile, since, sentence, source, checks }) => ({
      id,
      level,
      profile,
      since,
      sentence,
      source,
      checks: checks.map(({ name }) => name),
    }));
    return `${JSON.stringify(entries, null, 2)}\n`;
  }
  const lines = requirements.map(
    ({ id, level, profile, sentence, checks }) =>
      `${id.padEnd(10)}${level.padEnd(7)}${profile.padEnd(12)}${String(checks.length).padStart(2)} ${checks.length === 1 ? 'check ' : 'checks'}  ${sentence}`,
  );
  return `${lines.join('\n')}\n`;
}
