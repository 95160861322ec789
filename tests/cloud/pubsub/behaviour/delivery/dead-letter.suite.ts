import { afterEach, describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { type Endpoint, openEndpoint, textOf } from '../../drive/endpoint.ts';
import { openForEachTest, payloads, type World } from '../../drive/world.ts';

/** States how a message that keeps failing reaches its dead-letter topic. */
export function describeDeadLetter(backend: () => Backend): void {
  describe('dead letter', () => {
    let world: World;
    let topic: string;
    let dead: string;
    let deadLetterPolicy: { deadLetterTopic: string; maxDeliveryAttempts: number };
    let endpoint: Endpoint;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      endpoint = await openEndpoint();
      topic = await world.createTopic('box-scores');
      const deadLetterTopic = await world.createTopic('box-scores-dlq');
      dead = await world.createSubscription('dead', deadLetterTopic);
      deadLetterPolicy = { deadLetterTopic, maxDeliveryAttempts: 5 };
    });
    afterEach(() => endpoint.close());

    /** Gives a lazy backend the pull that makes it forward. */
    const nudge = async (subscription: string) => {
      if (!departs(backend(), 'dead-letter-at-once')) return;
      await world.subscriber.pull({ subscription, maxMessages: 1, returnImmediately: true });
    };

    test('each pulled delivery counts its attempt, and the fifth nack moves the message', async () => {
      const reader = await world.createSubscription('reader', topic, { deadLetterPolicy });
      await world.publish(topic, { data: Buffer.from('poison'), attributes: { a: 'b' }, orderingKey: 'k' });
      const attempts: unknown[] = [];
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        const received = await world.pull(reader, 1);
        attempts.push(received[0]?.deliveryAttempt);
        await world.nack(reader, received);
      }
      expect(attempts).toEqual([1, 2, 3, 4, 5]);
      await nudge(reader);
      const [moved] = await world.pull(dead, 1);
      expect(moved?.message).toMatchObject({
        data: Buffer.from('poison'),
        orderingKey: 'k',
        attributes: {
          a: 'b',
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
          CloudPubSubDeadLetterSourceSubscription: 'reader',
          CloudPubSubDeadLetterSourceSubscriptionProject: world.project,
          CloudPubSubDeadLetterSourceTopicPublishTime: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      });
    });

    test('a dead-lettered message is gone from its subscription', async () => {
      const reader = await world.createSubscription('reader', topic, { deadLetterPolicy });
      await world.publish(topic, 'poison');
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        await world.nack(reader, await world.pull(reader, 1));
      }
      await nudge(reader);
      await world.pull(dead, 1);
      await world.publish(topic, 'sentinel');
      expect(payloads(await world.pull(reader, 1))).toEqual(['sentinel']);
    });

    test('a push that is never acked is moved after five deliveries', async () => {
      endpoint.answer = (body) => (textOf(body) === 'poison' ? 400 : 200);
      await world.createSubscription('pusher', topic, {
        deadLetterPolicy,
        pushConfig: { pushEndpoint: endpoint.url },
      });
      await world.publish(topic, 'poison', 'fine');
      await backend().until(() => endpoint.texts().filter((text) => text === 'poison').length === 5);
      expect(payloads(await world.pull(dead, 1))).toEqual(['poison']);
      await world.publish(topic, 'sentinel');
      await backend().until(() => endpoint.texts().includes('sentinel'));
      expect([...endpoint.texts()].sort()).toEqual([
        'fine',
        ...Array.from({ length: 5 }, () => 'poison'),
        'sentinel',
      ]);
    });

    test('a push body counts the attempts', async () => {
      endpoint.answer = (_body, earlier) => (earlier < 2 ? 500 : 200);
      await world.createSubscription('pusher', topic, {
        deadLetterPolicy,
        pushConfig: { pushEndpoint: endpoint.url },
      });
      await world.publish(topic, 'counted');
      await backend().until(() => endpoint.bodies.length === 3);
      const attempts = endpoint.bodies.map(({ deliveryAttempt }) => deliveryAttempt);
      const departed = departs(backend(), 'push-delivery-attempt');
      expect(attempts).toEqual(departed ? [undefined, undefined, undefined] : [1, 2, 3]);
    });
  });
}
