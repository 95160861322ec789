import { parseArgs } from 'node:util';
import { PortError } from './rpc/port-error.ts';
import { type EmbeddedCloudOptions, startEmbeddedCloud } from './server.ts';

const USAGE = `Usage: pipeline cloud [--pubsub-port P] [--firestore-port P] [--accept-unsupported]

Serves an in-memory Pub/Sub and Firestore on 127.0.0.1 until it gets SIGTERM, SIGINT or POST /shutdown. A port that is left out
is any free one. When both are ready, two lines go to stdout that point Google's clients here:
  export PUBSUB_EMULATOR_HOST=127.0.0.1:P
  export FIRESTORE_EMULATOR_HOST=127.0.0.1:P

--accept-unsupported keeps and shows what deployment scripts set and this cloud does not do (KMS keys, storage policies,
BigQuery and Cloud Storage subscriptions, schemas, transforms, tags), and says so on stderr, once per field. Without it such a
field is refused by name.
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
    if (!(error instanceof UsageError || error instanceof PortError)) throw error;
    process.stderr.write(`cloud: ${error.message}\n`);
    return 2;
  }
}

/** What the command line asks for. */
type Flags = Pick<EmbeddedCloudOptions, 'pubsub_port' | 'firestore_port' | 'accept_unsupported'>;

function readFlags(args: readonly string[]): Flags | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'pubsub-port': { type: 'string' },
        'firestore-port': { type: 'string' },
        'accept-unsupported': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return 'help';
    return {
      pubsub_port: readPort('--pubsub-port', values['pubsub-port']),
      firestore_port: readPort('--firestore-port', values['firestore-port']),
      ...(values['accept-unsupported'] === true ? { accept_unsupported: sayOnce() } : {}),
    };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
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
