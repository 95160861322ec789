import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { type Clients, connect, type World } from '../drive/world.ts';

/** States what topics and their listing do. */
export function describeTopics(backend: () => Backend): void {
  describe('topics', () => {
    let clients: Clients;
    let world: World;
    beforeAll(() => {
      clients = connect(backend());
    });
    beforeEach(() => {
      world = clients.newWorld();
    });
    afterAll(() => clients.close());

    test('a created topic can be got with its labels', async () => {
      const name = world.topicName('box-scores');
      await world.publisher.createTopic({ name, labels: { phase: 'one' } });
      const [topic] = await world.publisher.getTopic({ topic: name });
      expect(topic).toMatchObject({ name, labels: { phase: 'one' } });
    });

    test('a topic that exists cannot be created again', async () => {
      const name = await world.createTopic('box-scores');
      await expect(world.publisher.createTopic({ name })).rejects.toMatchObject({
        code: status.ALREADY_EXISTS,
      });
    });

    test('a topic that does not exist is NOT_FOUND for get, publish and delete', async () => {
      const topic = world.topicName('absent');
      const notFound = { code: status.NOT_FOUND };
      await expect(world.publisher.getTopic({ topic })).rejects.toMatchObject(notFound);
      await expect(world.publish(topic, 'lost')).rejects.toMatchObject(notFound);
      await expect(world.publisher.deleteTopic({ topic })).rejects.toMatchObject(notFound);
    });

    test.each(['nonsense', 'projects/p/topics/a', 'projects/p/topics/1abc', 'projects/p/topics/googabc'])(
      'the topic name %s is INVALID_ARGUMENT',
      async (name) => {
        await expect(world.publisher.createTopic({ name })).rejects.toMatchObject({
          code: status.INVALID_ARGUMENT,
        });
      },
    );

    test('topics are listed by name, page by page', async () => {
      for (const id of ['ccc', 'aaa', 'bbb']) await world.createTopic(id);
      const project = `projects/${world.project}`;
      const once = { autoPaginate: false };
      const [first, , head] = await world.publisher.listTopics({ project, pageSize: 2 }, once);
      expect(first.map(({ name }) => name)).toEqual([world.topicName('aaa'), world.topicName('bbb')]);
      const pageToken = head.nextPageToken ?? '';
      const [second, , tail] = await world.publisher.listTopics({ project, pageSize: 2, pageToken }, once);
      expect(second.map(({ name }) => name)).toEqual([world.topicName('ccc')]);
      expect(tail.nextPageToken ?? '').toBe('');
    });

    test('a page token that no page gave is refused', async () => {
      const request = { project: `projects/${world.project}`, pageToken: 'nonsense' };
      const listing = world.publisher.listTopics(request, { autoPaginate: false });
      if (departs(backend(), 'page-token')) await expect(listing).resolves.toBeDefined();
      else await expect(listing).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });

    test('projects see neither the topics nor the subscriptions of each other', async () => {
      const other = clients.newWorld();
      const topic = await world.createTopic('shared-id');
      await world.createSubscription('shared-sub', topic);
      const [topics] = await other.publisher.listTopics({ project: `projects/${other.project}` });
      const [subscriptions] = await other.subscriber.listSubscriptions({
        project: `projects/${other.project}`,
      });
      expect([topics, subscriptions]).toEqual([[], []]);
      await other.createTopic('shared-id');
      await other.createSubscription('shared-sub', other.topicName('shared-id'));
      await world.publish(topic, 'mine');
      await other.publish(other.topicName('shared-id'), 'theirs');
      const [message] = await other.pull(other.subscriptionName('shared-sub'), 1);
      expect(Buffer.from(message?.message?.data ?? '').toString()).toBe('theirs');
    });

    test('labels and retention of a topic can be updated through a mask', async () => {
      const name = await world.createTopic('box-scores');
      const update = world.publisher.updateTopic({
        topic: { name, labels: { phase: 'two' }, messageRetentionDuration: { seconds: 1200 } },
        updateMask: { paths: ['labels', 'message_retention_duration'] },
      });
      if (departs(backend(), 'update-topic-labels')) {
        return expect(update).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      }
      const [topic] = await update;
      expect(topic).toMatchObject({
        labels: { phase: 'two' },
        messageRetentionDuration: { seconds: '1200' },
      });
    });

    test('a topic update without a mask is INVALID_ARGUMENT', async () => {
      const name = await world.createTopic('box-scores');
      await expect(world.publisher.updateTopic({ topic: { name } })).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
    });

    test("a topic's subscriptions are listed, those of other topics are not", async () => {
      const topic = await world.createTopic('box-scores');
      const other = await world.createTopic('schedule');
      for (const id of ['second', 'first']) await world.createSubscription(id, topic);
      await world.createSubscription('foreign', other);
      const [names] = await world.publisher.listTopicSubscriptions({ topic });
      expect(names).toEqual([world.subscriptionName('first'), world.subscriptionName('second')]);
    });

    test('the subscriptions of a topic that does not exist are NOT_FOUND', async () => {
      const listing = world.publisher.listTopicSubscriptions({ topic: world.topicName('absent') });
      if (departs(backend(), 'subscriptions-of-missing-topic')) {
        const [names] = await listing;
        expect(names).toEqual([]);
      } else await expect(listing).rejects.toMatchObject({ code: status.NOT_FOUND });
    });

    test('a deleted topic is gone, and its subscription stays with what it holds', async () => {
      const topic = await world.createTopic('box-scores');
      const subscription = await world.createSubscription('reader', topic);
      await world.publish(topic, 'kept');
      await world.publisher.deleteTopic({ topic });
      await expect(world.publisher.getTopic({ topic })).rejects.toMatchObject({ code: status.NOT_FOUND });
      const [found] = await world.subscriber.getSubscription({ subscription });
      expect(found.topic).toBe('_deleted-topic_');
      expect(await world.pull(subscription, 1)).toHaveLength(1);
    });

    test('a topic created again under the same name does not feed the old subscription', async () => {
      const topic = await world.createTopic('box-scores');
      const old = await world.createSubscription('old', topic);
      await world.publisher.deleteTopic({ topic });
      await world.createTopic('box-scores');
      const fresh = await world.createSubscription('fresh', topic);
      await world.publish(topic, 'new');
      expect(await world.pull(fresh, 1)).toHaveLength(1);
      const [nothing] = await world.subscriber.pull({
        subscription: old,
        maxMessages: 1,
        returnImmediately: true,
      });
      expect(nothing.receivedMessages).toEqual([]);
    });
  });
}
