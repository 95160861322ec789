import { Option } from 'commander';
import { OWNERSHIP_FLAG } from '../../project/guard.ts';
import { type AddCommand, EXIT_HELP, examples } from '../context.ts';
import { addDebuggingOptions } from '../debugging/options.ts';
import { addReportOptions, addSelectionOptions } from '../options.ts';
import type { WatchOptions } from '../watching/watch.ts';

const EXAMPLES = examples(
  ['what conformance.yaml in this folder describes', 'run'],
  ['the reference, to see the judge at work', 'run --target reference --quick'],
  ['your own, in seconds, while you work on it', 'run --target my-target.yaml --quick'],
  ['one area, with a page to look at', "run --target my-target.yaml --only 'FANIN-*' --html report.html"],
  ['the case of a failure again', 'run --only fan-in-in-any-order@2 --seed 42'],
  ['what is deployed in a staging project', 'run --cloud project --project my-staging --i-own-this-project'],
  [
    'whether a program of contract 1.0.0 that is live survives the messages of today',
    'run --target my-target.yaml --against 1.0.0',
  ],
  [
    'while you work on it: a page, and the failing cases again at each change',
    'run --target my-target.yaml --watch',
  ],
  ['one that you started in a debugger', 'run --attach phase5-coordinator=http://127.0.0.1:8080 --dump'],
  ['every order of calls for ten minutes', 'run --profile fan-in --deep 10'],
);

/** Adds `conformance run`. */
export const addRun: AddCommand = (program, { output, finish }) => {
  const command = program
    .command('run')
    .description('start a target and judge it')
    .option(
      '--target <file>',
      'target description (default: conformance.yaml here); reference for the one that comes with the judge',
    )
    .addOption(
      new Option(
        '--cloud <kind>',
        'embedded, emulators for Google’s, or project for one in which the target is deployed',
      ).default('embedded'),
    )
    .option(
      OWNERSHIP_FLAG,
      'needed with --cloud project: test messages go to its topics, documents of reserved dates are deleted',
    );
  addSelectionOptions(command)
    .option('--quick', 'a few fast checks of every claimed profile; finds much, and proves less')
    .option('--bail', 'end at the first broken MUST, with the report of what was judged by then')
    .option('--timeout <seconds>', 'end after so long (default: 110 on the embedded cloud, without --deep)')
    .option('--deep <minutes>', 'explore schedules and draw histories for so long, together')
    .option('--seed <number>', 'repeat the choices of an earlier run')
    .option(
      '--against <version>',
      'whether a program of this released version survives the messages of later ones',
    )
    .option('--schedule <text>', 'replay this one, as a failure of an exploring check prints it')
    .option('--watch', 'show the run on a page, and run again what failed when the target’s files change')
    .option('--watch-port <port>', 'of the page (default: any)')
    .option('--strict', 'a broken SHOULD fails the run too')
    .option('--verbose', 'tell every requirement on a line, and every failure with its messages')
    .option('--failures <dir>', 'store failures there for replay', '.conformance/failures')
    .option('--no-failures', 'store none')
    .option(
      '--keep-output <dir>',
      'write components’ output, whole and by case, and every case’s history there',
    );
  addDebuggingOptions(command);
  addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_HELP)
    .action(async (options: WatchOptions & { readonly watch?: boolean }) => {
      if (options.watch === true) {
        const { watch } = await import('../watching/watch.ts');
        return finish(await watch(options, output));
      }
      const { run } = await import('../running/run.ts');
      finish(await run(options, output));
    });
};
