import type { Endpoint } from './endpoint.ts';
import type { DrawnSubscription, Fate, Operation } from './operations.ts';
import { pushed, receive, refusalOf } from './receiving.ts';
import { ONCE, type Stage, snapshotName, subscriptionName, topicName } from './stage.ts';

/** What a sequence remembers, which is the same on both clouds. */
export interface Course {
  readonly endpoint: Endpoint;
  /** How many messages were published so far; the next one has this number. */
  published: number;
  /** Topics that exist. */
  readonly topics: Set<string>;
  /** Subscriptions that exist, with their topics. */
  readonly subscriptions: Map<
    string,
    { readonly topic: string; readonly settings: DrawnSubscription; expected: number }
  >;
}

const DELIVERIES = 5;
const DELETED = '(deleted)';

/** Carries a step out on all clouds. @returns what it gave on each, or the code of its error. */
export async function carryOut(
  stages: readonly Stage[],
  course: Course,
  operation: Operation,
): Promise<readonly unknown[]> {
  switch (operation.kind) {
    case 'receive':
      return receiveAll(stages, course, operation);
    case 'exhaust': {
      const outcomes: unknown[][] = stages.map(() => []);
      for (let delivery = 0; delivery < DELIVERIES; delivery += 1) {
        const one = await receiveAll(stages, course, {
          ...operation,
          kind: 'receive',
          by: 'pull',
          fates: ['nack'],
        });
        for (const [index, outcome] of one.entries()) outcomes[index]?.push(outcome);
      }
      return outcomes;
    }
    default: {
      const outcomes = await Promise.all(
        stages.map((stage) => act(stage, course, operation).catch(refusalOf)),
      );
      const [first] = outcomes;
      if (!isRefusal(first)) remember(course, operation);
      return outcomes;
    }
  }
}

/** Waits for all pushes, and takes all that is left. @returns what each cloud gave. */
export async function carryToEnd(stages: readonly Stage[], course: Course): Promise<readonly unknown[]> {
  const outcomes: unknown[][] = stages.map(() => []);
  for (const [subscription, { settings, expected }] of course.subscriptions) {
    const some =
      settings.pushed === null
        ? await receive(stages, subscription, 'pull', ['ack'])
        : await pushed(stages, subscription, expected);
    for (const [index, outcome] of some.entries()) outcomes[index]?.push(outcome);
  }
  return outcomes;
}

/** Google's emulator forwards dead letters when their subscription is pulled (`dead-letter-at-once`), so these go first. */
async function receiveAll(
  stages: readonly Stage[],
  course: Course,
  { subscription, by, fates }: Extract<Operation, { kind: 'receive' }>,
): Promise<readonly unknown[]> {
  // Pulling from a push subscription is a known difference (`pull-from-push`).
  if (course.subscriptions.get(subscription)?.settings.pushed) return stages.map(() => 'pushed');
  const first = [...course.subscriptions].filter(
    ([name, { settings }]) => settings.dead_letter_topic !== null && name !== subscription,
  );
  const fatesOf = (name: string) =>
    course.subscriptions.get(name)?.settings.is_ordered ? inOrder(fates) : fates;
  for (const [name] of first) await receive(stages, name, 'pull', fatesOf(name));
  return receive(stages, subscription, by, fatesOf(subscription));
}

/** With ordering all have one fate: messages without a key wait for each other in Google's emulator (`ordering-without-key`). */
function inOrder([first]: readonly Fate[]): readonly Fate[] {
  return [first === 'nack' ? first : 'ack'];
}

const isRefusal = (outcome: unknown) => typeof outcome === 'object' && outcome !== null && 'error' in outcome;

function remember(course: Course, operation: Operation): void {
  if (operation.kind === 'publish') {
    course.published += operation.messages.length;
    for (const [name, each] of course.subscriptions) {
      if (each.topic !== operation.topic) continue;
      course.subscriptions.set(name, { ...each, expected: each.expected + operation.messages.length });
    }
  }
  if (operation.kind === 'create_subscription') {
    const { topic, settings } = operation;
    course.subscriptions.set(operation.subscription, { topic, settings, expected: 0 });
  }
  if (operation.kind === 'delete_subscription') course.subscriptions.delete(operation.subscription);
  if (operation.kind === 'create_topic') course.topics.add(operation.topic);
  if (operation.kind === 'delete_topic') {
    course.topics.delete(operation.topic);
    for (const [name, each] of course.subscriptions) {
      if (each.topic === operation.topic) course.subscriptions.set(name, { ...each, topic: DELETED });
    }
  }
}

async function act(
  stage: Stage,
  course: Course,
  operation: Exclude<Operation, { kind: 'receive' | 'exhaust' }>,
): Promise<unknown> {
  const { publisher, subscriber } = stage.clients;
  switch (operation.kind) {
    case 'create_topic':
      return shown(
        stage,
        (
          await publisher.createTopic(
            { name: topicName(stage, operation.topic), labels: operation.labels },
            ONCE,
          )
        )[0],
      );
    case 'get_topic':
      return shown(stage, (await publisher.getTopic({ topic: topicName(stage, operation.topic) }, ONCE))[0]);
    case 'delete_topic':
      await publisher.deleteTopic({ topic: topicName(stage, operation.topic) }, ONCE);
      return 'deleted';
    case 'subscriptions_of':
      // Of a topic that does not exist: `subscriptions-of-missing-topic`.
      if (!course.topics.has(operation.topic)) return 'no such topic';
      return listed(
        stage,
        await publisher.listTopicSubscriptions({ topic: topicName(stage, operation.topic) }, ONCE),
      );
    case 'list':
      return list(stage);
    case 'create_subscription':
      return createSubscription(stage, course, operation);
    case 'get_subscription':
      return shown(
        stage,
        (
          await subscriber.getSubscription(
            { subscription: subscriptionName(stage, operation.subscription) },
            ONCE,
          )
        )[0],
      );
    case 'delete_subscription':
      await subscriber.deleteSubscription(
        { subscription: subscriptionName(stage, operation.subscription) },
        ONCE,
      );
      stage.taken.delete(operation.subscription);
      stage.streamed.delete(operation.subscription);
      stage.inboxes.delete(operation.subscription);
      return 'deleted';
    case 'update_subscription':
      return updateSubscription(stage, operation);
    case 'publish':
      return publish(stage, course, operation);
    case 'snapshot': {
      const name = snapshotName(stage, operation.snapshot);
      const subscription = subscriptionName(stage, operation.subscription);
      const [created] = await subscriber.createSnapshot({ name, subscription }, ONCE);
      // Of a topic that was deleted: `snapshot-of-deleted-topic`.
      const isOrphan = course.subscriptions.get(operation.subscription)?.topic === DELETED;
      return shown(stage, isOrphan ? { ...created, topic: DELETED } : created);
    }
    case 'delete_snapshot':
      await subscriber.deleteSnapshot({ snapshot: snapshotName(stage, operation.snapshot) }, ONCE);
      return 'deleted';
    case 'seek': {
      const settings = course.subscriptions.get(operation.subscription)?.settings;
      if (settings?.is_ordered) return 'ordered, which is a known difference (`seek-ordered`)';
      // What is pushed again could not be told from what was pushed late.
      if (settings?.pushed) return 'pushed';
      return seek(stage, operation);
    }
  }
}

async function list(stage: Stage): Promise<unknown> {
  const project = `projects/${stage.project}`;
  const { publisher, subscriber } = stage.clients;
  const [topics] = await publisher.listTopics({ project }, ONCE);
  const [subscriptions] = await subscriber.listSubscriptions({ project }, ONCE);
  const [snapshots] = await subscriber.listSnapshots({ project }, ONCE);
  return [topics, subscriptions, snapshots].map((each) => each.map(({ name }) => local(stage, name)).sort());
}

function listed(stage: Stage, [names]: readonly [string[], ...unknown[]]): readonly string[] {
  return names.map((name) => local(stage, name)).sort();
}

async function createSubscription(
  stage: Stage,
  { endpoint }: Course,
  { subscription, topic, settings }: Extract<Operation, { kind: 'create_subscription' }>,
): Promise<unknown> {
  const inbox = settings.pushed === null ? undefined : endpoint.open(settings.pushed);
  const [created] = await stage.clients.subscriber.createSubscription(
    {
      name: subscriptionName(stage, subscription),
      topic: topicName(stage, topic),
      enableMessageOrdering: settings.is_ordered,
      retainAckedMessages: settings.is_retaining,
      enableExactlyOnceDelivery: settings.is_exactly_once,
      filter: settings.filter,
      ackDeadlineSeconds: settings.ack_deadline_seconds,
      labels: settings.labels,
      ...(settings.dead_letter_topic === null
        ? {}
        : {
            deadLetterPolicy: {
              deadLetterTopic: topicName(stage, settings.dead_letter_topic),
              maxDeliveryAttempts: DELIVERIES,
            },
          }),
      ...(inbox === undefined ? {} : { pushConfig: { pushEndpoint: inbox.url } }),
    },
    ONCE,
  );
  if (inbox !== undefined) stage.inboxes.set(subscription, inbox);
  return shown(stage, created);
}

/** Only the deadline: labels are a known difference (`update-subscription-labels`). */
async function updateSubscription(
  stage: Stage,
  { subscription, ack_deadline_seconds }: Extract<Operation, { kind: 'update_subscription' }>,
): Promise<unknown> {
  const name = subscriptionName(stage, subscription);
  const [updated] = await stage.clients.subscriber.updateSubscription(
    {
      subscription: { name, ackDeadlineSeconds: ack_deadline_seconds },
      updateMask: { paths: ['ack_deadline_seconds'] },
    },
    ONCE,
  );
  return shown(stage, updated);
}

async function publish(
  stage: Stage,
  course: Course,
  { topic, messages }: Extract<Operation, { kind: 'publish' }>,
): Promise<unknown> {
  const [{ messageIds }] = await stage.clients.publisher.publish(
    {
      topic: topicName(stage, topic),
      messages: messages.map(({ attributes, key }, index) => ({
        data: Buffer.from(String(course.published + index)),
        attributes,
        orderingKey: key,
      })),
    },
    ONCE,
  );
  return messageIds?.length;
}

async function seek(
  stage: Stage,
  { subscription, to }: Extract<Operation, { kind: 'seek' }>,
): Promise<unknown> {
  const name = subscriptionName(stage, subscription);
  const now_s = Math.floor(Date.now() / 1000);
  const HOUR_S = 3600;
  await stage.clients.subscriber.seek(
    to === 'past' || to === 'future'
      ? { subscription: name, time: { seconds: now_s + (to === 'past' ? -HOUR_S : HOUR_S) } }
      : { subscription: name, snapshot: snapshotName(stage, to) },
    ONCE,
  );
  return 'sought';
}

const local = ({ project }: Stage, name: unknown) => String(name).replace(project, '');

/** Shows a resource without what differs between two clouds: the project, times, addresses. */
function shown(stage: Stage, resource: object): unknown {
  const text = JSON.stringify(resource, (name, value) =>
    ['expireTime', 'pushEndpoint', 'state'].includes(name) ? undefined : value,
  );
  return JSON.parse(text.replaceAll(stage.project, ''));
}
