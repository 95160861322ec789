import type { PubSub, Subscription } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS, TOPICS } from '../../../generated/topology.ts';

/**
 * What became a dead letter, heard by subscriptions of its own. Who asks the operator's subscription again and again
 * nacks what waits there each time, and a broker may hold back what is nacked so often.
 */
export interface DeadWatch {
  /** The message ids of a topic's dead letters so far, in the order in which they came. */
  ids(topic: string): readonly string[];
  close(): Promise<void>;
}

/** Watch the dead-letter topics of what is pushed to a component. @param component undefined for none. */
export async function watchDead(pubsub: PubSub, component: string | undefined): Promise<DeadWatch> {
  const heard = new Map<string, Set<string>>();
  const watches: Subscription[] = [];
  for (const { component: receiver, topic } of Object.values(SUBSCRIPTIONS)) {
    const { dead_letter_topic } = TOPICS[topic as keyof typeof TOPICS];
    if (receiver !== component || dead_letter_topic === null) continue;
    const ids = new Set<string>();
    heard.set(topic, ids);
    const [watch] = await pubsub.topic(dead_letter_topic).createSubscription(`${dead_letter_topic}-watch`);
    watch.on('message', (message) => {
      ids.add(message.id);
      message.ack();
    });
    watches.push(watch);
  }
  return {
    ids: (topic) => [...(heard.get(topic) ?? [])],
    async close() {
      await Promise.all(watches.map((watch) => watch.close()));
    },
  };
}
