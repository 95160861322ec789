import { type AddCommand, examples } from '../context.ts';

const EXAMPLES = examples(
  ['what FANIN-007 promises and how it is tried', 'explain FANIN-007'],
  ['the same for a program', 'explain FANIN-007 --json'],
  ['what a name in a report means', 'explain "zombie write"'],
);

/** Adds `conformance explain`. */
export const addExplain: AddCommand = (program, { output }) => {
  program
    .command('explain')
    .argument(
      '<id>',
      'a requirement, such as FANIN-003, or what a report calls a failure, such as "lost trigger"',
    )
    .description('explain a requirement and how it is checked, or the name of a failure')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, { json }: { readonly json?: boolean }) => {
      const { explain } = await import('../reading/explain.ts');
      output.out(explain(id, json === true));
    });
};
