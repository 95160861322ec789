import { type AddCommand, EXIT_HELP, examples } from '../../context.ts';
import type { ReportFiles } from '../../report-files.ts';

interface ReportOptions extends ReportFiles {
  readonly certificates?: string;
  readonly key?: string;
  readonly anyJudge?: boolean;
}

const EXAMPLES = examples(
  ['two implementations side by side', 'report mine.json theirs.json --html compare.html'],
  [
    'implementations of which a folder has certificates',
    'report --certificates certificates --html page.html',
  ],
  ['JUnit XML of a run that was kept', 'report result.json --junit junit.xml'],
);

/** Adds `conformance report`. */
export const addReport: AddCommand = (program, { output, finish }) => {
  program
    .command('report')
    .description('make reports of kept results or certificates; on a page each is a column')
    .argument('[result...]', 'files that run --json or check --json wrote')
    .option('--junit <file>', 'write JUnit XML there (of one result)')
    .option('--ctrf <file>', 'write CTRF JSON there (of one result)')
    .option('--summary <file>', 'append a Markdown summary there')
    .option('--badge <file>', 'write a badge (SVG) there (of one result)')
    .option('--certificates <dir>', 'the certificates of a folder instead of results; only with --html')
    .option('--key <file>', 'with --certificates: the public key that must have signed each')
    .option(
      '--any-judge',
      'with --certificates: accept those of other versions of the judge that this one agrees with',
    )
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (results: readonly string[], options: ReportOptions) => {
      if (options.certificates !== undefined) {
        const { reportCertificates } = await import('../../certifying/verify.ts');
        finish(reportCertificates(options.certificates, options, output));
        return;
      }
      const { report } = await import('../../report-files.ts');
      finish(report(results, options, output));
    });
};
