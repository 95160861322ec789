import { Command, CommanderError } from 'commander';
import { addCertify } from './commands/certify.ts';
import { addExplain } from './commands/explain.ts';
import { addInit } from './commands/init.ts';
import { addCheck } from './commands/kept/check.ts';
import { addDiff } from './commands/kept/diff.ts';
import { addReport } from './commands/kept/report.ts';
import { addVerify } from './commands/kept/verify.ts';
import { addList } from './commands/list.ts';
import { addRecord } from './commands/record.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { type AddCommand, EXIT_HELP, type Output } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { addClean } from './project/clean-command.ts';

/** Every command, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addInit,
  addRun,
  addReplay,
  addList,
  addExplain,
  addRecord,
  addCheck,
  addReport,
  addDiff,
  addCertify,
  addVerify,
  addClean,
];

const PROCESS_OUTPUT: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  out_is_terminal: process.stdout.isTTY === true,
  err_is_terminal: process.stderr.isTTY === true,
};

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
    const { words, exit_code } = await outcomeOf(error, argv);
    output.err(`${words}\n`);
    return exit_code;
  }
}

/** Say what an error means. What tells errors apart is loaded only now, since it knows every room. */
export async function outcomeOf(
  error: unknown,
  argv: readonly string[],
): Promise<{ readonly words: string; readonly exit_code: number }> {
  const { exitCodeOf, explainError } = await import('./explain-error.ts');
  return { words: explainError(error, argv), exit_code: exitCodeOf(error) };
}

function createProgram(output: Output, finish: (code: number) => void): Command {
  const written = { writeOut: output.out, writeErr: output.err };
  const program = new Command('conformance')
    .description('Judges an implementation of the NBA pipeline contract as a black box.')
    .exitOverride()
    .configureOutput(written)
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', EXIT_HELP);
  for (const add of COMMANDS) add(program, { output, finish });
  for (const command of program.commands) command.exitOverride().configureOutput(written);
  return program;
}
