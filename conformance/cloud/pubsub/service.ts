import type { Clock } from '../clock.ts';
import { type RpcSurroundings, type ServedService, serveService } from '../rpc/service.ts';
import { type Broker, createBroker } from './broker/broker.ts';
import { publisherHandlers } from './publisher.ts';
import { subscriberHandlers } from './subscriber.ts';

/** The Pub/Sub API, ready to be served, and the broker behind it. */
export interface PubsubService {
  /** Publisher and Subscriber; SchemaService only to say by name that it is not served. */
  readonly services: readonly ServedService[];
  readonly broker: Broker;
}

/** Creates the Pub/Sub API with an empty broker. Every time that it needs comes from the clock. */
export function createPubsubService({ clock }: { clock: Clock }, around: RpcSurroundings): PubsubService {
  const broker = createBroker({ clock, observe: around.observe });
  const handlers = {
    Publisher: publisherHandlers(broker),
    Subscriber: subscriberHandlers(broker, clock),
    SchemaService: { unary: {} },
  };
  const services = Object.entries(handlers).map(([name, served]) => {
    const source = {
      package_name: '@google-cloud/pubsub',
      file: 'build/protos/protos.json',
      service_name: `google.pubsub.v1.${name}`,
    };
    return serveService(source, served, around);
  });
  return { services, broker };
}
