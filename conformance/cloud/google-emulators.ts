import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Where Google's emulators are on this machine. */
export interface FoundEmulators {
  readonly java: string;
  readonly pubsub_jar: string;
  readonly firestore_jar: string;
}

/** Google's Pub/Sub and Firestore emulators, running. */
export interface GoogleEmulators {
  /** `127.0.0.1:PORT`. */
  readonly pubsub_host: string;
  /** `127.0.0.1:PORT`. */
  readonly firestore_host: string;
  /** Ends both processes; resolves when they are gone. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;
const POLL_MS = 50;
const OUTPUT_KEPT = 2000;

/**
 * Looks for Java and for the emulators of the Google Cloud SDK. Starts nothing of either.
 *
 * @returns where they are, or a sentence that says what is missing.
 */
export async function findGoogleEmulators(): Promise<FoundEmulators | string> {
  const java = await findProgram('java');
  if (java === undefined) return 'there is no java on the PATH';
  const gcloud = await findProgram('gcloud');
  if (gcloud === undefined) return 'there is no gcloud on the PATH, so no Google Cloud SDK';

  const platform = join(await sdkRoot(gcloud), 'platform');
  const pubsub_jar = await findJar(
    join(platform, 'pubsub-emulator', 'lib'),
    /^cloud-pubsub-emulator-.*-all\.jar$/,
  );
  if (pubsub_jar === undefined) {
    return `the SDK has no Pub/Sub emulator below ${platform}; gcloud components install pubsub-emulator`;
  }
  const firestore_jar = await findJar(
    join(platform, 'cloud-firestore-emulator'),
    /^cloud-firestore-emulator\.jar$/,
  );
  if (firestore_jar === undefined) {
    return `the SDK has no Firestore emulator below ${platform}; gcloud components install cloud-firestore-emulator`;
  }
  return { java, pubsub_jar, firestore_jar };
}

/**
 * Starts both emulators on free ports and waits until they answer.
 *
 * @throws {Error} if they are not installed, or do not come up; nothing keeps running then.
 */
export async function startGoogleEmulators(): Promise<GoogleEmulators> {
  const found = await findGoogleEmulators();
  if (typeof found === 'string') throw new Error(`expected Google's emulators to be installed: ${found}`);
  const [pubsub_port, firestore_port] = await freePorts();
  const address = (port: number) => ['--host=127.0.0.1', `--port=${port}`];
  const starting = await Promise.allSettled([
    startEmulator(found.java, ['-jar', found.pubsub_jar, ...address(pubsub_port)], pubsub_port),
    startEmulator(
      found.java,
      ['-cp', found.firestore_jar, FIRESTORE_MAIN, 'start', ...address(firestore_port)],
      firestore_port,
    ),
  ]);
  const running = starting.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async () => void (await Promise.all(running.map(endProcess)));
  const failed = starting.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    pubsub_host: `127.0.0.1:${pubsub_port}`,
    firestore_host: `127.0.0.1:${firestore_port}`,
    stop,
  };
}

const FIRESTORE_MAIN = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';

/** Runs one emulator and waits until it answers HTTP on its port. */
async function startEmulator(java: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A process that ends without calling stop() takes its emulators along.
  const orphan = () => void child.kill();
  process.once('exit', orphan);
  let output = '';
  const keep = (text: Buffer) => {
    output = (output + text.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    process.off('exit', orphan);
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });

  const give_up_at = performance.now() + READY_WITHIN_MS;
  while (!(await answers(port))) {
    if (performance.now() > give_up_at) failure ??= `no answer on port ${port} after ${READY_WITHIN_MS} ms`;
    if (failure !== undefined) {
      await endProcess(child);
      throw new Error(`an emulator did not start: ${failure}\n${java} ${args.join(' ')}\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return child;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', () => resolve(false));
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Two ports that were free a moment ago; both are held until both are known, so they differ. */
async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address === null || typeof address === 'string') reject(new Error('expected a TCP port'));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first = 0, second = 0] = ports;
  return [first, second];
}

/** The folder above the real `bin/gcloud` is the SDK; where a wrapper hides it, gcloud itself is asked. */
async function sdkRoot(gcloud: string): Promise<string> {
  const root = dirname(dirname(await realpath(gcloud)));
  const children = await readdir(root).catch((): string[] => []);
  if (children.includes('platform')) return root;
  const { stdout } = await promisify(execFile)(gcloud, ['info', '--format=value(installation.sdk_root)']);
  return stdout.trim();
}

async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const files = await readdir(folder).catch((): string[] => []);
    if (files.includes(name)) return join(folder, name);
  }
  return undefined;
}

async function findJar(folder: string, pattern: RegExp): Promise<string | undefined> {
  const files = await readdir(folder).catch((): string[] => []);
  const file = files.find((name) => pattern.test(name));
  return file === undefined ? undefined : join(folder, file);
}
