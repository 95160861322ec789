import { setTimeout as wait } from 'node:timers/promises';
import { PubSub, v1 } from '@google-cloud/pubsub';
import { PipelineError } from '../errors/pipeline-error.ts';
import {
  type DeadLetter,
  type PulledMessage,
  readDeadLetter,
  requireQueue,
} from '../operations/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../operations/dead-letters/replay.ts';

/** The dead letters of a project on Pub/Sub, and their end. */
export interface GoogleDeadLetters extends DeadLetters {
  close(): Promise<void>;
}

/** The two types differ only in how they spell a port. */
type ClientOptions = NonNullable<ConstructorParameters<typeof v1.SubscriberClient>[0]>;

/** How many messages one pull asks for. */
const PULL_MAX = 100;
/** Pub/Sub may answer a pull with less than there is, also with nothing; this many empty answers in a row are believed. */
const EMPTY_PULLS = 3;
/** What another has just given back takes a moment to be handed out again. */
const EMPTY_PAUSE_MS = 100;
const CALL_MS_MAX = 10_000;
/** How long a message is kept from others while it is looked at or replayed. */
const HOLD_SECONDS = 60;

/**
 * Make the port on the dead-letter subscriptions of a project. PUBSUB_EMULATOR_HOST leads to an emulator.
 *
 * @throws {PipelineError} (its methods) BROKER_UNAVAILABLE when Pub/Sub does not answer.
 */
export function createDeadLetters(project: string): GoogleDeadLetters {
  const pubsub = new PubSub({ projectId: project });
  // The plain client does not read PUBSUB_EMULATOR_HOST by itself; this configuration has it.
  const opened = pubsub.getClientConfig().then((config) => new v1.SubscriberClient(config as ClientOptions));
  opened.catch(() => undefined);
  const pathOf = (topic: string) => `projects/${project}/subscriptions/${requireQueue(topic).subscription}`;
  return {
    async peek(topic) {
      const seen: DeadLetter[] = [];
      await pullAll(await opened, pathOf(topic), (message) => {
        seen.push(readDeadLetter(topic, message));
        return Promise.resolve(false);
      });
      return seen.sort((a, b) => Date.parse(a.dead_since) - Date.parse(b.dead_since));
    },
    async take(topic, act) {
      await pullAll(await opened, pathOf(topic), (message) => act(readDeadLetter(topic, message)));
    },
    publish: (topic, data, attributes) =>
      call(`publish on ${topic}`, async () =>
        pubsub.topic(topic).publishMessage({ data: Buffer.from(data), attributes: { ...attributes } }),
      ),
    async close() {
      await Promise.all([opened.then((client) => client.close()), pubsub.close()]);
    },
  };
}

/**
 * Pulls until nothing more comes, keeping hold of everything meanwhile, so that no message is met twice; then acks what
 * was done with and gives the rest back at once.
 */
async function pullAll(
  client: v1.SubscriberClient,
  subscription: string,
  act: (message: PulledMessage) => Promise<boolean>,
): Promise<void> {
  const held: string[] = [];
  const met = new Set<string>();
  try {
    for (let empty = 0; empty < EMPTY_PULLS; ) {
      const received = await pullOnce(client, subscription);
      const fresh = received.filter(({ message }) => !met.has(message.message_id));
      held.push(...received.map(({ ack_id }) => ack_id));
      empty = fresh.length === 0 ? empty + 1 : 0;
      if (empty > 0 && empty < EMPTY_PULLS) await wait(EMPTY_PAUSE_MS);
      for (const { ack_id, message } of fresh) {
        met.add(message.message_id);
        if (!(await act(message))) continue;
        await call(`ack on ${subscription}`, () =>
          client.acknowledge({ subscription, ackIds: [ack_id] }, { timeout: CALL_MS_MAX }),
        );
        held.splice(held.indexOf(ack_id), 1);
      }
    }
  } finally {
    await giveBack(client, subscription, held);
  }
}

async function pullOnce(
  client: v1.SubscriberClient,
  subscription: string,
): Promise<readonly { readonly ack_id: string; readonly message: PulledMessage }[]> {
  const [answer] = await call(`pull from ${subscription}`, () =>
    client.pull({ subscription, maxMessages: PULL_MAX, returnImmediately: true }, { timeout: CALL_MS_MAX }),
  );
  const received = (answer.receivedMessages ?? []).flatMap(({ ackId, message }) => {
    if (ackId == null || message == null) return [];
    const seconds = Number(message.publishTime?.seconds ?? 0);
    const nanos = Number(message.publishTime?.nanos ?? 0);
    return [
      {
        ack_id: ackId,
        message: {
          message_id: message.messageId ?? '',
          published_at: new Date(seconds * 1000 + nanos / 1_000_000).toISOString(),
          attributes: message.attributes ?? {},
          data: bytesOf(message.data),
        },
      },
    ];
  });
  if (received.length === 0) return received;
  const ackIds = received.map(({ ack_id }) => ack_id);
  await call(`hold messages of ${subscription}`, () =>
    client.modifyAckDeadline(
      { subscription, ackIds, ackDeadlineSeconds: HOLD_SECONDS },
      { timeout: CALL_MS_MAX },
    ),
  );
  return received;
}

/** A message that is not given back comes again by itself when its deadline has passed, so a failure loses nothing. */
async function giveBack(
  client: v1.SubscriberClient,
  subscription: string,
  ackIds: readonly string[],
): Promise<void> {
  if (ackIds.length === 0) return;
  await client
    .modifyAckDeadline({ subscription, ackIds: [...ackIds], ackDeadlineSeconds: 0 }, { timeout: CALL_MS_MAX })
    .catch(() => undefined);
}

function bytesOf(data: Uint8Array | string | null | undefined): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'base64');
  return data ?? new Uint8Array();
}

async function call<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200);
    throw new PipelineError(
      'BROKER_UNAVAILABLE',
      `expected to ${what}, got: ${reason}; is the project right, and may you read and publish there?`,
      { what },
      error,
    );
  }
}
