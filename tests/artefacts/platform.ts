import { connect, createServer, type Socket } from 'node:net';
import type { EmbeddedCloud } from '../../conformance/cloud/server.ts';
import { type Installed, startArtefact } from './installed.ts';

/** The address for which tokens are made. */
const AUDIENCE = 'https://component.test';
/** Who may call. */
const CALLER = 'push@demo-artefacts.iam.gserviceaccount.com';

/** A component that was started as the platform starts it, and has answered. */
export interface OnPlatform {
  readonly child: ReturnType<typeof startArtefact>;
  readonly port: number;
  readonly address: string;
  /** Its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Start a component as Cloud Run and Cloud Functions do. */
export async function startOnPlatform(
  installed: Installed,
  component: string,
  cloud: EmbeddedCloud,
  firestore_host = cloud.firestore_host,
): Promise<OnPlatform> {
  const port = await freePort();
  const child = startArtefact(installed, component, {
    PORT: String(port),
    K_SERVICE: component,
    LISTEN_HOST: '127.0.0.1',
    FUNCTION_TARGET: component,
    FUNCTION_SIGNATURE_TYPE: 'http',
    LOG_EXECUTION_ID: 'true',
    GOOGLE_CLOUD_PROJECT: 'demo-artefacts',
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: firestore_host,
    METADATA_SERVER_DETECTION: 'none',
    PHASE4_WAIT_SECONDS: '2',
    PHASE4_POLL_SECONDS: '1',
    PUSH_AUDIENCE: AUDIENCE,
    PUSH_SERVICE_ACCOUNTS: CALLER,
    PUSH_SIGNATURE: 'platform',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = `http://127.0.0.1:${port}`;
  const over = ended.then((code) => {
    throw new Error(`${component} ended with ${code} before it answered; it said: ${said}`);
  });
  over.catch(() => {});
  await Promise.race([answers(`${address}/health`), over]);
  return { child, port, address, ended };
}

/** Write a token as Cloud Run hands it on: checked, and without its signature. */
export function platformToken(email = CALLER): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://accounts.google.com', aud: AUDIENCE, email, email_verified: true };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const times = { sub: '1', iat: now, exp: now + 600 };
  return `${part({ alg: 'RS256', kid: 'k' })}.${part({ ...claims, ...times })}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

/** Await that nobody listens on a port any more; the test's own limit ends it. */
export async function refuses(port: number): Promise<void> {
  while (await accepts(port)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A way to a server on which nothing passes until it is opened. */
export interface Barrier {
  readonly host: string;
  /** Resolves when somebody has sent something that waits here. */
  readonly reached: Promise<void>;
  open(): void;
  stop(): Promise<void>;
}

/** Put a barrier before a server, such as `127.0.0.1:4000`. */
export async function startBarrier(host: string): Promise<Barrier> {
  const [name = '', port] = host.split(':');
  const sockets = new Set<Socket>();
  let open = (): void => undefined;
  let reach = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const server = createServer((inner) => {
    const outer = connect(Number(port), name);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    inner.once('readable', () => reach());
    inner.once('close', () => outer.destroy());
    void opened.then(() => inner.pipe(outer).pipe(inner));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    reached,
    open,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Asks until somebody answers; the test's own limit ends it. */
async function answers(url: string): Promise<void> {
  const asked = (): Promise<boolean> =>
    fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
  while (!(await asked())) await new Promise((resolve) => setTimeout(resolve, 50));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
