import { type Command, Option } from 'commander';
import { COMPONENT_NAMES, type ComponentName } from '../../contract/names.ts';
import type { WorldSettings } from '../../harness/world/settings.ts';
import type { Target } from '../../targets/description.ts';
import { attach } from '../../targets/starting/attach.ts';
import type { Output } from '../context.ts';
import { UsageError } from '../exit-codes.ts';
import { createDump } from './dump.ts';

/** The options of a run for somebody who debugs, as commander gives them. */
export interface DebuggingOptions {
  readonly attach?: readonly string[];
  readonly project?: string;
  readonly pubsubPort?: string;
  readonly firestorePort?: string;
  readonly dump?: boolean;
  readonly printEnvironment?: boolean;
}

/** Ports that programs started by hand look for: those of Google's emulators. */
const USUAL = { project: 'demo-judge', pubsub_port: 8085, firestore_port: 8080 } as const;

/** Adds the options for somebody who debugs. */
export function addDebuggingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--attach <component=url...>',
        'judge a program that you started by hand; repeatable; see --print-environment',
      ).default([]),
    )
    .option('--project <id>', `project id (default: a fresh one; ${USUAL.project} with --attach)`)
    .option(
      '--pubsub-port <port>',
      `of the embedded Pub/Sub (default: any; ${USUAL.pubsub_port} with --attach)`,
    )
    .option(
      '--firestore-port <port>',
      `of the embedded Firestore (default: any; ${USUAL.firestore_port} with --attach)`,
    )
    .option('--dump', 'print every delivery, answer, call, publish and commit as it happens')
    .option('--print-environment', 'print what a program that you start by hand needs, and end');
}

/**
 * Attach the components that the command line names.
 *
 * @throws {UsageError} when a text is not COMPONENT=URL or names no component of the contract.
 */
export function attachedTarget(target: Target, texts: readonly string[] = []): Target {
  const urls: Partial<Record<ComponentName, string>> = {};
  for (const text of texts) {
    const [, name = '', url = ''] = /^([^=]+)=(https?:\/\/.+)$/.exec(text) ?? [];
    if (!isComponent(name)) {
      throw new UsageError(
        `--attach must be COMPONENT=http://HOST:PORT with one of ${COMPONENT_NAMES.join(', ')}, got "${text}"`,
      );
    }
    urls[name] = url;
  }
  return attach(target, urls);
}

/** Read what the world is to be like. Who attaches gets the usual names, so that the program can be started first. */
export function worldSettings(options: DebuggingOptions, output: Output): WorldSettings {
  const tell = (sentence: string): void => output.err(`conformance: ${sentence}\n`);
  const dump = options.dump === true ? createDump(output.err) : {};
  const steps = output.steps === undefined ? {} : { onSteps: output.steps };
  return { ...addressOf(options), tell, ...steps, ...dump };
}

/** Read project and ports; what is left out follows from whether somebody attaches. */
export function addressOf(
  options: DebuggingOptions,
): Pick<WorldSettings, 'project' | 'pubsub_port' | 'firestore_port'> {
  const is_by_hand = (options.attach ?? []).length > 0 || options.printEnvironment === true;
  const usual = is_by_hand ? USUAL : {};
  return {
    ...usual,
    ...(options.project === undefined ? {} : { project: projectOf(options.project) }),
    ...(options.pubsubPort === undefined ? {} : { pubsub_port: portOf('--pubsub-port', options.pubsubPort) }),
    ...(options.firestorePort === undefined
      ? {}
      : { firestore_port: portOf('--firestore-port', options.firestorePort) }),
  };
}

function isComponent(name: string): name is ComponentName {
  return COMPONENT_NAMES.some((known) => known === name);
}

function projectOf(text: string): string {
  if (/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(text)) return text;
  throw new UsageError(
    `--project must be 6 to 30 lower-case letters, digits and hyphens, beginning with a letter, got "${text}"`,
  );
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${flag} must be a port from 1 to 65535, got "${text}"`);
}
