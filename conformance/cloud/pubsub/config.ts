/** A length of time as the wire carries it. */
export interface WireDuration {
  readonly seconds: string;
  readonly nanos: number;
}

/** What is known about a topic; also its form on the wire. */
export interface TopicConfig {
  /** `projects/…/topics/…`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How far back subscriptions can seek. */
  readonly messageRetentionDuration?: WireDuration;
  readonly state: 'ACTIVE';
}

/** Where messages are pushed to. Without an endpoint the subscription is pulled. */
export interface PushConfig {
  readonly pushEndpoint?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Each push carries a token for this audience, the endpoint when it is empty. */
  readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience: string };
  /** The payload is pushed as it is, and the rest of the message in headers if asked for. */
  readonly noWrapper?: { readonly writeMetadata: boolean };
}

/** What is known about a subscription; also its form on the wire. */
export interface SubscriptionConfig {
  /** `projects/…/subscriptions/…`. */
  readonly name: string;
  /** `projects/…/topics/…`, or `_deleted-topic_`. */
  readonly topic: string;
  readonly pushConfig: PushConfig;
  readonly ackDeadlineSeconds: number;
  /** How far back `retainAckedMessages` reaches. Unacked messages stay until they are acked. */
  readonly messageRetentionDuration: WireDuration;
  /** Acked messages stay for a seek back to them. */
  readonly retainAckedMessages: boolean;
  /** Messages that do not pass it count as acked; empty for none. */
  readonly filter: string;
  readonly enableExactlyOnceDelivery: boolean;
  /** Detached from its topic for good: it holds nothing and nobody can pull from it. */
  readonly detached: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly enableMessageOrdering: boolean;
  /** Kept and shown, without effect: no subscription of a process expires. */
  readonly expirationPolicy?: { readonly ttl?: WireDuration };
  readonly deadLetterPolicy?: { readonly deadLetterTopic: string; readonly maxDeliveryAttempts: number };
  readonly retryPolicy?: { readonly minimumBackoff: WireDuration; readonly maximumBackoff: WireDuration };
  readonly state: 'ACTIVE';
}

/** Stands for the topic of a subscription whose topic was deleted. */
export const DELETED_TOPIC = '_deleted-topic_';

/** Converts a length of time on the wire to milliseconds. */
export function durationMs({ seconds, nanos }: WireDuration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
