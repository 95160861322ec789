import type { SubscriptionConfig } from '../config.ts';
import type { PublishedMessage } from '../delivery/state.ts';

/** Says where a dead-lettered message came from, in the attributes that the service adds to it. */
export function deadLetterAttributes(
  from: SubscriptionConfig,
  message: PublishedMessage,
  delivery_attempts: number,
): Readonly<Record<string, string>> {
  const [, project = '', , subscription = ''] = from.name.split('/');
  return {
    CloudPubSubDeadLetterSourceDeliveryCount: String(delivery_attempts),
    CloudPubSubDeadLetterSourceSubscription: subscription,
    CloudPubSubDeadLetterSourceSubscriptionProject: project,
    CloudPubSubDeadLetterSourceTopicPublishTime: new Date(message.published_at_ms).toISOString(),
  };
}
