import { type Gate, type Observer, OPEN_GATE } from './calls.ts';
import { type Clock, systemClock } from './clock.ts';
import { createFirestoreService } from './firestore/service.ts';
import { createPubsubService } from './pubsub/service.ts';
import { createRestListener } from './rest/listener.ts';
import { listen } from './rpc/listen.ts';
import type { ServedService } from './rpc/service.ts';

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
}

/** A Pub/Sub and a Firestore that listen on this machine, for gRPC and REST, and hold everything in memory. */
export interface EmbeddedCloud {
  /** `127.0.0.1:PORT`, the value of PUBSUB_EMULATOR_HOST. */
  readonly pubsub_host: string;
  /** `127.0.0.1:PORT`, the value of FIRESTORE_EMULATOR_HOST. */
  readonly firestore_host: string;
  /** Breaks off what is under way and frees both ports. What was stored is gone. */
  stop(): Promise<void>;
}

/** Starts both services. @throws {PortError} if a port that was asked for is not free; nothing stays open then. */
export async function startEmbeddedCloud(options: EmbeddedCloudOptions = {}): Promise<EmbeddedCloud> {
  const { clock = systemClock, gate = OPEN_GATE, observe = () => {} } = options;
  let sequence = 0;
  const around = { gate, observe, nextSequence: () => ++sequence };
  const pubsub = createPubsubService({ clock }, { ...around, service: 'pubsub' });
  const firestore = createFirestoreService({ clock }, { ...around, service: 'firestore' });

  const serve = (services: readonly ServedService[], port = 0) =>
    listen(services, createRestListener(services), port);
  const pubsub_server = await serve(pubsub.services, options.pubsub_port);
  const firestore_server = await serve([firestore], options.firestore_port).catch(async (error: unknown) => {
    await pubsub_server.stop();
    throw error;
  });
  return {
    pubsub_host: `127.0.0.1:${pubsub_server.port}`,
    firestore_host: `127.0.0.1:${firestore_server.port}`,
    async stop() {
      pubsub.broker.close();
      await Promise.all([pubsub_server.stop(), firestore_server.stop()]);
    },
  };
}
