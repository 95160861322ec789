import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import type { CloudEvent } from '../../../conformance/cloud/calls.ts';
import { startEmbeddedCloud } from '../../../conformance/cloud/server.ts';

/** A program that its test started on a cloud of its own. */
export interface Stranger {
  /** Delivers a message as a push does, each time under a new messageId, and gives the HTTP status. */
  deliver(message: object): Promise<number>;
  sweep(): Promise<{ readonly status: number; readonly content: unknown }>;
  post(path: string, body: string): Promise<{ readonly status: number; readonly content: unknown }>;
  /** What it published to nba-phase4-trigger so far. */
  triggers(): readonly Readonly<Record<string, unknown>>[];
  /** How many commits the store has made for it. */
  commits(): number;
  /** Lets the broker refuse every publish, or take them again. */
  failPublishes(failing: boolean): void;
  /** Holds the next publish back. `arrived` resolves when it is asked for, and `release` lets it through. */
  holdPublish(): { readonly arrived: Promise<void>; release(): void };
  stop(): Promise<void>;
}

const PROJECT = 'demo-stranger';
const FOLDER = fileURLToPath(new URL('../python/', import.meta.url));

/** Starts the orchestrator in Python and waits for its ready line. @throws {Error} with its output if it ends instead. */
export async function startStranger(): Promise<Stranger> {
  const events: CloudEvent[] = [];
  let failing = false;
  let held: (() => Promise<void>) | undefined;
  const cloud = await startEmbeddedCloud({
    async gate({ method }) {
      if (method !== 'Publish') return { kind: 'serve' };
      if (failing) return { kind: 'fail', code: status.UNAVAILABLE, message: 'on purpose' };
      const hold = held;
      held = undefined;
      await hold?.();
      return { kind: 'serve' };
    },
    observe: (event) => events.push(event),
  });
  const topic = `http://${cloud.pubsub_host}/v1/projects/${PROJECT}/topics/nba-phase4-trigger`;
  await fetch(topic, { method: 'PUT' });
  const child = spawn('python3', ['orchestrator.py'], {
    cwd: FOLDER,
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      PORT: '0',
      GOOGLE_CLOUD_PROJECT: PROJECT,
      PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
      FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
    },
  });
  const url = await readyUrl(child);
  const post: Stranger['post'] = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method: 'POST', headers, body });
    return { status: response.status, content: await response.json() };
  };
  let messages = 0;
  return {
    post,
    sweep: () => post('/sweep', ''),
    async deliver(message) {
      const data = Buffer.from(JSON.stringify(message)).toString('base64');
      messages += 1;
      const envelope = { message: { data, messageId: String(messages), attributes: {} }, subscription: 's' };
      return (await post('/', JSON.stringify(envelope))).status;
    },
    triggers: () =>
      events.flatMap((event) => (event.kind === 'publish' ? [JSON.parse(event.data.toString())] : [])),
    commits: () => events.filter(({ kind }) => kind === 'commit').length,
    failPublishes(now_failing) {
      failing = now_failing;
    },
    holdPublish() {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const arrived = new Promise<void>((resolve) => {
        held = () => {
          resolve();
          return released;
        };
      });
      return { arrived, release };
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await cloud.stop();
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const listen = (text: Buffer) => {
      output += text.toString();
      const url = /listening on (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the orchestrator ended with code ${code}:\n${output}`)));
  });
}
