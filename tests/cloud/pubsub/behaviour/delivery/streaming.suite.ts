import type { Message, Subscription } from '@google-cloud/pubsub';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import type { Backend } from '../../drive/backend.ts';
import { openForEachTest, payloads, type World } from '../../drive/world.ts';

/** States what streaming pull does for the official high-level client with its default settings. */
export function describeStreaming(backend: () => Backend): void {
  describe('streaming pull', () => {
    let world: World;
    let topic: string;
    let opened: Subscription[];
    let errors: unknown[];
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
      opened = [];
      errors = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close()));
    });

    const listen = (
      id: string,
      onMessage: (message: Message) => void,
      options?: Parameters<typeof world.pubsub.subscription>[1],
    ) => {
      const subscription = world.pubsub.subscription(id, options);
      subscription.on('message', onMessage);
      subscription.on('error', (error) => errors.push(error));
      opened.push(subscription);
    };

    test('messages of before and after the opening arrive and are acked', async () => {
      const reader = await world.createSubscription('reader', topic);
      await world.publish(topic, 'before');
      const texts: string[] = [];
      listen('reader', (message) => {
        texts.push(message.data.toString());
        message.ack();
      });
      await backend().until(() => texts.length === 1);
      await world.publish(topic, 'after');
      await backend().until(() => texts.length === 2);
      expect(texts).toEqual(['before', 'after']);
      await Promise.all(opened.splice(0).map((each) => each.close()));
      await world.publish(topic, 'sentinel');
      expect(payloads(await world.pull(reader, 1))).toEqual(['sentinel']);
      expect(errors).toEqual([]);
    });

    test('a message has its attributes, id, ordering key and attempt', async () => {
      const deadLetterTopic = await world.createTopic('box-scores-dlq');
      await world.createSubscription('reader', topic, {
        enableMessageOrdering: true,
        deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 },
      });
      const [id] = await world.publish(topic, {
        data: Buffer.from('x'),
        attributes: { game_date: '2024-01-15' },
        orderingKey: 'k',
      });
      const messages: Message[] = [];
      listen('reader', (message) => messages.push(message));
      await backend().until(() => messages.length === 1);
      const [message] = messages;
      message?.ack();
      expect(message).toMatchObject({
        id,
        attributes: { game_date: '2024-01-15' },
        orderingKey: 'k',
        deliveryAttempt: 1,
      });
    });

    test('a nacked message comes again', async () => {
      await world.createSubscription('reader', topic);
      const ids: string[] = [];
      listen('reader', (message) => {
        ids.push(message.id);
        if (ids.length === 1) message.nack();
        else message.ack();
      });
      await world.publish(topic, 'again');
      await backend().until(() => ids.length === 2);
      expect(ids[1]).toBe(ids[0]);
    });

    test('a thousand messages arrive once each', async () => {
      await world.createSubscription('reader', topic);
      const texts: string[] = [];
      listen('reader', (message) => {
        texts.push(message.data.toString());
        message.ack();
      });
      const sent = Array.from({ length: 1000 }, (_, index) => `player ${index}`);
      await world.publish(topic, ...sent);
      await backend().until(() => texts.length >= 1000);
      expect(texts.sort()).toEqual(sent.sort());
      expect(errors).toEqual([]);
    });

    test('no more messages are out than the client allows', async () => {
      await world.createSubscription('reader', topic);
      const held: Message[] = [];
      let peak = 0;
      let handled = 0;
      const release = () => {
        for (const message of held.splice(0)) {
          handled += 1;
          message.ack();
        }
      };
      listen(
        'reader',
        (message) => {
          held.push(message);
          peak = Math.max(peak, held.length);
        },
        { flowControl: { maxMessages: 3, allowExcessMessages: false } },
      );
      await world.publish(topic, ...Array.from({ length: 9 }, (_, index) => `player ${index}`));
      await backend().until(() => {
        release();
        return handled === 9;
      });
      expect(peak).toBeLessThanOrEqual(3);
    });

    test('several streams of one subscription share its messages', async () => {
      await world.createSubscription('reader', topic);
      const byStream: string[][] = [[], []];
      for (const texts of byStream) {
        listen('reader', (message) => {
          texts.push(message.data.toString());
          message.ack();
        });
      }
      const sent = Array.from({ length: 100 }, (_, index) => `player ${index}`);
      await backend().until(() => opened.every((each) => each.isOpen));
      await world.publish(topic, ...sent);
      await backend().until(() => byStream.flat().length >= 100);
      expect(byStream.flat().sort()).toEqual(sent.sort());
    });

    test('ordered messages reach the listener in order', async () => {
      await world.createSubscription('reader', topic, { enableMessageOrdering: true });
      const texts: string[] = [];
      listen('reader', (message) => {
        texts.push(message.data.toString());
        message.ack();
      });
      const sent = Array.from({ length: 8 }, (_, index) => `game ${index}`);
      await world.publish(topic, ...sent.map((text) => ({ data: Buffer.from(text), orderingKey: 'k' })));
      await backend().until(() => texts.length >= 8);
      expect(texts).toEqual(sent);
    });

    test('a stream on a subscription that does not exist ends with NOT_FOUND', async () => {
      listen('absent', () => {});
      await backend().until(() => errors.length > 0);
      expect(errors[0]).toMatchObject({ code: status.NOT_FOUND });
    });

    test('a stream ends with NOT_FOUND when its subscription is deleted', async () => {
      const reader = await world.createSubscription('reader', topic);
      const texts: string[] = [];
      listen('reader', (message) => {
        texts.push(message.data.toString());
        message.ack();
      });
      await world.publish(topic, 'open');
      await backend().until(() => texts.length === 1);
      await world.subscriber.deleteSubscription({ subscription: reader });
      await backend().until(() => errors.length > 0);
      expect(errors[0]).toMatchObject({ code: status.NOT_FOUND });
    });
  });
}
