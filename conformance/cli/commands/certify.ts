import { Option } from 'commander';
import type { CertifyOptions } from '../certifying/certify.ts';
import { type AddCommand, EXIT_HELP, examples } from '../context.ts';
import { addSelectionOptions } from '../options.ts';

const EXAMPLES = examples(
  ['a key, once', 'certify --new-key my.key'],
  ['what conformance.yaml in this folder describes', 'certify --key my.key --files src'],
  ['quickly, without exploring longer than a run does', 'certify --target my-target.yaml --minutes 0'],
  ['a deployed revision beside it', 'certify --declare phase2-raw=phase2-raw-00042-abc'],
);

/** Adds `conformance certify`. */
export const addCertify: AddCommand = (program, { output, finish }) => {
  const command = program
    .command('certify')
    .description('judge a target in two seeds, and write a certificate that somebody else can check')
    .option('--target <file>', 'target description (default: conformance.yaml here)')
    .addOption(new Option('--cloud <kind>', 'embedded, or emulators for Google’s').default('embedded'))
    .option('--minutes <number>', 'explore schedules so long in the second run; 0 for the usual number', '2')
    .option('--seeds <number...>', 'two seeds, to repeat the choices of earlier runs');
  addSelectionOptions(command)
    .option('--files <path...>', 'files and folders of the program, of which the certificate has digests', [])
    .option('--declare <component=words...>', 'what is known of a component, such as a deployed revision', [])
    .option('--out <file>', 'write it there (default: NAME.certificate.json)')
    .option('--key <file>', 'sign it with this private key')
    .option('--new-key <file>', 'write a new key pair to FILE and FILE.pub, and do nothing else')
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (options: CertifyOptions) => {
      const { certify } = await import('../certifying/certify.ts');
      finish(await certify(options, output));
    });
};
