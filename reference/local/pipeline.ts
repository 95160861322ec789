import { existsSync } from 'node:fs';
import path from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { COMPONENTS } from '../../generated/topology.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { type Child, ROOT, startChild } from './child.ts';
import { provision } from './provision.ts';

/** The whole pipeline on this machine: a cloud, and one process per component. */
export interface LocalPipeline {
  /** Environment that lets a client in this process talk to the same cloud. */
  readonly environment: Readonly<Record<string, string>>;
  /** Base URL per component. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly pubsub: PubSub;
  /** Ends the process of one component; nobody is left at its address. */
  stopComponent(name: string): Promise<void>;
  /** Starts it again where it was. */
  startComponent(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** What the caller of `startPipeline` decides. */
export interface LocalOptions {
  readonly project: string;
  /** Extra environment for every component, such as CLOCK_START. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder in which the cloud keeps what it is told; without it everything ends with the process. */
  readonly data?: string;
  readonly onLog: (line: string) => void;
}

const CLOUD_PROGRAM = 'conformance/cloud/start.mjs';
const SERVICE_PROGRAM = 'reference/services/start.mjs';

/**
 * Starts a cloud (unless PUBSUB_EMULATOR_HOST and FIRESTORE_EMULATOR_HOST already name one), every component of the
 * contract as a process of its own, and creates the contract's topics and subscriptions.
 *
 * @throws {PipelineError} INVALID_CONFIGURATION when a process does not become ready; everything started is stopped.
 */
export async function startPipeline(options: LocalOptions): Promise<LocalPipeline> {
  const children: Child[] = [];
  // The cloud, which was started first, goes last, so that a component can finish what it is doing.
  const stopAll = async (): Promise<void> => {
    const [cloud, ...components] = children.splice(0);
    await Promise.all(components.map((child) => child.stop()));
    await cloud?.stop();
  };
  const keep = (child: Child): Child => {
    children.push(child);
    return child;
  };
  const running = new Map<string, Child>();
  try {
    const hosts = presentHosts(options) ?? (await startCloud(options, keep));
    const environment = {
      ...hosts,
      GOOGLE_CLOUD_PROJECT: options.project,
      METADATA_SERVER_DETECTION: 'none',
      ...options.environment,
    };
    await prepareServices();
    const startOne = async (name: string, port: string): Promise<string> => {
      const ready = /^listening on (http:\/\/\S+)$/;
      const child = keep(
        await startChild(SERVICE_PROGRAM, [name], { ...environment, PORT: port }, ready, options.onLog),
      );
      running.set(name, child);
      return child.ready[1] ?? '';
    };
    const components = Object.entries(COMPONENTS).filter(([, component]) => component.runs_as !== 'external');
    const addresses = Object.fromEntries(
      await Promise.all(components.map(async ([name]) => [name, await startOne(name, '0')] as const)),
    );
    const restore = lendEnvironment(environment);
    const pubsub = new PubSub({ projectId: options.project });
    await provision(pubsub, addresses);
    return {
      environment,
      addresses,
      pubsub,
      stopComponent: async (name) => running.get(name)?.stop(),
      async startComponent(name) {
        await running.get(name)?.stop();
        await startOne(name, new URL(addresses[name] ?? '').port);
      },
      async stop() {
        await pubsub.close();
        restore();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Once for all, since the components start together; an installed package holds them built, and no bundler. */
async function prepareServices(): Promise<void> {
  if (!existsSync(path.join(ROOT, 'reference/services/bundle.mjs'))) return;
  const { freshServices } = await import('../services/bundle.mjs');
  await freshServices();
}

/** Google's clients in this process read their addresses from the environment; afterwards it is as it was. */
function lendEnvironment(environment: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function presentHosts({ data }: LocalOptions): Record<string, string> | undefined {
  const pubsub = process.env['PUBSUB_EMULATOR_HOST'];
  const firestore = process.env['FIRESTORE_EMULATOR_HOST'];
  if (pubsub === undefined || firestore === undefined) return undefined;
  if (data !== undefined) {
    throw new PipelineError(
      'INVALID_CONFIGURATION',
      `--data is for a cloud that is started here, and PUBSUB_EMULATOR_HOST names one at ${pubsub} that runs already; unset it and FIRESTORE_EMULATOR_HOST, or leave --data out`,
      { data, pubsub, firestore },
    );
  }
  return { PUBSUB_EMULATOR_HOST: pubsub, FIRESTORE_EMULATOR_HOST: firestore };
}

async function startCloud(
  options: LocalOptions,
  keep: (child: Child) => Child,
): Promise<Record<string, string>> {
  const hosts: Record<string, string> = {};
  const hear = (line: string): void => {
    const match = /^export (\w+_EMULATOR_HOST)=(\S+)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) hosts[match[1]] = match[2];
    else options.onLog(line);
  };
  const args = options.data === undefined ? [] : ['--data', options.data];
  const ready = /^export FIRESTORE_EMULATOR_HOST=(\S+)$/;
  const cloud = keep(await startChild(CLOUD_PROGRAM, args, {}, ready, hear));
  return { ...hosts, FIRESTORE_EMULATOR_HOST: cloud.ready[1] ?? '' };
}
