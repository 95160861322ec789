import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import { implementService, loadServiceDefinition, type RpcSurroundings } from '../rpc/service.ts';
import { type Broker, createBroker } from './broker/broker.ts';
import { publisherHandlers } from './publisher.ts';
import { subscriberHandlers } from './subscriber.ts';

/** The Pub/Sub API, ready to be added to a gRPC server, and the broker behind it. */
export interface PubsubService {
  /** Publisher and Subscriber; SchemaService only to say by name that it is not served. */
  readonly services: readonly {
    readonly definition: ServiceDefinition;
    readonly implementation: UntypedServiceImplementation;
  }[];
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
    const definition = loadServiceDefinition(
      '@google-cloud/pubsub',
      'build/protos/protos.json',
      `google.pubsub.v1.${name}`,
    );
    return { definition, implementation: implementService(definition, served, around) };
  });
  return { services, broker };
}
