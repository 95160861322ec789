import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorWords } from '../contract/errors.ts';
import { PortError } from './rpc/port-error.ts';
import { type EmbeddedCloudOptions, startEmbeddedCloud } from './server.ts';
import { StorageError } from './storage/storage.ts';

const USAGE = `Usage: pipeline cloud [--pubsub-port P] [--firestore-port P] [--accept-unsupported]
                      [--data DIR [--sync]] [--import DIR] [--export-on-exit DIR]

Serves a Pub/Sub and Firestore on 127.0.0.1 until it gets SIGTERM, SIGINT or POST /shutdown. A port that is left out
is any free one. When both are ready, two lines go to stdout that point Google's clients here:
  export PUBSUB_EMULATOR_HOST=127.0.0.1:P
  export FIRESTORE_EMULATOR_HOST=127.0.0.1:P

--accept-unsupported keeps and shows what deployment scripts set and this cloud does not do (KMS keys, storage policies,
BigQuery and Cloud Storage subscriptions, schemas, transforms, tags), and says so on stderr, once per field. Without it such a
field is refused by name.

--data DIR keeps documents, topics, subscriptions, snapshots and unacked messages in DIR, and begins with what is there. What was
answered is still there after a kill at any moment; with --sync also after a power cut, and each answer waits for the disk. It
needs the package lmdb (npm install lmdb@3). Without --data everything is in memory and ends with the process.
--import DIR begins with an export; --export-on-exit DIR writes one at the end. Both work with and without --data.
`;

/** A command line that cannot be obeyed. */
class UsageError extends Error {}

/**
 * Runs the embedded cloud as a program of its own.
 *
 * @param args the command line without node and script.
 * @returns    the exit code: 0 after a signal or `--help`, 2 for a wrong flag or a port in use.
 */
export async function runCloud(args: readonly string[]): Promise<number> {
  try {
    const ports = readFlags(args);
    if (ports === 'help') {
      process.stdout.write(USAGE);
      return 0;
    }
    const { ended, end } = untilEnd();
    const cloud = await startEmbeddedCloud({ ...ports, shutdown: end });
    process.stdout.write(
      `export PUBSUB_EMULATOR_HOST=${cloud.pubsub_host}\nexport FIRESTORE_EMULATOR_HOST=${cloud.firestore_host}\n`,
    );
    await ended;
    await cloud.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PortError || error instanceof StorageError)) {
      throw error;
    }
    process.stderr.write(`cloud: ${error.message}\n`);
    return 2;
  }
}

/** What the command line asks for. */
type Flags = Omit<EmbeddedCloudOptions, 'clock' | 'gate' | 'observe' | 'shutdown'>;

function readFlags(args: readonly string[]): Flags | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'pubsub-port': { type: 'string' },
        'firestore-port': { type: 'string' },
        'accept-unsupported': { type: 'boolean' },
        data: { type: 'string' },
        sync: { type: 'boolean' },
        import: { type: 'string' },
        'export-on-exit': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return 'help';
    if (values.sync === true && values.data === undefined) {
      throw new Error('--sync says how --data is written, so it needs --data DIR');
    }
    return {
      pubsub_port: readPort('--pubsub-port', values['pubsub-port']),
      firestore_port: readPort('--firestore-port', values['firestore-port']),
      ...folderFlags(values),
      ...(values['accept-unsupported'] === true ? { accept_unsupported: sayOnce() } : {}),
    };
  } catch (error) {
    throw new UsageError(`${errorWords(error)}\n\n${USAGE}`);
  }
}

/** Every folder as it is seen from here. */
function folderFlags(values: {
  readonly data?: string | undefined;
  readonly sync?: boolean | undefined;
  readonly import?: string | undefined;
  readonly 'export-on-exit'?: string | undefined;
}): Pick<Flags, 'data' | 'sync' | 'import_from' | 'export_to'> {
  const { data, sync, import: import_from, 'export-on-exit': export_to } = values;
  return {
    ...(data === undefined ? {} : { data: resolve(data) }),
    ...(sync === true ? { sync } : {}),
    ...(import_from === undefined ? {} : { import_from: resolve(import_from) }),
    ...(export_to === undefined ? {} : { export_to: resolve(export_to) }),
  };
}

/** Says of each field, once, that it has no effect. */
function sayOnce(): (field: string) => void {
  const said = new Set<string>();
  return (field) => {
    if (said.has(field)) return;
    said.add(field);
    process.stderr.write(`cloud: ${field} is kept and shown, and has no effect here\n`);
  };
}

function readPort(flag: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`${flag} must be a port from 0 (any free one) to 65535, got "${text}"`);
}

/** Waits for a signal, or for the call of `end`. */
function untilEnd(): { readonly ended: Promise<void>; readonly end: () => void } {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  return { ended, end };
}
