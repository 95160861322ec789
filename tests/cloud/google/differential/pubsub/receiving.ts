import { status } from '@grpc/grpc-js';
import type { Fate } from './operations.ts';
import { ONCE, type Stage, subscriptionName, type Taken } from './stage.ts';

const AS_MUCH_WITHIN_MS = 20_000;
/** A stream that has given nothing for so long has nothing more to give. */
const QUIET_MS = 1_000;
/** Until the first message it has this long: with exactly-once delivery the client confirms its receipt before it shows it. */
const FIRST_MS = 4_000;
const POLL_MS = 20;
const PUSHED_POLL_MS = 100;
const KEPT_SECONDS = 600;
/** What a dead letter says of its first publish, to the millisecond: no two clouds publish at the same one. */
const PUBLISHED_AT = 'CloudPubSubDeadLetterSourceTopicPublishTime';

interface Message {
  readonly data?: Uint8Array | string | null;
  readonly attributes?: Readonly<Record<string, string>> | null;
  readonly orderingKey?: string | null;
}

/**
 * Takes from a subscription on all clouds until each has given what the others gave, and does the same with each
 * message everywhere.
 *
 * @returns what each cloud has given since the subscription was created; the order of messages with a key counts.
 */
export async function receive(
  stages: readonly Stage[],
  subscription: string,
  by: 'pull' | 'stream',
  fates: readonly Fate[],
): Promise<readonly unknown[]> {
  if (by === 'stream') for (const { streamed } of stages) streamed.add(subscription);
  const before = stages.map((stage) => stage.taken.get(subscription)?.length ?? 0);
  const errors = by === 'pull' ? await pullAll(stages, subscription) : await streamAll(stages, subscription);
  const refusals = await Promise.all(
    stages.map(async (stage, index) => {
      const taken = stage.taken.get(subscription)?.slice(before[index]) ?? [];
      return by === 'pull' ? decide(stage, subscription, taken, fates).catch(refusalOf) : {};
    }),
  );
  return stages.map((stage, index) => ({
    ...shownOf(stage, subscription),
    ...errors[index],
    ...refusals[index],
    ...(stage.streamed.has(subscription) ? { after_stream: true } : {}),
  }));
}

/** Shows what was taken: all of it, and per key in its order what came first. */
function shownOf(stage: Stage, subscription: string): { all: readonly string[]; keys: readonly string[] } {
  const taken = stage.taken.get(subscription) ?? [];
  const keyed = taken.filter(({ key }) => key !== '');
  const keys = [...new Set(keyed.map(({ key }) => key))].sort().map((key) => {
    const payloads = keyed.filter((each) => each.key === key).map(({ payload }) => payload);
    return `${key}: ${[...new Set(payloads)].join(' ')}`;
  });
  return { all: taken.map(({ shown }) => shown).sort(), keys };
}

const sameFor = (stages: readonly Stage[], subscription: string) =>
  new Set(stages.map((stage) => JSON.stringify(shownOf(stage, subscription).all))).size === 1;

async function pullAll(stages: readonly Stage[], subscription: string): Promise<readonly object[]> {
  const give_up_at = performance.now() + AS_MUCH_WITHIN_MS;
  let behind = stages;
  for (;;) {
    const errors = await Promise.all(behind.map((stage) => pullOnce(stage, subscription)));
    if (errors.some((error) => error !== undefined)) return errors.map((error) => error ?? {});
    if (sameFor(stages, subscription) || performance.now() > give_up_at) return stages.map(() => ({}));
    const counts = stages.map((stage) => stage.taken.get(subscription)?.length ?? 0);
    const most = Math.max(...counts);
    behind = stages.filter((_, index) => counts[index] !== most);
    if (behind.length === 0) behind = stages;
    await pause();
  }
}

async function pullOnce({ clients, ...stage }: Stage, subscription: string): Promise<object | undefined> {
  try {
    const [{ receivedMessages }] = await clients.subscriber.pull(
      {
        subscription: subscriptionName({ clients, ...stage }, subscription),
        maxMessages: 100,
        returnImmediately: true,
      },
      ONCE,
    );
    for (const { ackId, message, deliveryAttempt } of receivedMessages ?? []) {
      take(stage.taken, subscription, ackId ?? '', message ?? {}, deliveryAttempt ?? 0);
    }
    return undefined;
  } catch (error) {
    // Google's emulator fails now and then (`pull-after-stream`); it is asked again.
    if ((error as { code?: unknown }).code === status.UNKNOWN) return undefined;
    return refusalOf(error);
  }
}

function take(
  taken: Stage['taken'],
  subscription: string,
  ack_id: string,
  { data, attributes, orderingKey }: Message,
  attempt: number,
): void {
  const payload = Buffer.from(data ?? '').toString();
  const key = orderingKey ?? '';
  const pairs = Object.entries(attributes ?? {})
    .filter(([name]) => name !== PUBLISHED_AT)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const each: Taken = {
    ack_id,
    payload,
    key,
    shown: `${payload} ${JSON.stringify(pairs)} ${key} ${attempt}`,
  };
  taken.set(subscription, [...(taken.get(subscription) ?? []), each]);
}

/** Each message has the fate that its number gives it. With a key, only acks: `ordering-nack`. */
async function decide(
  stage: Stage,
  subscription: string,
  taken: readonly Taken[],
  fates: readonly Fate[],
): Promise<object> {
  const fateOf = ({ payload, key }: Taken) => (key === '' ? fates[Number(payload) % fates.length] : 'ack');
  const name = subscriptionName(stage, subscription);
  const ids = (fate: Fate) => taken.filter((each) => fateOf(each) === fate).map(({ ack_id }) => ack_id);
  const modify = async (ackIds: string[], ackDeadlineSeconds: number) => {
    if (ackIds.length === 0) return;
    await stage.clients.subscriber.modifyAckDeadline(
      { subscription: name, ackIds, ackDeadlineSeconds },
      ONCE,
    );
  };
  // One after the other: with exactly-once delivery Google's emulator refuses acks out of turn (`ordering-without-key`).
  for (const ack_id of ids('ack'))
    await stage.clients.subscriber.acknowledge({ subscription: name, ackIds: [ack_id] }, ONCE);
  await modify(ids('nack'), 0);
  await modify(ids('expire'), 1);
  await modify(ids('keep'), KEPT_SECONDS);
  return {};
}

/** The code of an error, which is compared, and what it says. */
export function refusalOf(error: unknown): object {
  const { code, message } = error as Error & { readonly code?: unknown };
  return { error: code ?? message, says: message };
}

/** Streams on all clouds until they have given the same and have been quiet for a while; acks everything. */
async function streamAll(stages: readonly Stage[], subscription: string): Promise<readonly object[]> {
  const give_up_at = performance.now() + AS_MUCH_WITHIN_MS;
  const opened_at = performance.now();
  let heard_at: number | undefined;
  const errors: { error?: unknown; says?: string }[] = stages.map(() => ({}));
  const streams = stages.map((stage, index) => {
    const stream = stage.clients.pubsub.subscription(subscriptionName(stage, subscription));
    stream.on('message', (message) => {
      heard_at = performance.now();
      take(stage.taken, subscription, message.ackId, message, message.deliveryAttempt);
      message.ack();
    });
    stream.on('error', (error: Error & { code?: unknown }) => {
      errors[index] = { error: error.code, says: error.message };
    });
    return stream;
  });
  const isServed = () => errors.every(({ error }) => error === undefined);
  const isRefused = () => errors.every(({ error }) => error !== undefined);
  const isQuiet = () =>
    performance.now() - (heard_at ?? opened_at) > (heard_at === undefined ? FIRST_MS : QUIET_MS) &&
    isServed() &&
    sameFor(stages, subscription);
  while (!isQuiet() && !isRefused() && performance.now() < give_up_at) await pause();
  await Promise.all(streams.map((stream) => stream.close()));
  return errors;
}

const pause = (poll_ms = POLL_MS) => new Promise((resolve) => setTimeout(resolve, poll_ms));

/** Waits until every message of a push subscription was answered well, on all clouds. @returns what arrived. */
export async function pushed(
  stages: readonly Stage[],
  subscription: string,
  expected: number,
): Promise<readonly unknown[]> {
  const give_up_at = performance.now() + 6 * AS_MUCH_WITHIN_MS;
  const inboxes = stages.map((stage) => stage.inboxes.get(subscription)?.pushed ?? []);
  const answered = (pushes: (typeof inboxes)[number]) =>
    pushes.filter(({ answer }) => typeof answer === 'number' && [200, 201, 204].includes(answer)).length;
  while (inboxes.some((pushes) => answered(pushes) < expected) && performance.now() < give_up_at)
    await pause(PUSHED_POLL_MS);
  return inboxes.map((pushes) =>
    pushes.map(({ payload, attributes, answer }) => `${payload} ${attributes} ${answer}`).sort(),
  );
}
