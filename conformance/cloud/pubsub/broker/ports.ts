import type { Clock } from '../../clock.ts';
import type { RpcError } from '../../rpc/service.ts';
import type { SubscriptionConfig } from '../config.ts';
import type { RefusedAcks } from '../delivery/keys.ts';
import type { Consumer, Lease, PublishedMessage } from '../delivery/state.ts';
import type { Keeper, UnackedMessage } from '../kept/keeper.ts';
import type { PushSender } from '../push/sender.ts';

/** How a consumer takes part in a subscription. */
export type ConsumerLimits = Pick<Consumer, 'max_messages' | 'max_bytes' | 'lease_ms' | 'takes'>;

/** What a consumer is told. */
export interface ConsumerCalls {
  deliver(leases: readonly Lease[]): void;
  /** A lease of this consumer ran out; whatever still comes for it is late. */
  expired?(ack_id: string): void;
  /** The subscription is gone, and the consumer with it. */
  closed(reason: RpcError): void;
}

/** A consumer that takes part. */
export interface Attached {
  setLeaseMs(lease_ms: number): void;
  /** Stops deliveries; leases stay until they are acked or run out. */
  detach(): void;
}

/** One living subscription: state, timer and consumers. */
export interface Subscription {
  config(): SubscriptionConfig;
  configure(config: SubscriptionConfig): void;
  /** Takes what its filter lets through. */
  publish(messages: readonly PublishedMessage[]): void;
  /** @returns which of them do not hold and change nothing, where delivery is exactly once; else none are named. */
  acknowledge(ack_ids: readonly string[]): RefusedAcks;
  /** A deadline of 0 is a nack. @returns as `acknowledge`. */
  modifyDeadline(ack_ids: readonly string[], deadline_ms: number): RefusedAcks;
  /** Tells whether its filter lets a message through. */
  accepts(message: PublishedMessage): boolean;
  /** What it holds, in no particular order; not what was acked ahead of its ordering key. */
  unacked(): readonly PublishedMessage[];
  /** The index of the last message that was published before this subscription began to retain acked ones. */
  retains_after(): number;
  /** Makes exactly these messages unacked. */
  seek(messages: readonly PublishedMessage[]): void;
  attach(limits: ConsumerLimits, calls: ConsumerCalls): Attached;
  /** Tells every consumer that it is over for them; others may still come. */
  expel(reason: RpcError): void;
  close(reason: RpcError): void;
  /** Ends it, and everything that is kept of it. */
  remove(reason: RpcError): void;
}

/** What an earlier process left of a subscription. */
export type SubscriptionBefore = {
  readonly retains_after: number;
  readonly unacked: readonly UnackedMessage[];
};

/** What a subscription needs from outside. */
export interface SubscriptionPorts {
  readonly clock: Clock;
  readonly push: PushSender;
  /** A number that no other subscription of this server has. */
  readonly serial: number;
  readonly keeper: Keeper;
  /** The index of the last message that was published on this server. */
  lastIndex(): number;
  /** Forwards a message to the dead-letter topic; false when that topic does not exist. */
  deadLetter(from: SubscriptionConfig, message: PublishedMessage, delivery_attempts: number): boolean;
}
