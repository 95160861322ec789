import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { PipelineError } from '../errors/pipeline-error.ts';
import { serveCloud } from './cloud.ts';
import { runDate } from './run.ts';

/** Exit code for a bad flag, date or environment. */
const USAGE = 2;

/**
 * Runs the `pipeline` command.
 *
 * @returns the exit code: 0 done, 1 the run did not finish, 2 usage or configuration, 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  let exit_code = 0;
  const program = new Command('pipeline')
    .description('Run and operate the reference pipeline.')
    .exitOverride()
    .showHelpAfterError('(pipeline --help lists the commands)');
  program
    .command('run')
    .description('Carry one game date through all five phases on this machine and show what happened.')
    .option('--date <YYYY-MM-DD>', 'game date to run', '2024-01-15')
    .option('--backfill', 'load the date as history: Phase 2 works, nothing goes downstream', false)
    .option('--json', 'print one JSON object instead of text', false)
    .option('--logs', "print the components' log lines on standard error", false)
    .action(async (options) => {
      exit_code = await runDate(options);
    });
  program
    .command('cloud')
    .description('Serve the embedded Pub/Sub and Firestore alone, until SIGTERM.')
    .option('--pubsub-port <port>', 'port of Pub/Sub (default: any free one)', port)
    .option('--firestore-port <port>', 'port of Firestore (default: any free one)', port)
    .action(async (options) => {
      exit_code = await serveCloud(options);
    });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof PipelineError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return USAGE;
  }
  return exit_code;
}

function port(text: string): string {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return text;
  throw new InvalidArgumentError('it must be a whole number from 0 to 65535.');
}
