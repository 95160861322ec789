import type { PublishedMessage } from '../delivery/state.ts';

/** The JSON body of one push request, as Pub/Sub wraps a message for an endpoint. */
export interface PushBody {
  /** Only when the subscription has a dead-letter policy; 1 for the first delivery. */
  readonly deliveryAttempt?: number;
  readonly message: {
    /** Left out when the message has none. */
    readonly attributes?: Readonly<Record<string, string>>;
    /** Base64; left out when the message has no payload. */
    readonly data?: string;
    readonly messageId: string;
    readonly message_id: string;
    readonly orderingKey?: string;
    /** RFC 3339, UTC, milliseconds. */
    readonly publishTime: string;
    readonly publish_time: string;
  };
  /** Full name, `projects/…/subscriptions/…`. */
  readonly subscription: string;
}

/**
 * Wraps a message for a push endpoint.
 *
 * @param delivery_attempt null when the subscription has no dead-letter policy.
 */
export function pushBody(
  message: PublishedMessage,
  subscription: string,
  delivery_attempt: number | null,
): PushBody {
  const time = new Date(message.published_at_ms).toISOString();
  return {
    ...(delivery_attempt === null ? {} : { deliveryAttempt: delivery_attempt }),
    message: {
      ...(Object.keys(message.attributes).length === 0 ? {} : { attributes: message.attributes }),
      ...(message.data.length === 0 ? {} : { data: message.data.toString('base64') }),
      messageId: message.message_id,
      message_id: message.message_id,
      ...(message.ordering_key === '' ? {} : { orderingKey: message.ordering_key }),
      publishTime: time,
      publish_time: time,
    },
    subscription,
  };
}

/** Writes what is not the payload as the headers of an unwrapped push; an attribute that is no legal header is left out. */
export function metadataHeaders(
  message: PublishedMessage,
  subscription: string,
  delivery_attempt: number | null,
): Readonly<Record<string, string>> {
  const attributes = Object.entries(message.attributes).filter(
    ([name, value]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value),
  );
  return {
    ...Object.fromEntries(attributes),
    'x-goog-pubsub-subscription-name': subscription,
    'x-goog-pubsub-message-id': message.message_id,
    'x-goog-pubsub-publish-time': new Date(message.published_at_ms).toISOString(),
    ...(message.ordering_key === '' ? {} : { 'x-goog-pubsub-ordering-key': message.ordering_key }),
    ...(delivery_attempt === null ? {} : { 'x-goog-pubsub-delivery-attempt': String(delivery_attempt) }),
  };
}
