import { randomUUID } from 'node:crypto';
import { PubSub, type Subscription } from '@google-cloud/pubsub';
import { TOPICS } from '../../generated/topology.ts';
import type { PulledMessage } from '../operations/dead-letters/dead-letter.ts';

/** A bystander on every live topic; `close` takes its subscriptions away again. */
export interface TopicListener {
  close(): Promise<void>;
}

/**
 * Listen to every live topic of the contract by subscriptions of its own, which no component shares.
 *
 * @throws when the topics are not there, or Pub/Sub does not answer.
 */
export async function listenTopics(
  project: string,
  onMessage: (topic: string, message: PulledMessage) => void,
): Promise<TopicListener> {
  const pubsub = new PubSub({ projectId: project });
  const name = randomUUID().slice(0, 8);
  const live = Object.entries(TOPICS).filter(([, topic]) => topic.dead_letter_topic !== null);
  const subscriptions = await Promise.all(
    live.map(async ([topic]): Promise<Subscription> => {
      const [subscription] = await pubsub.topic(topic).createSubscription(`${topic}-console-${name}`);
      subscription.on('message', (received) => {
        received.ack();
        onMessage(topic, {
          message_id: received.id,
          published_at: received.publishTime.toISOString(),
          attributes: received.attributes,
          data: received.data,
        });
      });
      // A cloud that ends takes its streams with it; the page says by its reads that nobody answers.
      subscription.on('error', () => undefined);
      return subscription;
    }),
  );
  return {
    async close() {
      await Promise.allSettled(subscriptions.map((subscription) => subscription.delete()));
      await Promise.allSettled(subscriptions.map((subscription) => subscription.close()));
      await pubsub.close();
    },
  };
}
