import { STATE } from '../../../generated/topology.ts';
import { validate } from '../../../generated/validation.ts';
import { createDeadLetters, type GoogleDeadLetters } from '../../google/dead-letters.ts';
import { createLogger } from '../../google/logger.ts';
import { createPorts, type GooglePorts } from '../../google/ports.ts';
import { createAddresses } from '../../operations/calls/addresses.ts';
import { type ComponentCalls, createComponentCalls } from '../../operations/calls/component-calls.ts';
import { readSettings, type Settings } from '../../ports/settings.ts';
import { complain } from '../terminal.ts';
import type { PlaceFlags } from './flags.ts';

/** The project that a command works on. */
export interface Place {
  readonly settings: Settings;
  readonly ports: GooglePorts;
  readonly letters: GoogleDeadLetters;
  readonly calls: ComponentCalls;
}

/**
 * Open the place that the flags lead to, act there, and close it.
 *
 * CLOCK_AHEAD_SECONDS, which `pipeline serve` prints, makes the command's clock agree with that of the components.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION, and whatever `act` throws.
 */
export async function withPlace<Result>(
  flags: PlaceFlags,
  act: (place: Place) => Promise<Result>,
): Promise<Result> {
  const { env } = process;
  if (env['PUBSUB_EMULATOR_HOST'] !== undefined) env['METADATA_SERVER_DETECTION'] ??= 'none';
  const settings = readSettings(
    flags.project === undefined ? env : { ...env, GOOGLE_CLOUD_PROJECT: flags.project },
  );
  const addresses = createAddresses({
    project: settings.project,
    region: flags.region,
    urls: flags.url,
    environment: env,
  });
  const unreadable = new Map<string, string>();
  const google = createPorts(settings, (path, value) => {
    const problem = problemOf(path, value);
    if (problem !== undefined) unreadable.set(path, problem);
    return problem === undefined;
  });
  const letters = createDeadLetters(settings.project);
  const ports = {
    ...google,
    // An operator reads the command's own sentences; the lines of a component would drown them.
    log: createLogger({ LOG_LEVEL: env['LOG_LEVEL'] || 'error' }),
  };
  try {
    const result = await act({ settings, ports, letters, calls: createComponentCalls(addresses) });
    // On standard error, so that it stands beside a text and beside a JSON object.
    for (const [path, problem] of unreadable)
      complain(`cannot be read, and is left out: ${path}: ${problem}`);
    return result;
  } finally {
    await Promise.all([google.close(), letters.close()]);
  }
}

/**
 * Find the run that a command means: the one that was asked for, else the latest on record, else the first.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE.
 */
export async function meantRun(
  ports: GooglePorts,
  game_date: string,
  asked: number | undefined,
): Promise<number> {
  if (asked !== undefined) return asked;
  const history = await ports.warehouse.runs({ game_date });
  return Math.max(1, ...history.map(({ run }) => run));
}

/** Write the `pipeline` command that an operator may run next, with the project where it was given by flag. */
export function commandLine(args: readonly string[], flags: PlaceFlags): string {
  const project = flags.project === undefined ? [] : ['--project', flags.project];
  return ['npx', 'pipeline', ...args, ...project].join(' ');
}

/** A document of some length is told by its first problems. */
const PROBLEMS_MAX = 3;

/**
 * Say what is wrong with a stored document of the contract.
 *
 * @param path  below `…/documents/`, such as `processor_run_history/5f0c…`.
 * @returns     undefined for a document that can be read, and for one that the contract does not describe.
 */
function problemOf(path: string, value: unknown): string | undefined {
  const segments = path.split('/');
  const found = Object.values(STATE).find((state) => {
    const pattern = state.path.split('/');
    return (
      pattern.length === segments.length &&
      pattern.every((part, index) => part.includes('{') || part === segments[index])
    );
  });
  if (found === undefined) return undefined;
  const problems = validate(found.schema, 'receive', value);
  if (problems.length === 0) return undefined;
  const told = problems
    .slice(0, PROBLEMS_MAX)
    .map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`);
  const more = problems.length > PROBLEMS_MAX ? [`and ${problems.length - PROBLEMS_MAX} more`] : [];
  return [...told, ...more].join('; ');
}
