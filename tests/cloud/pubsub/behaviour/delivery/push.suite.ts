import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { type Endpoint, openEndpoint, textOf } from '../../drive/endpoint.ts';
import { openForEachTest, payloads, type World } from '../../drive/world.ts';

/** States what push delivery sends and how it takes the answers. */
export function describePush(backend: () => Backend): void {
  describe('push', () => {
    let world: World;
    let topic: string;
    let endpoint: Endpoint;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
      endpoint = await openEndpoint();
    });
    afterEach(async () => {
      // A subscription that outlived its endpoint would go on trying.
      const [subscriptions] = await world.subscriber.listSubscriptions({
        project: `projects/${world.project}`,
      });
      for (const { name } of subscriptions) {
        await world.subscriber.deleteSubscription({ subscription: name ?? '' });
      }
      await endpoint.close();
    });

    const subscribe = (extra: Parameters<World['createSubscription']>[2] = {}) =>
      world.createSubscription('pusher', topic, { ...extra, pushConfig: { pushEndpoint: endpoint.url } });

    test('a push wraps payload, attributes, ids and time, and names the subscription', async () => {
      const name = await subscribe();
      const [id] = await world.publish(topic, { data: Buffer.from('héllo'), attributes: { a: 'b' } });
      await backend().until(() => endpoint.bodies.length === 1);
      const [body] = endpoint.bodies;
      expect(body).toEqual({
        message: {
          data: Buffer.from('héllo').toString('base64'),
          attributes: { a: 'b' },
          messageId: id,
          message_id: id,
          publishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
          publish_time: body?.message.publishTime,
        },
        subscription: name,
      });
    });

    test('empty data and attributes are left out', async () => {
      await subscribe();
      await world.publish(topic, { data: Buffer.from('x') });
      await world.publish(topic, { attributes: { only: 'this' } });
      await backend().until(() => endpoint.bodies.length === 2);
      const departed = departs(backend(), 'push-empty-fields');
      const bare = endpoint.bodies.find(({ message }) => message.attributes?.['only'] === undefined);
      const empty = endpoint.bodies.find(({ message }) => message.attributes?.['only'] === 'this');
      expect(bare?.message.attributes).toEqual(departed ? {} : undefined);
      expect(empty?.message.data).toBe(departed ? '' : undefined);
    });

    test('a push body carries the ordering key', async () => {
      await subscribe({ enableMessageOrdering: true });
      await world.publish(topic, { data: Buffer.from('x'), orderingKey: 'k' });
      await backend().until(() => endpoint.bodies.length === 1);
      const expected = departs(backend(), 'push-ordering-key') ? undefined : 'k';
      expect(endpoint.bodies[0]?.message.orderingKey).toBe(expected);
    });

    test.each([
      [200, 1, undefined],
      [201, 1, undefined],
      [202, 1, 'push-ack-202'],
      [204, 1, undefined],
      [203, 2, 'push-ack-203'],
      [301, 2, undefined],
      [400, 2, undefined],
      [404, 2, undefined],
      [409, 2, undefined],
      [429, 2, undefined],
      [500, 2, undefined],
      [503, 2, undefined],
    ] as const)('an answer of %i makes %i deliveries', async (code, deliveries, difference) => {
      endpoint.answer = (body, earlier) => {
        if (textOf(body) === 'control') return earlier === 0 ? 500 : 200;
        return earlier === 0 ? code : 200;
      };
      await subscribe();
      await world.publish(topic, 'judged');
      await backend().until(() => endpoint.bodies.length === 1);
      // Once a nacked message that came later was delivered again, so was the one before, if it is at all.
      await world.publish(topic, 'control');
      const count = (text: string) => endpoint.texts().filter((each) => each === text).length;
      await backend().until(() => count('control') === 2);
      const departed = difference !== undefined && departs(backend(), difference);
      const expected = departed ? 3 - deliveries : deliveries;
      await backend().until(() => count('judged') >= expected);
      expect(count('judged')).toBe(expected);
    });

    test('a refused connection is a nack', async () => {
      const closed = await openEndpoint();
      await closed.close();
      const name = await world.createSubscription('pusher', topic, {
        pushConfig: { pushEndpoint: closed.url },
      });
      await world.publish(topic, 'patient');
      await world.subscriber.modifyPushConfig({
        subscription: name,
        pushConfig: { pushEndpoint: endpoint.url },
      });
      await backend().until(() => endpoint.bodies.length > 0);
      expect(endpoint.texts()).toContain('patient');
    });

    test('no answer within the ack deadline is a nack', async () => {
      endpoint.answer = (_body, earlier) => (earlier === 0 ? 'never' : 200);
      await subscribe({ ackDeadlineSeconds: 10 });
      await world.publish(topic, 'slow');
      await backend().until(() => endpoint.bodies.length === 1);
      await backend().fastForward(10_001);
      await backend().until(() => endpoint.bodies.length === 2);
      expect(endpoint.texts()).toEqual(['slow', 'slow']);
    });

    test('the minimum backoff passes before a nacked push is sent again', async () => {
      const times: number[] = [];
      endpoint.answer = (_body, earlier) => {
        times.push(backend().nowMs());
        return earlier === 0 ? 500 : 200;
      };
      await subscribe({ retryPolicy: { minimumBackoff: { seconds: 2 }, maximumBackoff: { seconds: 4 } } });
      await world.publish(topic, 'later');
      await backend().until(() => times.length === 2);
      const waited_ms = (times[1] ?? 0) - (times[0] ?? 0);
      if (departs(backend(), 'push-retry-policy')) expect(waited_ms).toBeLessThan(1900);
      else expect(waited_ms).toBeGreaterThanOrEqual(2000);
    });

    test('many pushes are in flight at the same time', async () => {
      endpoint.answer = () => 'never';
      await subscribe();
      await world.publish(topic, ...Array.from({ length: 20 }, (_, index) => `player ${index}`));
      const expected = departs(backend(), 'push-in-flight') ? 2 : 20;
      await backend().until(() => endpoint.bodies.length >= expected);
      expect(endpoint.bodies).toHaveLength(expected);
    });

    test('messages of one ordering key are pushed one after the other, in order', async () => {
      endpoint.answer = (body, earlier) => (textOf(body) === 'game 2' && earlier === 0 ? 500 : 200);
      await subscribe({ enableMessageOrdering: true });
      const sent = Array.from({ length: 5 }, (_, index) => `game ${index}`);
      await world.publish(topic, ...sent.map((text) => ({ data: Buffer.from(text), orderingKey: 'k' })));
      await backend().until(() => endpoint.texts().includes('game 4'));
      const acked = endpoint.texts().filter((text, index, all) => all.lastIndexOf(text) === index);
      expect(acked).toEqual(sent);
    });

    test('without an endpoint a push subscription can be pulled, with one it cannot', async () => {
      const name = await subscribe();
      const request = { subscription: name, maxMessages: 1, returnImmediately: true };
      const refused = world.subscriber.pull(request);
      if (departs(backend(), 'pull-from-push')) {
        const [response] = await refused;
        expect(response.receivedMessages).toEqual([]);
      } else await expect(refused).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
      await world.subscriber.modifyPushConfig({ subscription: name, pushConfig: {} });
      await world.publish(topic, 'pulled');
      expect(payloads(await world.pull(name, 1))).toEqual(['pulled']);
      expect(endpoint.bodies).toEqual([]);
    });
  });
}
