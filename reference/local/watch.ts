import type { PubSub, Subscription } from '@google-cloud/pubsub';
import { TOPICS } from '../../generated/topology.ts';

/** One message seen on a topic. */
export interface Sighting {
  readonly topic: string;
  readonly message: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch at which the broker took it. */
  readonly published_ms: number;
}

/** Everything that went over the topics, as a bystander sees it. */
export interface Watch {
  readonly sightings: readonly Sighting[];
  /** Resolves with the first sighting that matches, also one from before the call. */
  first(matches: (sighting: Sighting) => boolean): Promise<Sighting>;
  stop(): Promise<void>;
}

/** Subscribes to every live topic of the contract beside the components. */
export async function watchTopics(pubsub: PubSub, onSighting: (sighting: Sighting) => void): Promise<Watch> {
  const sightings: Sighting[] = [];
  const waiting = new Set<{
    matches: (sighting: Sighting) => boolean;
    resolve: (sighting: Sighting) => void;
  }>();
  const see = (sighting: Sighting): void => {
    sightings.push(sighting);
    onSighting(sighting);
    for (const waiter of waiting) {
      if (!waiter.matches(sighting)) continue;
      waiting.delete(waiter);
      waiter.resolve(sighting);
    }
  };
  const live = Object.entries(TOPICS).filter(([, topic]) => topic.dead_letter_topic !== null);
  const subscriptions = await Promise.all(
    live.map(async ([name]): Promise<Subscription> => {
      const [subscription] = await pubsub.topic(name).createSubscription(`${name}-watch`);
      subscription.on('message', (received) => {
        received.ack();
        see({
          topic: name,
          message: JSON.parse(received.data.toString('utf8')),
          published_ms: received.publishTime.getTime(),
        });
      });
      return subscription;
    }),
  );
  return {
    sightings,
    first(matches) {
      const already = sightings.find(matches);
      if (already !== undefined) return Promise.resolve(already);
      return new Promise((resolve) => void waiting.add({ matches, resolve }));
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}
