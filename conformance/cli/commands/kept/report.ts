import { type AddCommand, EXIT_HELP, examples } from '../../context.ts';
import type { ReportFiles } from '../../report-files.ts';

const EXAMPLES = examples(
  ['two implementations side by side', 'report mine.json theirs.json --html compare.html'],
  ['JUnit XML of a run that was kept', 'report result.json --junit junit.xml'],
);

/** Adds `conformance report`. */
export const addReport: AddCommand = (program, { finish }) => {
  program
    .command('report')
    .description('make reports of kept results; on a page each result is a column')
    .argument('<result...>', 'files that run --json or check --json wrote')
    .option('--junit <file>', 'write JUnit XML there (of one result)')
    .option('--ctrf <file>', 'write CTRF JSON there (of one result)')
    .option('--summary <file>', 'append a Markdown summary there')
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (results: readonly string[], options: ReportFiles) => {
      const { report } = await import('../../report-files.ts');
      finish(report(results, options));
    });
};
