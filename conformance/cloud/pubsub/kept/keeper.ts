import type { SubscriptionConfig } from '../config.ts';
import type { PublishedMessage, SubscriptionState } from '../delivery/state.ts';

/** What is kept of a subscription beside its messages. */
export interface SubscriptionRecord {
  readonly config: SubscriptionConfig;
  /** A number that no other subscription of this server has. */
  readonly serial: number;
  /** @see Subscription.retains_after */
  readonly retains_after: number;
}

/** A message that a subscription had not acked. */
export interface UnackedMessage {
  /** Order of arrival in the subscription. */
  readonly sequence: number;
  readonly message: PublishedMessage;
  readonly failures: number;
}

/** What an earlier process left of one subscription. */
export interface RememberedSubscription extends SubscriptionRecord {
  /** In order of arrival. */
  readonly unacked: readonly UnackedMessage[];
}

/** How a value becomes JSON, and which messages it needs. */
export interface Form<Value> {
  encode(value: Value): unknown;
  /** @param message finds a message by its id. */
  decode(json: unknown, message: (id: string) => PublishedMessage | undefined): Value;
  messages?(value: Value): readonly PublishedMessage[];
}

/** Keeps what a broker holds. */
export interface Keeper {
  /** Tells this process from earlier ones with the same storage. */
  readonly life: number;
  /** Opens a map whose entries are kept, with those that were. */
  map<Value>(kind: string, form: Form<Value>): Map<string, Value>;
  /** Resolves when all that changed so far is kept; undefined when nothing is ever kept. */
  readonly kept: (() => Promise<void>) | undefined;
  /** The number of the next message, and of the next subscription. */
  readonly next: { readonly message_id: number; readonly serial: number };
  /** Takes messages in. @returns them as they are to be held. Whatever nobody holds when `settle` is called is forgotten. */
  take(messages: readonly PublishedMessage[]): readonly PublishedMessage[];
  settle(messages: readonly PublishedMessage[]): void;
  /** The messages of each topic that somebody may seek back to. */
  history(): ReadonlyMap<string, readonly PublishedMessage[]>;
  historyChanged(
    topic: string,
    added: readonly PublishedMessage[],
    dropped: readonly PublishedMessage[],
  ): void;
  subscriptions(): readonly RememberedSubscription[];
  subscriptionChanged(record: SubscriptionRecord): void;
  /** Told of every step of a subscription; undefined when nothing is kept. */
  readonly unackedChanged:
    | ((serial: number, before: SubscriptionState, after: SubscriptionState) => void)
    | undefined;
  subscriptionRemoved(record: SubscriptionRecord): void;
}
