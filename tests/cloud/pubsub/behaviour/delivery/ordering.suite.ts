import type { Message } from '@google-cloud/pubsub';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { openForEachTest, payloads, type World } from '../../drive/world.ts';

/** States what an ordering key promises to who pulls. */
export function describeOrdering(backend: () => Backend): void {
  describe('ordering keys', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    const keyed = (orderingKey: string, ...texts: string[]) =>
      texts.map((text) => ({ data: Buffer.from(text), orderingKey }));

    /** Pulls one message after the other, acking each, and returns the payloads in order. */
    const pullInTurn = async (subscription: string, count: number) => {
      const texts: string[] = [];
      while (texts.length < count) {
        const received = await world.pull(subscription, 1);
        texts.push(...payloads(received));
        await world.ack(subscription, received);
      }
      return texts;
    };

    test('messages of one key arrive in the order of their publish', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      const texts = Array.from({ length: 10 }, (_, index) => `game ${index}`);
      await world.publish(topic, ...keyed('2024-01-15', ...texts));
      expect(await pullInTurn(reader, 10)).toEqual(texts);
    });

    test('a pulled message carries its ordering key', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, ...keyed('2024-01-15', 'one'));
      const [received] = await world.pull(reader, 1);
      expect(received?.message?.orderingKey).toBe('2024-01-15');
    });

    test('a held message of one key does not hold up another key', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, ...keyed('a', 'a1'));
      await world.pull(reader, 1);
      await world.publish(topic, ...keyed('b', 'b1'), { data: Buffer.from('no key') });
      expect(payloads(await world.pull(reader, 2)).sort()).toEqual(['b1', 'no key']);
    });

    test('a nacked message is delivered again before the later ones of its key', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, ...keyed('a', 'a1', 'a2', 'a3'));
      const first = await world.pull(reader, 1);
      await world.nack(reader, first);
      const departed = departs(backend(), 'ordering-nack');
      expect(await pullInTurn(reader, 3)).toEqual(departed ? ['a2', 'a3', 'a1'] : ['a1', 'a2', 'a3']);
    });

    test('one pull request gets several messages of a key, in order', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, ...keyed('a', 'a1', 'a2', 'a3'));
      const [response] = await world.subscriber.pull({ subscription: reader, maxMessages: 10 });
      expect(payloads(response.receivedMessages ?? [])).toEqual(['a1', 'a2', 'a3']);
    });

    test('what follows in a key waits while another puller holds its first messages', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, ...keyed('a', 'a1', 'a2', 'a3'));
      const first = await world.pull(reader, 2);
      await world.publish(topic, 'no key');
      expect(payloads(await world.pull(reader, 1))).toEqual(['no key']);
      await world.ack(reader, first);
      expect(payloads(await world.pull(reader, 1))).toEqual(['a3']);
    });

    test('a subscriber that acks as it goes gets hundreds of messages of one key, in order', async () => {
      await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      const texts = Array.from({ length: 300 }, (_, index) => `play ${index}`);
      await world.publish(topic, ...keyed('2024-01-15', ...texts));
      const received: string[] = [];
      const subscription = world.pubsub.subscription('reader');
      subscription.on('message', (message: Message) => {
        received.push(message.data.toString());
        message.ack();
      });
      await backend().until(() => received.length >= texts.length);
      expect(received).toEqual(texts);
      await subscription.close();
    });

    test('a message without a key waits for no other one', async () => {
      const reader = await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      await world.publish(topic, 'one', 'two');
      const [first, second] = await world.pull(reader, 2);
      if (first === undefined || second === undefined) throw new Error('expected two messages');
      await world.nack(reader, [second]);
      const departed = departs(backend(), 'ordering-without-key');
      if (departed) await world.ack(reader, [first]);
      expect(payloads(await world.pull(reader, 1))).toEqual(payloads([second]));
    });

    test('without ordering on the subscription a key holds nothing up', async () => {
      const reader = await world.createSubscription('reader', topic);
      await world.publish(topic, ...keyed('a', 'a1', 'a2'));
      await world.pull(reader, 1);
      expect(await world.pull(reader, 1)).toHaveLength(1);
    });
  });
}
