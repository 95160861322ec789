import { type AddCommand, examples } from '../context.ts';
import type { ReplayOptions } from '../running/replay.ts';

const EXIT_HELP = `
Exit codes: 0 all fixed, 1 some still failing, 2 usage or configuration, 3 some cannot run, 4 fault of the judge,
130 interrupted.`;

const EXAMPLES = examples(
  ['all failures that the last run stored', 'replay'],
  ['those of one requirement', 'replay FANIN-007'],
  ['one that a colleague sent, against your own target', 'replay failure.json --target my-target.yaml'],
  ['and forget those that are fixed', 'replay --prune'],
);

/** Adds `conformance replay`. */
export const addReplay: AddCommand = (program, { output, finish }) => {
  program
    .command('replay')
    .description('run stored failures again: FIXED, STILL FAILING or CANNOT RUN')
    .argument(
      '[failure...]',
      'requirement ids or failure ids, * for anything, or files (default: all that are stored)',
    )
    .option('--failures <dir>', 'where they are stored', '.conformance/failures')
    .option('--target <file>', 'judge this target instead of the one that failed')
    .option('--prune', 'remove the stored failures that are fixed')
    .option('--json', 'print the outcomes as JSON')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (failures: readonly string[], options: ReplayOptions) => {
      const { replay } = await import('../running/replay.ts');
      finish(await replay(failures, options, output));
    });
};
