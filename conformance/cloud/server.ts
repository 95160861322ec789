import { status } from '@grpc/grpc-js';
import { type Gate, type Observer, OPEN_GATE } from './calls.ts';
import { type Clock, systemClock } from './clock.ts';
import { createFirestoreService, type FirestoreService } from './firestore/service.ts';
import { createPubsubService, type PubsubService } from './pubsub/service.ts';
import type { Control } from './rest/controls.ts';
import type { Json } from './rest/json/json.ts';
import { createRestListener } from './rest/listener.ts';
import { listen, type RunningServer } from './rpc/listen.ts';
import { RpcError, type ServedService, servedThrough } from './rpc/service.ts';
import { exportTo, importFrom } from './storage/dump.ts';
import { beginLife } from './storage/life.ts';
import { openLmdbStorage } from './storage/lmdb.ts';
import { createMemoryStorage } from './storage/memory.ts';
import type { Storage } from './storage/storage.ts';

/** What an embedded cloud may be given; everything has a default. */
export interface EmbeddedCloudOptions {
  /** Default: real time. */
  readonly clock?: Clock;
  /** Default: every call is served at once. */
  readonly gate?: Gate;
  /** Default: nobody watches. */
  readonly observe?: Observer;
  /** Default 0: any free port. */
  readonly pubsub_port?: number;
  readonly firestore_port?: number;
  /** Called for `POST /shutdown`, with which scripts end Google's emulators. Default: such a request is refused. */
  readonly shutdown?: () => void;
  /**
   * Keeps and shows fields of topics and subscriptions that have no effect here, such as a KMS key, and is told of each.
   * Default: such a field is refused.
   */
  readonly accept_unsupported?: (field: string) => void;
  /** A folder in which everything is kept, and from which everything comes. Default: memory, which ends with the process. */
  readonly data?: string;
  /** Whether an answer waits for the disk, so that a power cut loses nothing either. Default false. */
  readonly sync?: boolean;
  /** A folder with an export, with which to begin. `data` must be empty then. */
  readonly import_from?: string;
  /** A folder into which everything is exported when the cloud is stopped. */
  readonly export_to?: string;
}

/** Two addresses of a cloud. */
export interface CloudDoor {
  /** `127.0.0.1:PORT`, the value of PUBSUB_EMULATOR_HOST. */
  readonly pubsub_host: string;
  /** `127.0.0.1:PORT`, the value of FIRESTORE_EMULATOR_HOST. */
  readonly firestore_host: string;
}

/** A Pub/Sub and a Firestore that listen on this machine, for gRPC and REST. */
export interface EmbeddedCloud extends CloudDoor {
  /**
   * Opens two more ports of the same cloud. The gate and the observer are told `origin` with each call, publish and commit
   * that comes through them, so that they know who made it.
   */
  openDoor(origin: string): Promise<CloudDoor>;
  /** Breaks off what is under way and frees all ports. What was stored is gone, unless `data` or `export_to` names a folder. */
  stop(): Promise<void>;
}

/**
 * Starts both services.
 *
 * @throws {PortError} if a port that was asked for is not free; nothing stays open then.
 * @throws {StorageError} if a folder cannot be used, or the package `lmdb` is needed and not installed.
 */
export async function startEmbeddedCloud(options: EmbeddedCloudOptions = {}): Promise<EmbeddedCloud> {
  const { clock = systemClock, gate = OPEN_GATE, observe = () => {} } = options;
  const storage = await openStorage(options);
  const close = async () => void (await storage?.close());
  const kept = await keptIn(storage).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  let sequence = 0;
  const around = {
    gate,
    observe,
    origin: null,
    nextSequence: () => ++sequence,
    kept: options.data === undefined ? undefined : storage?.kept,
  };
  const pubsub = createPubsubService(
    { clock, keep: options.accept_unsupported, kept },
    { ...around, service: 'pubsub' },
  );
  const firestore = createFirestoreService({ clock, kept }, { ...around, service: 'firestore' });

  const servers: RunningServer[] = [];
  const stopServers = () => Promise.all(servers.map((server) => server.stop()));
  const controls = controlsOf(pubsub, firestore, options.shutdown, around.kept);
  const serve = async (
    services: readonly ServedService[],
    own: readonly Control[],
    port = 0,
  ): Promise<string> => {
    const server = await listen(services, createRestListener(services, own), port);
    servers.push(server);
    return `127.0.0.1:${server.port}`;
  };
  const open = async (through: (service: ServedService) => ServedService, ports: EmbeddedCloudOptions) => ({
    pubsub_host: await serve(pubsub.services.map(through), controls.pubsub, ports.pubsub_port),
    firestore_host: await serve([through(firestore)], controls.firestore, ports.firestore_port),
  });
  const main = await open((service) => service, options).catch(async (error: unknown) => {
    pubsub.broker.close();
    await stopServers();
    await close();
    throw error;
  });
  return {
    ...main,
    openDoor: (origin) => open((service) => servedThrough(origin, service), {}),
    async stop() {
      pubsub.broker.close();
      await stopServers();
      try {
        if (storage !== undefined && options.export_to !== undefined)
          await exportTo(options.export_to, storage);
      } finally {
        await close();
      }
    },
  };
}

/** Opens where things are kept, with what is imported; undefined when nothing is. */
async function openStorage({ data, sync = false, import_from, export_to }: EmbeddedCloudOptions) {
  if (data === undefined && import_from === undefined && export_to === undefined) return undefined;
  const storage = data === undefined ? createMemoryStorage() : await openLmdbStorage(data, { sync });
  try {
    if (import_from !== undefined) await importFrom(import_from, storage);
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function keptIn(storage: Storage | undefined) {
  return storage === undefined ? undefined : { storage, life: await beginLife(storage) };
}

/** What scripts ask Google's emulators for, beside their APIs. */
function controlsOf(
  pubsub: PubsubService,
  firestore: FirestoreService,
  shutdown: (() => void) | undefined,
  kept: (() => Promise<void>) | undefined,
) {
  const reset = (empty: () => void): Control => ({
    verb: 'POST',
    path: /^\/reset$/,
    async run() {
      empty();
      await kept?.();
      return 'Resetting...\n';
    },
  });
  const ending: Control = {
    verb: 'POST',
    path: /^\/shutdown$/,
    run() {
      if (shutdown === undefined) {
        throw new RpcError(status.UNIMPLEMENTED, 'whoever started this embedded cloud ends it');
      }
      setImmediate(shutdown);
      return 'Shutting down...\n';
    },
  };
  const clearing: Control = {
    verb: 'DELETE',
    path: /^\/emulator\/v1\/projects\/([^/]+)\/databases\/([^/]+)\/documents$/,
    async run(project = '', database = '') {
      firestore.clear({ project, database });
      await kept?.();
      return {};
    },
  };
  return {
    pubsub: [
      reset(() => pubsub.broker.reset()),
      ending,
      {
        verb: 'GET',
        path: /^\/oauth2\/v3\/certs$/,
        run: () => pubsub.broker.keys.keySet() as unknown as Json,
      },
      { verb: 'GET', path: /^\/oauth2\/v1\/certs$/, run: () => ({ ...pubsub.broker.keys.pems() }) },
    ] satisfies Control[],
    firestore: [reset(() => firestore.reset()), clearing, ending],
  };
}
