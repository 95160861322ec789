import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { ackIds, openForEachTest, payloads, type World } from '../drive/world.ts';

const INVALID = { code: status.INVALID_ARGUMENT };

/** States how subscriptions are created, changed, listed and deleted. */
export function describeSubscriptions(backend: () => Backend): void {
  describe('subscriptions', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    test('a new subscription has a deadline of 10 s, seven days of retention and no push', async () => {
      const name = await world.createSubscription('reader', topic, { labels: { phase: 'two' } });
      const [found] = await world.subscriber.getSubscription({ subscription: name });
      expect(found).toMatchObject({
        name,
        topic,
        labels: { phase: 'two' },
        ackDeadlineSeconds: 10,
        messageRetentionDuration: { seconds: '604800' },
        pushConfig: { pushEndpoint: '' },
        enableMessageOrdering: false,
        deadLetterPolicy: null,
        retryPolicy: null,
      });
    });

    test('a subscription keeps the time to live that it was created with', async () => {
      const ttl = { seconds: 86_400 };
      const name = await world.createSubscription('reader', topic, { expirationPolicy: { ttl } });
      const [found] = await world.subscriber.getSubscription({ subscription: name });
      expect(found.expirationPolicy).toMatchObject({ ttl: { seconds: '86400' } });
    });

    test('a subscription that exists cannot be created again', async () => {
      await world.createSubscription('reader', topic);
      await expect(world.createSubscription('reader', topic)).rejects.toMatchObject({
        code: status.ALREADY_EXISTS,
      });
    });

    test('a subscription of a topic, or with a dead-letter topic, that does not exist is NOT_FOUND', async () => {
      const absent = world.topicName('absent');
      await expect(world.createSubscription('reader', absent)).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
      const deadLetterPolicy = { deadLetterTopic: absent, maxDeliveryAttempts: 5 };
      await expect(world.createSubscription('reader', topic, { deadLetterPolicy })).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
    });

    test('every call on a subscription that does not exist is NOT_FOUND', async () => {
      const subscription = world.subscriptionName('absent');
      const ids = ['1-1-1'];
      const { subscriber } = world;
      const calls = [
        () => subscriber.getSubscription({ subscription }),
        () => subscriber.deleteSubscription({ subscription }),
        () => subscriber.pull({ subscription, maxMessages: 1 }),
        () => subscriber.modifyPushConfig({ subscription, pushConfig: {} }),
        () =>
          subscriber.updateSubscription({
            subscription: { name: subscription, ackDeadlineSeconds: 20 },
            updateMask: { paths: ['ack_deadline_seconds'] },
          }),
      ];
      // Google's emulator looks at the ack id before it looks for the subscription.
      if (backend().name === 'embedded') {
        calls.push(() => subscriber.acknowledge({ subscription, ackIds: ids }));
      }
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: status.NOT_FOUND });
    });

    test.each([
      ['a push endpoint that is no URL', { pushConfig: { pushEndpoint: 'nonsense' } }],
      [
        'a minimum backoff above the maximum',
        { retryPolicy: { minimumBackoff: { seconds: 20 }, maximumBackoff: { seconds: 10 } } },
      ],
      ['an ack deadline above 600 s', { ackDeadlineSeconds: 601 }],
    ])('%s is INVALID_ARGUMENT', async (_what, extra) => {
      await expect(world.createSubscription('reader', topic, extra)).rejects.toMatchObject(INVALID);
    });

    test('fewer than five delivery attempts are refused', async () => {
      const deadLetterPolicy = { deadLetterTopic: topic, maxDeliveryAttempts: 3 };
      const code = departs(backend(), 'attempts-bounds') ? status.OUT_OF_RANGE : status.INVALID_ARGUMENT;
      await expect(world.createSubscription('reader', topic, { deadLetterPolicy })).rejects.toMatchObject({
        code,
      });
    });

    test('an ack deadline below 10 s is refused', async () => {
      const creation = world.createSubscription('reader', topic, { ackDeadlineSeconds: 5 });
      if (departs(backend(), 'ack-deadline-bounds')) await expect(creation).resolves.toBeDefined();
      else await expect(creation).rejects.toMatchObject(INVALID);
    });

    test('an update changes the fields of its mask and no others', async () => {
      const name = await world.createSubscription('reader', topic, { labels: { keep: 'me' } });
      const [updated] = await world.subscriber.updateSubscription({
        subscription: { name, ackDeadlineSeconds: 30, retryPolicy: { minimumBackoff: { seconds: 1 } } },
        updateMask: { paths: ['ack_deadline_seconds', 'retry_policy'] },
      });
      expect(updated).toMatchObject({
        name,
        topic,
        labels: { keep: 'me' },
        ackDeadlineSeconds: 30,
        retryPolicy: { minimumBackoff: { seconds: '1' }, maximumBackoff: { seconds: '600' } },
      });
      const [found] = await world.subscriber.getSubscription({ subscription: name });
      expect(found).toEqual(updated);
    });

    test.each([[['nonsense']], [['topic']], [['enable_message_ordering']], [[]]])(
      'an update with the mask %j is INVALID_ARGUMENT',
      async (paths) => {
        const name = await world.createSubscription('reader', topic);
        const update = world.subscriber.updateSubscription({
          subscription: { name, topic },
          updateMask: { paths },
        });
        await expect(update).rejects.toMatchObject(INVALID);
      },
    );

    test('an updated deadline holds for messages that are handed out afterwards', async () => {
      const name = await world.createSubscription('reader', topic, { ackDeadlineSeconds: 600 });
      await world.subscriber.updateSubscription({
        subscription: { name, ackDeadlineSeconds: 10 },
        updateMask: { paths: ['ack_deadline_seconds'] },
      });
      await world.publish(topic, 'slow');
      await world.pull(name, 1);
      await backend().fastForward(10_001);
      expect(payloads(await world.pull(name, 1))).toEqual(['slow']);
    });

    test('subscriptions are listed by name, page by page', async () => {
      for (const id of ['ccc', 'aaa', 'bbb']) await world.createSubscription(id, topic);
      const project = `projects/${world.project}`;
      const once = { autoPaginate: false };
      const [first, , head] = await world.subscriber.listSubscriptions({ project, pageSize: 2 }, once);
      const pageToken = head.nextPageToken ?? '';
      const [second] = await world.subscriber.listSubscriptions({ project, pageSize: 2, pageToken }, once);
      const expected = ['aaa', 'bbb', 'ccc'].map(world.subscriptionName);
      expect([...first, ...second].map(({ name }) => name)).toEqual(expected);
    });

    test('a deleted subscription is gone, and a new one of the same name begins empty', async () => {
      const name = await world.createSubscription('reader', topic);
      await world.publish(topic, 'old');
      const [held] = await world.pull(name, 1);
      await world.subscriber.deleteSubscription({ subscription: name });
      await expect(world.subscriber.getSubscription({ subscription: name })).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
      await world.createSubscription('reader', topic);
      await world.publish(topic, 'new');
      await world.subscriber.acknowledge({ subscription: name, ackIds: ackIds(held ? [held] : []) });
      expect(payloads(await world.pull(name, 1))).toEqual(['new']);
    });

    test('a subscription gets nothing that was published before it was created', async () => {
      await world.publish(topic, 'before');
      const name = await world.createSubscription('reader', topic);
      await world.publish(topic, 'after');
      expect(payloads(await world.pull(name, 1))).toEqual(['after']);
    });
  });
}
