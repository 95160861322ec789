import { SUBSCRIPTIONS, TOPICS } from '../../../generated/topology.ts';
import { NESTING_MAX, nestingOf } from '../../errors/nesting.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';

/** One message that used up its delivery attempts, in plain words. It survives JSON. */
export interface DeadLetter {
  /** The topic on which it was published first, and to which a replay goes. */
  readonly topic: string;
  /** Pub/Sub id of the dead letter; a replay takes it. */
  readonly message_id: string;
  /** UTC; when Pub/Sub gave it up. */
  readonly dead_since: string;
  /** As the sender wrote them, without those that Pub/Sub added. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The payload as base64, byte for byte. */
  readonly data: string;
  /** The payload as JSON; undefined when it is not JSON, or nested so deep that nobody can read it. */
  readonly payload?: unknown;
  /** The subscription whose receiver nacked it; null when Pub/Sub did not say. */
  readonly refused_by: string | null;
  /** How often it was delivered; null when Pub/Sub did not say. */
  readonly deliveries: number | null;
}

/** A message as a pull answers it. */
export interface PulledMessage {
  readonly message_id: string;
  /** UTC. */
  readonly published_at: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

/** A dead-letter subscription and the topic whose messages it keeps. */
export interface DeadLetterQueue {
  readonly topic: string;
  readonly subscription: string;
}

/** List every dead-letter subscription of the contract with the live topic behind it, in the contract's order. */
export function deadLetterQueues(): readonly DeadLetterQueue[] {
  return Object.entries(TOPICS).flatMap(([topic, { dead_letter_topic }]) => {
    if (dead_letter_topic === null) return [];
    const found = Object.entries(SUBSCRIPTIONS).find(([, queue]) => queue.topic === dead_letter_topic);
    return found === undefined ? [] : [{ topic, subscription: found[0] }];
  });
}

/**
 * Find the queue of one topic, named by the live topic or its dead-letter topic.
 *
 * @throws {PipelineError} INVALID_REQUEST naming the topics of the contract.
 */
export function requireQueue(topic: string): DeadLetterQueue {
  const queues = deadLetterQueues();
  const found = queues.find((queue) => queue.topic === topic || `${queue.topic}-dlq` === topic);
  if (found !== undefined) return found;
  const known = queues.map((queue) => queue.topic).join(', ');
  throw new PipelineError('INVALID_REQUEST', `--topic must be one of ${known}, got "${topic}"`, { topic });
}

/** Read what a pull of a dead-letter subscription gave. */
export function readDeadLetter(topic: string, pulled: PulledMessage): DeadLetter {
  const added = (name: string): string | null => pulled.attributes[`${ADDED}${name}`] ?? null;
  const deliveries = added('SourceDeliveryCount');
  const payload = parseJson(pulled.data);
  return {
    topic,
    message_id: pulled.message_id,
    dead_since: pulled.published_at,
    attributes: Object.fromEntries(
      Object.entries(pulled.attributes).filter(([name]) => !name.startsWith(ADDED)),
    ),
    data: Buffer.from(pulled.data).toString('base64'),
    ...(payload === undefined ? {} : { payload }),
    refused_by: added('SourceSubscription'),
    deliveries: deliveries === null ? null : Number(deliveries),
  };
}

/** Find the game_date of a dead letter; null when neither payload nor attributes name one. */
export function gameDateOf({ payload, attributes }: DeadLetter): string | null {
  const named = fieldOf(payload, 'game_date') ?? attributes['game_date'];
  return typeof named === 'string' ? named : null;
}

/** Find the run of a dead letter: 1 where the message names none; null when it has no readable payload. */
export function runOf({ payload }: DeadLetter): number | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const run = fieldOf(fieldOf(payload, 'metadata'), 'run') ?? fieldOf(payload, 'run') ?? 1;
  return typeof run === 'number' ? run : null;
}

/** Pub/Sub adds its own attributes when it gives a message up; a replay must not carry them on. */
const ADDED = 'CloudPubSubDeadLetter';

function fieldOf(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined;
  return (payload as Readonly<Record<string, unknown>>)[name];
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return nestingOf(text) > NESTING_MAX ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
