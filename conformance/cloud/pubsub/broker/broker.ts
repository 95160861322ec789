import { status } from '@grpc/grpc-js';
import type { CloudEvent, Observer } from '../../calls.ts';
import type { Clock } from '../../clock.ts';
import { currentOrigin } from '../../origin.ts';
import { RpcError } from '../../rpc/service.ts';
import { DELETED_TOPIC, type SubscriptionConfig, type TopicConfig } from '../config.ts';
import type { PublishedMessage } from '../delivery/state.ts';
import { FORGETFUL } from '../kept/forgetful.ts';
import type { Form, Keeper } from '../kept/keeper.ts';
import { createPushSender } from '../push/sender.ts';
import type { TokenMaker } from '../push/tokens.ts';
import type { Schema } from '../schemas/definition.ts';
import { deadLetterAttributes } from './dead-letter.ts';
import { createHistory } from './history.ts';
import type { Subscription, SubscriptionBefore } from './ports.ts';
import { createSnapshots, expiryOf, SNAPSHOT_FORM, type Snapshot, type Snapshots } from './snapshots.ts';
import { openSubscription } from './subscription.ts';

/** A message as a publisher hands it in. */
export type MessageDraft = Pick<PublishedMessage, 'data' | 'attributes' | 'ordering_key' | 'size_bytes'>;

/** Who may do what with a resource: kept and shown, and binding nobody. */
export interface Policy {
  readonly version: number;
  readonly bindings: readonly unknown[];
  readonly etag: Buffer;
}

/** All topics and subscriptions of one server, by full resource name, and therefore apart per project. */
export interface Broker {
  /** @throws {RpcError} ALREADY_EXISTS. */
  createTopic(config: TopicConfig): void;
  /** @throws {RpcError} NOT_FOUND, as every method that takes the name of what must exist. */
  topic(name: string): TopicConfig;
  updateTopic(config: TopicConfig): void;
  /** Its subscriptions stay, with what they hold, on `_deleted-topic_`. */
  deleteTopic(name: string): void;
  /** Sorted by name. */
  topics(project: string): readonly TopicConfig[];
  /** Sorted by name; of every project. */
  subscriptionsOf(topic: string): readonly SubscriptionConfig[];
  /** @returns the message ids, in order. */
  publish(topic: string, drafts: readonly MessageDraft[]): readonly string[];
  createSubscription(config: SubscriptionConfig): void;
  subscription(name: string): Subscription;
  deleteSubscription(name: string): void;
  /** Takes a subscription off its topic for good and drops what it holds. */
  detach(name: string): void;
  /** Keeps what a subscription has unacked now, under a name. @throws {RpcError} ALREADY_EXISTS. */
  createSnapshot(name: string, subscription: string, labels: Readonly<Record<string, string>>): Snapshot;
  readonly snapshots: Snapshots;
  /** By full name of a topic, subscription or snapshot that exists. */
  readonly policies: Map<string, Policy>;
  /** Makes unacked what was published since a time, as far as it was kept, and nothing else. */
  seekToTime(subscription: string, from_ms: number): void;
  /** Makes unacked what a snapshot of the same topic had, and everything since. */
  seekToSnapshot(subscription: string, snapshot: string): void;
  /** Sorted by name. */
  subscriptions(project: string): readonly SubscriptionConfig[];
  /** By full name. */
  readonly schemas: Map<string, Schema>;
  /** The public half of the key that signs the tokens of pushes. */
  readonly keys: Pick<TokenMaker, 'keySet' | 'pems'>;
  /** Forgets everything that is there; numbers go on. */
  reset(): void;
  /** Ends timers, consumers and push connections. */
  close(): void;
}

/** Keeps a value as its own JSON. */
function asItIs<Value>(): Form<Value> {
  return { encode: (value) => value, decode: (json) => json as Value };
}

const POLICY_FORM: Form<Policy> = {
  encode: ({ etag, ...rest }) => ({ ...rest, etag: etag.toString('base64') }),
  decode(json) {
    const policy = json as Omit<Policy, 'etag'> & { readonly etag: string };
    return { ...policy, etag: Buffer.from(policy.etag, 'base64') };
  },
};

/**
 * Creates a broker with what the keeper remembers: nothing by default. Every publish is told to `observe` before any
 * subscription sees it.
 */
export function createBroker({
  clock,
  observe,
  keeper = FORGETFUL,
}: {
  readonly clock: Clock;
  readonly observe: Observer;
  readonly keeper?: Keeper | undefined;
}): Broker {
  const topics = keeper.map('topic', asItIs<TopicConfig>());
  const subscriptions = new Map<string, Subscription>();
  const push = createPushSender();
  let next_message_id = keeper.next.message_id;
  let next_serial = keeper.next.serial;
  const history = createHistory(clock, keeper);
  const policies = keeper.map('policy', POLICY_FORM);
  const schemas = keeper.map('schema', asItIs<Schema>());
  const kept_snapshots = keeper.map('snapshot', SNAPSHOT_FORM);
  const snapshots = createSnapshots(clock, (name) => policies.delete(name), kept_snapshots);
  const lastIndex = () => next_message_id - 1;

  const requireTopic = (name: string) => topics.get(name) ?? notFound('topic', name);
  const requireSubscription = (name: string) => subscriptions.get(name) ?? notFound('subscription', name);
  const attachedTo = (topic: string) =>
    [...subscriptions.values()].filter((each) => {
      const config = each.config();
      return config.topic === topic && !config.detached;
    });

  const publish = (topic: string, drafts: readonly MessageDraft[]) => {
    const published_at_ms = clock.nowMs();
    const about = { origin: currentOrigin(), ...splitTopic(topic) };
    // A literal with every field is several times cheaper than a copy with more, and this happens to each message.
    const published = drafts.map(({ data, attributes, ordering_key, size_bytes }) => {
      const message_id = String(next_message_id++);
      return { message_id, data, attributes, ordering_key, published_at_ms, size_bytes };
    });
    for (const message of published) observe(observed(message, about));
    const messages = keeper.take(published);
    const attached = attachedTo(topic);
    const keepers = attached.map((each) => each.config());
    history.record(
      { topic: requireTopic(topic), subscriptions: keepers, snapshots: snapshots.ofTopic(topic) },
      messages,
    );
    for (const subscription of attached) subscription.publish(messages);
    keeper.settle(messages);
    return messages.map(({ message_id }) => message_id);
  };

  const deadLetter = (from: SubscriptionConfig, message: PublishedMessage, delivery_attempts: number) => {
    const topic = from.deadLetterPolicy?.deadLetterTopic ?? '';
    if (!topics.has(topic)) return false;
    const attributes = { ...message.attributes, ...deadLetterAttributes(from, message, delivery_attempts) };
    publish(topic, [{ ...message, attributes }]);
    return true;
  };

  const open = (config: SubscriptionConfig, serial: number, before?: SubscriptionBefore) => {
    const ports = { clock, push, serial, keeper, deadLetter, lastIndex };
    subscriptions.set(config.name, openSubscription(config, ports, before));
  };
  for (const { config, serial, ...before } of keeper.subscriptions()) open(config, serial, before);

  return {
    createTopic(config) {
      if (topics.has(config.name)) throw alreadyExists('topic', config.name);
      topics.set(config.name, config);
    },
    topic: requireTopic,
    updateTopic(config) {
      requireTopic(config.name);
      topics.set(config.name, config);
    },
    deleteTopic(name) {
      requireTopic(name);
      topics.delete(name);
      policies.delete(name);
      for (const each of attachedTo(name)) each.configure({ ...each.config(), topic: DELETED_TOPIC });
      history.forget(name);
      snapshots.topicDeleted(name);
    },
    topics: (project) => inProject([...topics.values()], project),
    subscriptionsOf: (topic) =>
      attachedTo(requireTopic(topic).name)
        .map((each) => each.config())
        .sort(byName),
    publish: (topic, drafts) => publish(requireTopic(topic).name, drafts),
    createSubscription(config) {
      if (subscriptions.has(config.name)) throw alreadyExists('subscription', config.name);
      requireTopic(config.topic);
      if (config.deadLetterPolicy !== undefined) requireTopic(config.deadLetterPolicy.deadLetterTopic);
      open(config, next_serial++);
    },
    subscription: requireSubscription,
    deleteSubscription(name) {
      const subscription = requireSubscription(name);
      subscriptions.delete(name);
      policies.delete(name);
      subscription.remove(new RpcError(status.NOT_FOUND, `subscription ${name} was deleted`));
    },
    detach(name) {
      const subscription = requireSubscription(name);
      const config = { ...subscription.config(), detached: true, pushConfig: {} };
      subscription.seek([]);
      subscription.configure(config);
      subscription.expel(detachedError(name));
    },
    createSnapshot(name, of, labels) {
      snapshots.requireFree(name);
      const subscription = requireSubscription(of);
      const { topic } = subscription.config();
      const unacked = subscription.unacked();
      const taken_at_ms = clock.nowMs();
      const expires_at_ms = expiryOf(unacked, taken_at_ms);
      const snapshot = { name, topic, labels, unacked, last_index: lastIndex(), taken_at_ms, expires_at_ms };
      snapshots.add(snapshot);
      return snapshot;
    },
    snapshots,
    policies,
    seekToTime(name, from_ms) {
      const subscription = requireSubscription(name);
      subscription.seek(history.since(subscription, topics.get(subscription.config().topic), from_ms));
    },
    seekToSnapshot(name, snapshot_name) {
      const subscription = requireSubscription(name);
      const snapshot = snapshots.get(snapshot_name);
      const { topic } = subscription.config();
      if (snapshot.topic !== topic) {
        throw new RpcError(
          status.INVALID_ARGUMENT,
          `snapshot ${snapshot_name} is of ${snapshot.topic}, subscription ${name} of ${topic}; they must be the same`,
        );
      }
      subscription.seek(history.after(subscription, snapshot));
    },
    subscriptions: (project) =>
      inProject(
        [...subscriptions.values()].map((each) => each.config()),
        project,
      ),
    schemas,
    keys: push.tokens,
    reset() {
      const reason = new RpcError(status.NOT_FOUND, 'the embedded pubsub was reset');
      for (const subscription of subscriptions.values()) subscription.remove(reason);
      for (const name of topics.keys()) history.forget(name);
      for (const each of [subscriptions, topics, policies, schemas]) each.clear();
      snapshots.clear();
    },
    close() {
      const reason = new RpcError(status.UNAVAILABLE, 'the embedded pubsub is stopping');
      for (const subscription of subscriptions.values()) subscription.close(reason);
      push.close();
    },
  };
}

function inProject<Config extends { readonly name: string }>(configs: readonly Config[], project: string) {
  return configs.filter(({ name }) => name.startsWith(`projects/${project}/`)).sort(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function splitTopic(name: string): { project: string; topic: string } {
  const [, project = '', , topic = ''] = name.split('/');
  return { project, topic };
}

function observed(
  { message_id, data, attributes, ordering_key, published_at_ms }: PublishedMessage,
  {
    origin,
    project,
    topic,
  }: { readonly origin: string | null; readonly project: string; readonly topic: string },
): CloudEvent {
  return {
    kind: 'publish',
    origin,
    project,
    topic,
    message_id,
    data,
    attributes,
    ordering_key,
    published_at_ms,
  };
}

/** Creates the error for who pulls from a subscription that was detached. */
export function detachedError(name: string): RpcError {
  return new RpcError(
    status.FAILED_PRECONDITION,
    `subscription ${name} was detached from its topic; delete it and create another`,
  );
}

function notFound(kind: string, name: string): never {
  throw new RpcError(status.NOT_FOUND, `${kind} ${name} does not exist; create it first`);
}

function alreadyExists(kind: string, name: string): RpcError {
  return new RpcError(status.ALREADY_EXISTS, `${kind} ${name} exists already`);
}
