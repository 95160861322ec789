import { type Edit, first, get, type SortedMap } from './sorted-map.ts';

/** A message as a topic accepted it. Every subscription of the topic shares the one object. */
export interface PublishedMessage {
  readonly message_id: string;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty when the publisher asked for no order. */
  readonly ordering_key: string;
  readonly published_at_ms: number;
  /** Bytes that count against limits: payload, attributes and ordering key. */
  readonly size_bytes: number;
}

/** Where one message stands on its way through one subscription. */
export type Phase =
  /** Waits for a consumer with room; the smallest turn goes first. */
  | { readonly kind: 'ready'; readonly turn: number }
  /** Waits behind an earlier message of the same ordering key. */
  | { readonly kind: 'blocked' }
  /** Waits after a failed delivery until its backoff is over. */
  | { readonly kind: 'backoff'; readonly until_ms: number }
  /** A consumer has it and has until then to answer. */
  | { readonly kind: 'leased'; readonly until_ms: number; readonly consumer: string }
  /** Was acked ahead of an earlier message of its ordering key, and is done once that one is. */
  | { readonly kind: 'acked_early' }
  /** Is on its way to the dead-letter topic. */
  | { readonly kind: 'dead_lettering' };

/** One message in one subscription, from publish until it is acked or dead-lettered. */
export interface Delivery {
  /** Order of arrival in the subscription, from 1; it identifies the delivery. */
  readonly sequence: number;
  readonly message: PublishedMessage;
  /** Nacks and expired leases so far. The current attempt is one more. */
  readonly failures: number;
  /** How often it was handed to a consumer. More than the failures when an earlier message of its key failed. */
  readonly handed_out: number;
  readonly phase: Phase;
}

/** Who takes messages: a push endpoint, a pull stream, or one waiting pull request. */
export interface Consumer {
  readonly id: string;
  readonly max_messages: number;
  readonly max_bytes: number;
  /** How long a lease lasts; null means the subscription's ack deadline. */
  readonly lease_ms: number | null;
  /** A pull request takes one batch and is gone. */
  readonly takes: 'one_batch' | 'until_detached';
  readonly held_messages: number;
  readonly held_bytes: number;
}

/** The rules of one subscription that decide about deliveries. */
export interface DeliveryPolicy {
  readonly ack_deadline_ms: number;
  /** Bounds of the exponential backoff; null means that a failed delivery is ready again at once. */
  readonly backoff: { readonly minimum_ms: number; readonly maximum_ms: number } | null;
  /** Failed deliveries after which a message leaves for the dead-letter topic; null means never. */
  readonly max_delivery_attempts: number | null;
  /** Whether an ordering key is kept in order, and how many of its messages may be out at a time, to one consumer. */
  readonly ordering: 'none' | 'one_out' | 'several_out';
  /** An ack in time is final, also ahead of an earlier message of its key. */
  readonly exactly_once: boolean;
}

/** The messages of one ordering key, as sequences, oldest first. */
export interface KeyQueue {
  /** Leased to the owner, acked early, or on their way to the dead-letter topic. */
  readonly out: SortedMap<number, true>;
  /** All others. Only the first of them is ever anything but blocked. */
  readonly waiting: SortedMap<number, true>;
  /** The consumer that has those that are out; null when none is. */
  readonly owner: string | null;
}

/** Everything that one subscription knows about its messages. */
export interface SubscriptionState {
  /** Tells this subscription's ack ids from those of every other, also of a later one of the same name. */
  readonly ack_prefix: string;
  readonly policy: DeliveryPolicy;
  readonly next_sequence: number;
  readonly next_turn: number;
  readonly deliveries: SortedMap<number, Delivery>;
  /** Turn to sequence, of the deliveries that are ready. */
  readonly ready: SortedMap<number, number>;
  /** Time in ms to the sequences whose lease or backoff ends then. */
  readonly due: SortedMap<number, SortedMap<number, true>>;
  /** Ordering key to its messages; without ordering there are none. */
  readonly keys: SortedMap<string, KeyQueue>;
  /** In the order in which they are served next. */
  readonly consumers: readonly Consumer[];
  /** While one event is decided, the maps above change within its edit; null before and after. */
  readonly edit: Edit;
}

/** What can happen to a subscription. `now_ms` is the time at which it happens. */
export type SubscriptionEvent = { readonly now_ms: number } & (
  | { readonly kind: 'published'; readonly messages: readonly PublishedMessage[] }
  | { readonly kind: 'attached'; readonly consumer: Consumer }
  | { readonly kind: 'detached'; readonly consumer: string }
  | { readonly kind: 'lease_length_changed'; readonly consumer: string; readonly lease_ms: number }
  | { readonly kind: 'acked'; readonly ack_ids: readonly string[] }
  /** A deadline of 0 is a nack. */
  | { readonly kind: 'deadline_modified'; readonly ack_ids: readonly string[]; readonly deadline_ms: number }
  | { readonly kind: 'policy_changed'; readonly policy: DeliveryPolicy }
  /** From now on these messages are unacked and no others, in order of publish. */
  | { readonly kind: 'sought'; readonly messages: readonly PublishedMessage[] }
  | { readonly kind: 'dead_lettered'; readonly sequence: number }
  | { readonly kind: 'dead_letter_refused'; readonly sequence: number }
  /** Time passed; whatever is due by now takes effect. */
  | { readonly kind: 'ticked' }
);

/** A message handed to a consumer. */
export interface Lease {
  readonly ack_id: string;
  readonly message: PublishedMessage;
  /** 1 for the first delivery. */
  readonly delivery_attempt: number;
}

/** What the shell has to do. */
export type Effect =
  | { readonly kind: 'deliver'; readonly consumer: string; readonly leases: readonly Lease[] }
  | { readonly kind: 'expired'; readonly consumer: string; readonly ack_id: string }
  /** Publish to the dead-letter topic, then report `dead_lettered` or `dead_letter_refused`. */
  | {
      readonly kind: 'dead_letter';
      readonly sequence: number;
      readonly message: PublishedMessage;
      readonly delivery_attempts: number;
    };

/** A new state and what to do, in order. */
export type Step = readonly [SubscriptionState, readonly Effect[]];

/** Creates the state of a subscription that has no messages and no consumers. */
export function emptySubscription(ack_prefix: string, policy: DeliveryPolicy): SubscriptionState {
  return {
    ack_prefix,
    policy,
    next_sequence: 1,
    next_turn: 1,
    deliveries: null,
    ready: null,
    due: null,
    keys: null,
    consumers: [],
    edit: null,
  };
}

/** Names the lease under which a delivery was handed out last. */
export function ackIdOf(
  state: SubscriptionState,
  delivery: Pick<Delivery, 'sequence' | 'handed_out'>,
): string {
  return `${state.ack_prefix}-${delivery.sequence}-${delivery.handed_out}`;
}

/** A delivery whose lease runs. */
export type Leased = Delivery & { readonly phase: { readonly kind: 'leased' } };

/** Finds the delivery of a lease that still runs. */
export function findLeased(state: SubscriptionState, ack_id: string): Leased | undefined {
  // Prefix, sequence and how often it was handed out; the prefix may have a dot, but no hyphen.
  const sequence = ack_id.slice(ack_id.indexOf('-') + 1, ack_id.lastIndexOf('-'));
  const delivery = get(state.deliveries, Number(sequence));
  return delivery !== undefined && isLeased(delivery) && ackIdOf(state, delivery) === ack_id
    ? delivery
    : undefined;
}

function isLeased(delivery: Delivery): delivery is Leased {
  return delivery.phase.kind === 'leased';
}

/** Tells when the next lease or backoff ends, in ms; undefined when nothing is waiting for time. */
export function nextDueMs(state: SubscriptionState): number | undefined {
  return first(state.due)?.key;
}
