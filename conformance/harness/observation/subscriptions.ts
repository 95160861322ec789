import type { Message, PubSub, Subscription } from '@google-cloud/pubsub';
import type { Recorder } from '../../history/recorder.ts';
import type { Naming } from '../../targets/naming.ts';
import { publishDraft } from './embedded.ts';
import type { Observation } from './observation.ts';

const SENTINEL = 'conformance-sentinel';
const SENTINEL_PATIENCE_MS = 10_000;

/**
 * Subscribes to each topic under a name of the judge's own and records what arrives.
 *
 * Pub/Sub promises no order, but a sentinel that the judge publishes last and receives proves in practice that what
 * went before it has arrived: the emulator hands out messages of one subscription in order of publishing.
 */
export async function observeSubscriptions(
  pubsub: PubSub,
  topics: readonly string[],
  recorder: Recorder,
  naming: Naming,
): Promise<Observation> {
  const arrived = new Set<string>();
  const seen = new Set<string>();
  const listening = new Map<string, Subscription>();
  const hear = (topic: string) => (message: Message) => {
    message.ack();
    const sentinel = message.attributes[SENTINEL];
    if (sentinel !== undefined) {
      arrived.add(`${topic} ${sentinel}`);
      recorder.append({
        kind: 'marker',
        name: 'sentinel',
        sentence: `the sentinel of ${topic} arrived`,
        marks: [],
      });
      return;
    }
    if (seen.has(`${topic} ${message.id}`)) return;
    seen.add(`${topic} ${message.id}`);
    // The emulators run on this machine, so their time is the judge's; what was sent may be seen much later.
    const sent_at_ms = recorder.sinceBeginMs(Math.floor(message.publishTime.getTime()));
    recorder.append({
      ...publishDraft(topic, message.id, naming.contractData(message.data), message.attributes),
      sent_at_ms,
    });
  };
  await Promise.all(
    topics.map(async (topic) => {
      const [subscription] = await pubsub
        .topic(naming.actualTopic(topic))
        .createSubscription(`judge-${topic}`);
      subscription.on('message', hear(topic));
      subscription.on('error', () => {});
      listening.set(topic, subscription);
    }),
  );

  let count = 0;
  return {
    async settle() {
      const sentinel = String(++count);
      await Promise.all(
        topics.map((topic) =>
          pubsub
            .topic(naming.actualTopic(topic))
            .publishMessage({ data: Buffer.from('{}'), attributes: { [SENTINEL]: sentinel } }),
        ),
      );
      const missing = (): readonly string[] => topics.filter((topic) => !arrived.has(`${topic} ${sentinel}`));
      if (!(await recorder.until(() => missing().length === 0, SENTINEL_PATIENCE_MS))) {
        throw new Error(
          `expected the judge's sentinel on every topic within ${SENTINEL_PATIENCE_MS} ms, and ${missing().join(', ')} did not bring it; look at the emulator`,
        );
      }
    },
    async stop() {
      await Promise.all([...listening.values()].map((subscription) => subscription.close()));
    },
  };
}
