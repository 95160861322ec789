import { PubSub, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import type { Inbox } from './endpoint.ts';

/** The official clients of one cloud, for all sequences. */
export interface Clients {
  readonly pubsub: PubSub;
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
}

/** A message that was taken. */
export interface Taken {
  readonly ack_id: string;
  readonly payload: string;
  /** What is compared: payload, attributes, key, delivery attempt. */
  readonly shown: string;
  readonly key: string;
}

/** No call is made twice: a publish that was repeated because it took long would count as two. */
export const ONCE = {
  retry: {
    retryCodes: [],
    backoffSettings: {
      initialRetryDelayMillis: 1,
      retryDelayMultiplier: 1,
      maxRetryDelayMillis: 1,
      initialRpcTimeoutMillis: 120_000,
      rpcTimeoutMultiplier: 1,
      maxRpcTimeoutMillis: 120_000,
      totalTimeoutMillis: 120_000,
    },
  },
};

/** Where a sequence takes place on one cloud. */
export interface Stage {
  readonly clients: Clients;
  readonly project: string;
  /** What was taken from each subscription since it was created, by its letter. */
  readonly taken: Map<string, Taken[]>;
  /** Subscriptions from which a stream took. What comes later may still be with that stream (`after-stream`). */
  readonly streamed: Set<string>;
  /** What was pushed to each subscription. */
  readonly inboxes: Map<string, Inbox>;
}

/** Connects the official clients to a cloud. */
export function connectClients(host: string): Clients {
  const [servicePath = '', port] = host.split(':');
  const options = {
    servicePath,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    projectId: 'demo-differential',
  };
  return {
    pubsub: new PubSub({ projectId: 'demo-differential', apiEndpoint: host }),
    publisher: new v1.PublisherClient(options),
    subscriber: new v1.SubscriberClient(options),
  };
}

export const topicName = ({ project }: Stage, topic: string) => `projects/${project}/topics/topic-${topic}`;
export const subscriptionName = ({ project }: Stage, subscription: string) =>
  `projects/${project}/subscriptions/subscription-${subscription}`;
export const snapshotName = ({ project }: Stage, snapshot: string) =>
  `projects/${project}/snapshots/snapshot-${snapshot}`;
