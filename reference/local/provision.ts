import type { PubSub } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS, TOPICS } from '../../generated/topology.ts';

/**
 * How soon a nacked delivery comes again on one machine; the contract's own backoff is made for a cloud and a person.
 * Five deliveries then take fifteen seconds, so that work in progress on a busy machine does not become a dead letter.
 */
export const LOCAL_BACKOFF_MS = 1000;

interface ContractSubscription {
  readonly topic: string;
  readonly component: string;
  readonly push_path: string | null;
  readonly ack_deadline_seconds: number;
  readonly retry_policy: object | null;
  readonly dead_letter: { readonly topic: string; readonly max_delivery_attempts: number } | null;
}

/**
 * Creates every topic and subscription of the contract on the embedded cloud or an emulator. What a cloud kept from an
 * earlier start stays, with its messages, and pushes to the addresses of now.
 *
 * @param addresses   base URL per component that takes pushes, such as `http://127.0.0.1:4000`.
 * @param backoffMs   how soon a nacked delivery comes again to a component; it doubles each time. Undefined for a subscription
 *   without a retry policy.
 */
export async function provision(
  pubsub: PubSub,
  addresses: Readonly<Record<string, string>>,
  backoffMs: (component: string) => number | undefined = () => LOCAL_BACKOFF_MS,
): Promise<void> {
  const retryPolicyOf = (component: string) => {
    const backoff_ms = backoffMs(component);
    if (backoff_ms === undefined) return {};
    const minimumBackoff = { seconds: Math.floor(backoff_ms / 1000), nanos: (backoff_ms % 1000) * 1_000_000 };
    return { retryPolicy: { minimumBackoff, maximumBackoff: { seconds: 10 } } };
  };
  await Promise.all(Object.keys(TOPICS).map((topic) => pubsub.createTopic(topic).catch(existing)));
  const subscriptions: readonly (readonly [string, ContractSubscription])[] = Object.entries(SUBSCRIPTIONS);
  await Promise.all(
    subscriptions.map(async ([name, subscription]) => {
      const address = addresses[subscription.component];
      const push = subscription.push_path !== null && address !== undefined;
      const pushConfig = push ? { pushEndpoint: `${address}${subscription.push_path}` } : {};
      const creating = pubsub.topic(subscription.topic).createSubscription(name, {
        ackDeadlineSeconds: subscription.ack_deadline_seconds,
        ...(subscription.retry_policy === null ? {} : retryPolicyOf(subscription.component)),
        ...(push ? { pushConfig } : {}),
        ...(subscription.dead_letter === null
          ? {}
          : {
              deadLetterPolicy: {
                deadLetterTopic: pubsub.topic(subscription.dead_letter.topic).name,
                maxDeliveryAttempts: subscription.dead_letter.max_delivery_attempts,
              },
            }),
      });
      const created = await creating.catch(existing);
      if (created === undefined) await pubsub.subscription(name).modifyPushConfig(pushConfig);
    }),
  );
}

/** Lets pass that something exists already. */
function existing(error: unknown): undefined {
  const ALREADY_EXISTS = 6;
  if ((error as { readonly code?: unknown }).code !== ALREADY_EXISTS) throw error;
}
