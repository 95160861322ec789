import { randomUUID } from 'node:crypto';
import { PubSub, type protos, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Backend } from './backend.ts';

// The clients would otherwise look for a metadata server that is not there, and warn about it.
process.env['METADATA_SERVER_DETECTION'] = 'none';

type Api = typeof protos.google.pubsub.v1;
type Message = Parameters<Api['PubsubMessage']['create']>[0];
type Subscription = Parameters<Api['Subscription']['create']>[0];
type Received = protos.google.pubsub.v1.IReceivedMessage;

/** One project of one test, with the official clients on it. */
export interface World {
  readonly project: string;
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
  /** The high-level client of this project. */
  readonly pubsub: PubSub;
  topicName(id: string): string;
  subscriptionName(id: string): string;
  createTopic(id: string): Promise<string>;
  createSubscription(id: string, topic: string, extra?: Subscription): Promise<string>;
  /** Publishes in one request and returns the message ids. Text stands for a message with that payload. */
  publish(topic: string, ...messages: readonly (string | Message)[]): Promise<readonly string[]>;
  /** Pulls until it has got `count` messages, in the order of arrival. */
  pull(subscription: string, count: number): Promise<readonly Received[]>;
  ack(subscription: string, received: readonly Received[]): Promise<void>;
  nack(subscription: string, received: readonly Received[]): Promise<void>;
}

/** The clients of one backend; their channels are shared by all worlds on it. */
export interface Clients {
  newWorld(): World;
  close(): Promise<void>;
}

/** Gives each test of a suite a world of its own, on clients that the suite shares; `enter` makes what the test finds there. */
export function openForEachTest(backend: () => Backend, enter: (world: World) => Promise<void> | void): void {
  let clients: Clients;
  beforeAll(() => {
    clients = connect(backend());
  });
  beforeEach(() => enter(clients.newWorld()));
  afterAll(() => clients.close());
}

/** Connects the official clients to a backend, as its emulator host variable would. */
export function connect(backend: Backend): Clients {
  const [servicePath = '', port] = backend.pubsub_host.split(':');
  const options = {
    servicePath,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    projectId: 'demo-clients',
  };
  const publisher = new v1.PublisherClient(options);
  const subscriber = new v1.SubscriberClient(options);
  const opened: PubSub[] = [];
  return {
    newWorld() {
      const project = `demo-${randomUUID()}`;
      const pubsub = new PubSub({ projectId: project, apiEndpoint: backend.pubsub_host });
      opened.push(pubsub);
      return createWorld(project, pubsub, publisher, subscriber);
    },
    async close() {
      await Promise.all([publisher.close(), subscriber.close(), ...opened.map((each) => each.close())]);
    },
  };
}

function createWorld(
  project: string,
  pubsub: PubSub,
  publisher: v1.PublisherClient,
  subscriber: v1.SubscriberClient,
): World {
  const topicName = (id: string) => `projects/${project}/topics/${id}`;
  const subscriptionName = (id: string) => `projects/${project}/subscriptions/${id}`;
  return {
    project,
    pubsub,
    publisher,
    subscriber,
    topicName,
    subscriptionName,
    async createTopic(id) {
      await publisher.createTopic({ name: topicName(id) });
      return topicName(id);
    },
    async createSubscription(id, topic, extra = {}) {
      await subscriber.createSubscription({ ...extra, name: subscriptionName(id), topic });
      return subscriptionName(id);
    },
    async publish(topic, ...messages) {
      const asMessage = (message: string | Message) =>
        typeof message === 'string' ? { data: Buffer.from(message) } : message;
      const [{ messageIds }] = await publisher.publish({
        topic,
        messages: messages.map((message) => asMessage(message) ?? {}),
      });
      return messageIds ?? [];
    },
    async pull(subscription, count) {
      const received: Received[] = [];
      while (received.length < count) {
        const maxMessages = count - received.length;
        const [response] = await subscriber.pull({ subscription, maxMessages });
        received.push(...(response.receivedMessages ?? []));
      }
      return received;
    },
    async ack(subscription, received) {
      await subscriber.acknowledge({ subscription, ackIds: ackIds(received) });
    },
    async nack(subscription, received) {
      await subscriber.modifyAckDeadline({ subscription, ackIds: ackIds(received), ackDeadlineSeconds: 0 });
    },
  };
}

/** The ids that acknowledge what was received. */
export function ackIds(received: readonly Received[]): string[] {
  return received.map(({ ackId }) => ackId ?? '');
}

/** The payloads of what was received, as text. */
export function payloads(received: readonly Received[]): string[] {
  return received.map(({ message }) => Buffer.from(message?.data ?? '').toString());
}
