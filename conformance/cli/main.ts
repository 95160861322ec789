import { Command, CommanderError, Option } from 'commander';
import { type CheckOptions, check } from './check.ts';
import { EXIT, exitCodeOf, explainError } from './exit-codes.ts';
import { explainText, listText } from './list.ts';
import { type ReportFiles, report } from './report-files.ts';
import { type Output, type RunOptions, run } from './run.ts';

const PROCESS_OUTPUT: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  out_is_terminal: process.stdout.isTTY === true,
  err_is_terminal: process.stderr.isTTY === true,
};

const EXIT_HELP = `
Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target or environment not available,
4 fault of the judge, 130 interrupted.`;

/** Runs the command line and returns the exit code. */
export async function main(argv: readonly string[], output: Output = PROCESS_OUTPUT): Promise<number> {
  let code: number = EXIT.conforms;
  const program = createProgram(output, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.conforms : EXIT.usage;
    output.err(`${explainError(error)}\n`);
    return exitCodeOf(error);
  }
}

function createProgram(output: Output, finish: (code: number) => void): Command {
  const program = new Command('conformance')
    .description('Judges an implementation of the NBA pipeline contract as a black box.')
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', EXIT_HELP);

  program
    .command('run')
    .description('start a target and judge it')
    .option('--target <file>', 'target description (default: the reference)')
    .addOption(new Option('--cloud <kind>', 'embedded, or emulators for Google’s').default('embedded'))
    .option('--only <pattern...>', 'requirement ids or check names, * for anything', [])
    .option('--profile <name...>', 'requirements of these profiles', [])
    .option('--seed <number>', 'repeat the choices of an earlier run')
    .option('--schedule <text>', 'replay this one, as a failure of an exploring check prints it')
    .option('--deep <minutes>', 'explore schedules for so long')
    .option('--json', 'print the report as JSON')
    .option('--keep-output <dir>', 'write components’ output and every case’s history there')
    .option('--junit <file>', 'write JUnit XML there')
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXIT_HELP)
    .action(async (options: RunOptions) => finish(await run(options, output)));

  addOfflineCommands(program, output, finish);

  program
    .command('list')
    .description('list the requirements')
    .option('--only <pattern...>', 'requirement ids or check names, * for anything', [])
    .option('--profile <name...>', 'requirements of these profiles', [])
    .option('--json', 'print them as JSON')
    .action((options: RunOptions) =>
      output.out(listText(options.only, options.profile, options.json === true)),
    );

  program
    .command('explain')
    .argument('<id>', 'a requirement, such as FANIN-003')
    .description('explain a requirement and how it is checked')
    .action((id: string) => output.out(explainText(id)));

  for (const command of program.commands) {
    command.exitOverride().configureOutput({ writeOut: output.out, writeErr: output.err });
  }
  return program;
}

/** Commands that need no target: they read what a run left. */
function addOfflineCommands(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('check')
    .description('judge one recorded history')
    .requiredOption('--history <file>', 'JSON Lines, as run --keep-output writes them')
    .option('--check <name>', 'the check to judge by (default: the case that the events name)')
    .option('--json', 'print the report as JSON')
    .option('--junit <file>', 'write JUnit XML there')
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXIT_HELP)
    .action((options: CheckOptions) => finish(check(options, output)));

  program
    .command('report')
    .description('make a page or JUnit XML of kept results, one column per result')
    .argument('<result...>', 'files that run --json or check --json wrote')
    .option('--junit <file>', 'write JUnit XML there (of one result)')
    .option('--html <file>', 'write a self-contained page with diagrams there')
    .addHelpText('after', EXIT_HELP)
    .action((results: readonly string[], options: ReportFiles) => finish(report(results, options)));
}
