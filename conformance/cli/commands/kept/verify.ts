import type { VerifyOptions } from '../../certifying/verify.ts';
import { type AddCommand, examples } from '../../context.ts';

const EXAMPLES = examples(
  ['that the verdicts follow from the histories', 'verify mine.certificate.json'],
  ['that a key which you trust signed it', 'verify mine.certificate.json --key theirs.key.pub'],
  ['a badge and a summary of one page', 'verify mine.certificate.json --badge badge.svg --html summary.html'],
);

const EXITS = `
Exit codes: 0 accepted, and its target conforms; 1 refused, or its target does not conform; 2 usage.`;

/** Adds `conformance verify`. */
export const addVerify: AddCommand = (program, { output, finish }) => {
  program
    .command('verify')
    .description('check a certificate: signature, digests, and its verdicts by judging the histories again')
    .argument('<file>', 'a file that certify wrote')
    .option('--key <file>', 'the public key that must have signed it')
    .option('--any-judge', 'accept one that another version of the judge made, if this one agrees with it')
    .option('--json', 'print the certificate as JSON, without its histories')
    .option('--badge <file>', 'write a badge (SVG) there')
    .option('--html <file>', 'write a summary of one page there')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXITS)
    .action(async (file: string, options: VerifyOptions) => {
      const { verify } = await import('../../certifying/verify.ts');
      finish(verify(file, options, output));
    });
};
