import type { Clock } from '../clock.ts';
import type { ServiceSource } from '../rpc/definitions.ts';
import { type RpcSurroundings, type ServedService, serveService } from '../rpc/service.ts';
import type { Storage } from '../storage/storage.ts';
import { type Broker, createBroker } from './broker/broker.ts';
import { iamHandlers } from './handlers/iam.ts';
import { publisherHandlers } from './handlers/publisher.ts';
import { schemaHandlers } from './handlers/schemas.ts';
import { subscriberHandlers } from './handlers/subscriber.ts';
import { createKeeper } from './kept/stored.ts';
import type { KeepUnserved } from './requests/refusals.ts';

/** The Pub/Sub API, ready to be served, and the broker behind it. */
export interface PubsubService {
  /** Publisher, Subscriber, SchemaService and IAMPolicy. */
  readonly services: readonly ServedService[];
  readonly broker: Broker;
}

/**
 * Creates the Pub/Sub API. Every time that it needs comes from the clock.
 *
 * @param options `keep` is told of fields that are kept without effect; without it they are refused. `kept` is where
 *                everything is kept; without it everything ends with the process.
 */
export function createPubsubService(
  {
    clock,
    keep,
    kept,
  }: {
    readonly clock: Clock;
    readonly keep?: KeepUnserved | undefined;
    readonly kept?: { readonly storage: Storage; readonly life: number } | undefined;
  },
  around: RpcSurroundings,
): PubsubService {
  const keeper = kept === undefined ? undefined : createKeeper(kept.storage, kept.life);
  const broker = createBroker({ clock, observe: around.observe, keeper });
  const handlers = {
    Publisher: publisherHandlers(broker, keep),
    Subscriber: subscriberHandlers(broker, clock, keep),
    SchemaService: schemaHandlers(broker, clock),
  };
  const services = Object.entries(handlers).map(([name, served]) => {
    const source = {
      package_name: '@google-cloud/pubsub',
      file: 'build/protos/protos.json',
      service_name: `google.pubsub.v1.${name}`,
    };
    return serveService(source, served, around);
  });
  return { services: [...services, serveService(IAM, iamHandlers(broker), around)], broker };
}

/** Access policies are an API of their own, whose definition the clients' common base ships. */
const IAM: ServiceSource = {
  package_name: 'google-gax',
  file: 'build/protos/iam_service.json',
  service_name: 'google.iam.v1.IAMPolicy',
  more_paths: { GetIamPolicy: { get: '/v1/{resource=**}:getIamPolicy' } },
};
