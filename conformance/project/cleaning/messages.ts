import { type PubSub, v1 } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS } from '../../../generated/topology.ts';

/** The two types differ only in how they spell a port. */
type ClientOptions = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;

const PULL_MAX = 200;
const CALL_MS_MAX = 10_000;
/** Pub/Sub may answer with nothing although there is something; so many empty answers in a row are believed. */
const EMPTY_PULLS = 2;

/** Subscriptions of the contract that nobody pushes: dead letters, and announcements for whoever wants them. */
const PULLED: readonly string[] = Object.entries(SUBSCRIPTIONS)
  .filter(([, { push_path }]) => push_path === null)
  .map(([name]) => name);

/**
 * Takes the messages of reserved dates out of the pipeline's pull subscriptions, or only counts them. What belongs to others is
 * given back when its subscription is looked through, also when a look fails: given back earlier, it would come again before
 * what is behind it.
 *
 * @returns how many there were, by subscription; a subscription that does not exist has none.
 */
export async function takeMessages(
  project: string,
  pubsub: PubSub,
  namesReserved: (text: string) => boolean,
  is_plan: boolean,
): Promise<ReadonlyMap<string, number>> {
  // The plain client does not read PUBSUB_EMULATOR_HOST by itself; this configuration has it.
  const client = new v1.SubscriberClient((await pubsub.getClientConfig()) as ClientOptions);
  const taken = new Map<string, number>();
  try {
    for (const name of PULLED) {
      const count = await takeFrom(
        client,
        `projects/${project}/subscriptions/${name}`,
        namesReserved,
        is_plan,
      );
      if (count > 0) taken.set(name, count);
    }
    return taken;
  } finally {
    await client.close();
  }
}

async function takeFrom(
  client: v1.SubscriberClient,
  subscription: string,
  namesReserved: (text: string) => boolean,
  is_plan: boolean,
): Promise<number> {
  const back: string[] = [];
  const own = new Set<string>();
  try {
    for (let empty = 0; empty < EMPTY_PULLS; ) {
      const received = await pull(client, subscription);
      if (received === undefined) return 0;
      const fresh = received.filter(({ text, id }) => namesReserved(text) && !own.has(id));
      for (const { id } of fresh) own.add(id);
      const ackIds = fresh.map(({ ack_id }) => ack_id);
      back.push(...received.map(({ ack_id }) => ack_id).filter((id) => is_plan || !ackIds.includes(id)));
      if (!is_plan && ackIds.length > 0)
        await client.acknowledge({ subscription, ackIds }, { timeout: CALL_MS_MAX });
      empty = fresh.length === 0 ? empty + 1 : 0;
    }
    return own.size;
  } finally {
    await giveBack(client, subscription, back);
  }
}

async function giveBack(
  client: v1.SubscriberClient,
  subscription: string,
  ackIds: readonly string[],
): Promise<void> {
  if (ackIds.length === 0) return;
  await client.modifyAckDeadline(
    { subscription, ackIds: [...ackIds], ackDeadlineSeconds: 0 },
    { timeout: CALL_MS_MAX },
  );
}

const NOT_FOUND = 5;

async function pull(client: v1.SubscriberClient, subscription: string) {
  const asked = client.pull(
    { subscription, maxMessages: PULL_MAX, returnImmediately: true },
    { timeout: CALL_MS_MAX },
  );
  const answer = await asked.catch((error: { readonly code?: number }) => {
    if (error.code === NOT_FOUND) return undefined;
    throw error;
  });
  return answer?.[0].receivedMessages?.flatMap(({ ackId, message }) => {
    if (ackId == null || message == null) return [];
    const { data } = message;
    const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(data ?? []);
    return [{ ack_id: ackId, id: message.messageId ?? '', text: bytes.toString('utf8') }];
  });
}
