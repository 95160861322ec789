import { Option } from 'commander';
import { type AddCommand, examples } from '../../context.ts';
import type { DiffOptions } from '../../reading/diff.ts';

const EXAMPLES = examples(
  ['what the last change did', 'diff before.json after.json'],
  ['the same on a page with diagrams', 'diff before.json after.json --html diff.html'],
  ['for the summary of a job', 'diff main.json mine.json --markdown'],
);

const EXITS = `
Exit codes: 0 nothing is worse, 1 something is worse, 2 usage: a file that is no result, or results of two contracts
or of two targets, 3 no requirement was judged in both results.`;

/** Adds `conformance diff`. */
export const addDiff: AddCommand = (program, { output, finish }) => {
  program
    .command('diff')
    .description('say what a change of a service made better or worse')
    .argument('<before>', 'file that run --json wrote')
    .argument('<after>', 'file that a later run --json wrote')
    .addOption(new Option('--json', 'print the comparison as JSON').conflicts('markdown'))
    .option('--markdown', 'print it as Markdown')
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXITS)
    .action(async (before: string, after: string, options: DiffOptions) => {
      const { diff } = await import('../../reading/diff.ts');
      finish(diff(before, after, options, output));
    });
};
