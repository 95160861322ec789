import { OWNERSHIP_FLAG } from '../../project/guard.ts';
import { type AddCommand, examples } from '../context.ts';
import type { CleanOptions } from './clean.ts';

const EXIT_HELP = `
Exit codes: 0 nothing is left, or it was a plan; 2 usage, configuration or a refused project; 3 the project cannot be reached.`;

const EXAMPLES = examples(
  ['what a crashed run left', 'clean --project my-staging --plan --i-own-this-project'],
  ['and remove it', 'clean --project my-staging --i-own-this-project'],
);

/** Adds `conformance clean`. */
export const addClean: AddCommand = (program, { output, finish }) => {
  program
    .command('clean')
    .description(
      'remove from a project what judges left: subscriptions, documents and messages of reserved dates',
    )
    .requiredOption('--project <id>', 'the project in which the target is deployed')
    .option(
      '--target <file>',
      'target description, which names projects and reserved dates (default: conformance.yaml here)',
    )
    .option(OWNERSHIP_FLAG, 'needed: documents of reserved dates are deleted')
    .option('--plan', 'say what would be removed, and remove nothing')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (options: CleanOptions) => {
      const { clean } = await import('./clean.ts');
      finish(await clean(options, output));
    });
};
