import { Command, CommanderError } from 'commander';
import { PipelineError, type PipelineErrorCode } from '../errors/pipeline-error.ts';
import { passProxyBy } from './loopback.ts';
import { backfillCommand } from './operate/backfill.ts';
import { consoleCommand } from './operate/console.ts';
import { deadLettersCommand } from './operate/dead-letters.ts';
import { port } from './operate/flags.ts';
import { scoreCommand } from './operate/looking/score.ts';
import { statusCommand } from './operate/looking/status.ts';
import { traceCommand } from './operate/looking/trace.ts';
import { serveCommand } from './operate/serve.ts';
import { rerunCommand, triggerCommand } from './operate/trigger.ts';
import { complain } from './terminal.ts';

/** Exit code for a bad flag, date or environment. */
const USAGE = 2;
/** Exit code for a cloud or component that does not answer. */
const UNAVAILABLE = 3;

/** Errors that say nothing about the command line. */
const OUTSIDE: readonly PipelineErrorCode[] = [
  'BROKER_UNAVAILABLE',
  'COMPONENT_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'STORE_CONFLICT',
];

/**
 * Runs the `pipeline` command.
 *
 * @returns the exit code: 0 done or well, 1 a problem or a run that did not finish, 2 usage or configuration, 3 the cloud
 *          or a component does not answer, 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  passProxyBy(process.env);
  let exit_code = 0;
  const finish = (code: number): void => {
    exit_code = code;
  };
  const program = new Command('pipeline')
    .description('Run and operate the reference pipeline.')
    .exitOverride()
    .showHelpAfterError('(pipeline --help lists the commands)');
  program
    .command('run')
    .description('Carry one game date through all five phases on this machine and show what happened.')
    .option('--date <YYYY-MM-DD>', 'game date to run', '2024-01-16')
    .option('--backfill', 'load the date as history: Phase 2 works, nothing goes downstream', false)
    .option('--json', 'print one JSON object instead of text', false)
    .option('--logs', "print the components' log lines on standard error", false)
    // Each command loads what it needs: Google's clients take a second.
    .action(async (options) => finish(await (await import('./run/command.ts')).runDate(options)));
  program
    .command('cloud')
    .description('Serve the embedded Pub/Sub and Firestore alone, until SIGTERM.')
    .option('--pubsub-port <port>', 'port of Pub/Sub (default: any free one)', port)
    .option('--firestore-port <port>', 'port of Firestore (default: any free one)', port)
    .option('--data <dir>', 'keep everything there over an end at any moment (default: in memory)')
    .option('--sync', 'with --data: answers wait for the disk, against a power cut')
    .option('--import <dir>', 'begin with an export')
    .option('--export-on-exit <dir>', 'write an export at the end')
    .action(async (options) => finish(await (await import('./cloud.ts')).serveCloud(options)));
  const operating = [
    serveCommand,
    statusCommand,
    traceCommand,
    triggerCommand,
    rerunCommand,
    deadLettersCommand,
    backfillCommand,
    scoreCommand,
    consoleCommand,
  ];
  for (const create of operating) program.addCommand(create(finish).copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof PipelineError)) throw error;
    complain(error.message);
    return OUTSIDE.includes(error.code) ? UNAVAILABLE : USAGE;
  }
  return exit_code;
}
