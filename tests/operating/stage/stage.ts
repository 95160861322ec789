import { once } from 'node:events';
import { createServer } from 'node:http';
import { PubSub } from '@google-cloud/pubsub';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import { main } from '../../../reference/cli/main.ts';
import { createDeadLetters, type GoogleDeadLetters } from '../../../reference/google/dead-letters.ts';
import { createPorts, type GooglePorts } from '../../../reference/google/ports.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { LOCAL_BACKOFF_MS, provision } from '../../../reference/local/provision.ts';
import type { Settings } from '../../../reference/ports/settings.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { type Served, serveComponent } from '../../../reference/services/serve.ts';
import { SETTINGS } from '../../reference/deliveries.ts';
import { type DeadWatch, watchDead } from './dead.ts';

/** The whole pipeline within this process, on a project of its own, and the `pipeline` command beside it. */
export interface Stage {
  readonly project: string;
  readonly ports: GooglePorts;
  readonly letters: GoogleDeadLetters;
  readonly pubsub: PubSub;
  /** The dead letters of the component that was to have some soon. */
  readonly dead: DeadWatch;
  readonly addresses: Readonly<Record<string, string>>;
  /** Stops a component: whoever calls it gets 503 from now on, as Cloud Run answers for a service that has no instance. */
  stopComponent(name: string): Promise<void>;
  /** Stops a component and leaves nobody at its address. */
  vacate(name: string): Promise<void>;
  /** Starts it again at the address where it was. */
  startComponent(name: string): Promise<void>;
  /** Subscribes for a component that was left out; what was published before is lost to it. */
  subscribe(name: string): Promise<void>;
  /** Runs the command as an operator would, with the exports of `pipeline serve`. */
  run(...args: string[]): Promise<{ readonly exit_code: number; readonly out: string; readonly err: string }>;
  /** The same where it must succeed. @throws what it printed, when it does not. */
  succeed(...args: string[]): Promise<void>;
  close(): Promise<void>;
}

/** What a stage may differ in. */
export interface StageOptions {
  readonly settings?: Partial<Settings>;
  /** Components that nobody has subscribed for: what is published for them is lost. */
  readonly without?: readonly string[];
  /** The day that the components believe it is. */
  readonly date?: string;
  /** The component whose nacked deliveries come again at once, where a test waits for its dead letters. */
  readonly soon_dead?: string;
  /** How much later it is for the operator than for the components, so that nothing counts as fresh. */
  readonly later_seconds?: number;
}

/** Enough players for a batch, in a third of the time that the whole slate takes. */
const FOUR_GAMES = { slate_replay_date: '2024-01-15', slate_replay_games: 4 };

/** The whole slate of the date, as it was. */
export const WHOLE_SLATE = { slate_replay_date: null, slate_replay_games: null };

/**
 * Soon enough for five deliveries in two seconds, which nobody who works at something else may be held to. Google's emulator
 * delivers again each second without a retry policy; with one it may stop for good once every message waits for its backoff.
 */
function soonMs(): number | undefined {
  return cloud === undefined ? undefined : 150;
}

/** Redeliveries at the pace of a test. */
const QUICK = { minimumBackoff: { seconds: 0, nanos: 50_000_000 }, maximumBackoff: { seconds: 5 } };

let cloud: EmbeddedCloud | undefined;
let stages = 0;

/** Where the stages' cloud is: the embedded one unless the environment already names another. */
export async function openCloud(): Promise<void> {
  process.env['METADATA_SERVER_DETECTION'] = 'none';
  process.env['LOG_LEVEL'] = 'fatal';
  if (process.env['PUBSUB_EMULATOR_HOST'] !== undefined) return;
  cloud = await startEmbeddedCloud();
  process.env['PUBSUB_EMULATOR_HOST'] = cloud.pubsub_host;
  process.env['FIRESTORE_EMULATOR_HOST'] = cloud.firestore_host;
}

/** Stops the cloud that `openCloud` started. */
export async function closeCloud(): Promise<void> {
  if (cloud === undefined) return;
  await cloud.stop();
  cloud = undefined;
  delete process.env['PUBSUB_EMULATOR_HOST'];
  delete process.env['FIRESTORE_EMULATOR_HOST'];
}

/** Set up a pipeline on a fresh project. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  stages += 1;
  const project = `demo-operating-${process.pid}-${stages}`;
  const clock_start = `${options.date ?? '2024-01-16'}T12:00:00Z`;
  const ahead_seconds = (Date.parse(clock_start) - Date.now()) / 1000 + (options.later_seconds ?? 0);
  const settings: Settings = { ...SETTINGS, ...FOUR_GAMES, project, clock_start, ...options.settings };
  const ports = createPorts(settings);
  const letters = createDeadLetters(project);
  const pubsub = new PubSub({ projectId: project });
  const begun = await Promise.all(
    Object.keys(COMPONENT_LOADERS).map(
      async (name) => [name, await serveOne(name, ports, settings, 0)] as const,
    ),
  );
  const served = new Map<string, Pick<Served, 'stop'>>(begun);
  const addresses = Object.fromEntries(begun.map(([name, { address }]) => [name, address]));
  await provision(pubsub, addresses, (component) =>
    component === options.soon_dead ? soonMs() : LOCAL_BACKOFF_MS,
  );
  const dead = await watchDead(pubsub, options.soon_dead);
  const subscriptionsOf = (component: string) =>
    Object.entries(SUBSCRIPTIONS).filter(([, subscription]) => subscription.component === component);
  const without = (options.without ?? []).flatMap(subscriptionsOf);
  await Promise.all(without.map(([name]) => pubsub.subscription(name).delete()));
  const portOf = (name: string) => Number(new URL(addresses[name] ?? '').port);
  const stopComponent = async (name: string) => {
    await served.get(name)?.stop(0);
    served.set(name, await serveNothing(portOf(name)));
  };
  return {
    project,
    ports,
    letters,
    pubsub,
    dead,
    addresses,
    stopComponent,
    async vacate(name) {
      await served.get(name)?.stop(0);
      served.delete(name);
    },
    async startComponent(name) {
      await served.get(name)?.stop(0);
      served.set(name, await serveOne(name, ports, settings, portOf(name)));
    },
    async subscribe(name) {
      const wanted = subscriptionsOf(name);
      await Promise.all(
        wanted.map(([subscription, { topic, push_path }]) =>
          pubsub.topic(topic).createSubscription(subscription, {
            pushConfig: { pushEndpoint: `${addresses[name]}${push_path}` },
            retryPolicy: QUICK,
          }),
        ),
      );
    },
    run: (...args) => runCommand(args, { project, addresses, ahead_seconds }),
    async succeed(...args) {
      const { exit_code, out, err } = await runCommand(args, { project, addresses, ahead_seconds });
      if (exit_code !== 0)
        throw new Error(`pipeline ${args.join(' ')} ended with ${exit_code}: ${out}${err}`);
    },
    async close() {
      await dead.close();
      // First nothing more is pushed, then what is under way ends, then the stores go.
      const [subscriptions] = await pubsub.getSubscriptions();
      await Promise.all(subscriptions.map((subscription) => subscription.delete()));
      await Promise.all([...served.values()].map((component) => component.stop(30_000)));
      await Promise.all([ports.close(), letters.close(), pubsub.close()]);
    },
  };
}

/** Answers as Cloud Run does for a service of which no instance runs. */
async function serveNothing(port: number): Promise<Pick<Served, 'stop'>> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(503).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serveOne(name: string, ports: GooglePorts, settings: Settings, port: number): Promise<Served> {
  const create = await COMPONENT_LOADERS[name]?.();
  if (create === undefined) throw new Error(`expected a component, got ${name}`);
  return serveComponent(createShell(create(ports, settings), ports.log), '127.0.0.1', port);
}

/** Lends the exports of `pipeline serve` to one run of the command, and collects what it prints. */
export async function runCommand(
  args: readonly string[],
  place: { project: string; addresses: Readonly<Record<string, string>>; ahead_seconds: number },
) {
  const said = { out: '', err: '' };
  const { write: writeOut } = process.stdout;
  const { write: writeErr } = process.stderr;
  process.stdout.write = (text: unknown) => {
    said.out += String(text);
    return true;
  };
  process.stderr.write = (text: unknown) => {
    said.err += String(text);
    return true;
  };
  process.env['GOOGLE_CLOUD_PROJECT'] = place.project;
  process.env['PIPELINE_URLS'] = Object.entries(place.addresses)
    .map(([name, url]) => `${name}=${url}`)
    .join(',');
  process.env['CLOCK_AHEAD_SECONDS'] = String(place.ahead_seconds);
  try {
    const exit_code = await main(args);
    return { exit_code, ...said };
  } finally {
    process.stdout.write = writeOut;
    process.stderr.write = writeErr;
  }
}

/** By then nothing more is expected to come, also on a busy machine. */
const PATIENCE_MS = 120_000;

/**
 * Look again and again until what is seen is what is waited for.
 *
 * @param what completes "waited for …".
 * @throws when it does not come, with what was seen last.
 */
export async function until<Value>(
  what: string,
  look: () => Promise<Value>,
  isIt: (value: Value) => boolean,
): Promise<Value> {
  const deadline_ms = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    if (Date.now() > deadline_ms) {
      throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}; seen last: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
