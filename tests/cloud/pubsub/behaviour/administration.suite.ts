import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { openForEachTest, type World } from '../drive/world.ts';

/** States what is left of a subscription that was detached, and what access policies do. */
export function describeAdministration(backend: () => Backend): void {
  describe('administration', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    test('a detached subscription holds nothing, gets nothing and cannot be pulled from', async () => {
      const subscription = await world.createSubscription('reader', topic);
      await world.publish(topic, 'one');
      const detaching = world.publisher.detachSubscription({ subscription });
      if (departs(backend(), 'detach')) {
        return expect(detaching).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      }
      await detaching;
      const [found] = await world.subscriber.getSubscription({ subscription });
      expect(found).toMatchObject({ detached: true });
      await expect(world.subscriber.pull({ subscription, maxMessages: 1 })).rejects.toMatchObject({
        code: status.FAILED_PRECONDITION,
      });
      const [left] = await world.publisher.listTopicSubscriptions({ topic });
      expect(left).toEqual([]);
      return undefined;
    });

    const iam = () => world.pubsub.topic('box-scores').iam;

    test('an access policy is kept and shown, and guarded by its etag', async () => {
      const policy = { bindings: [{ role: 'roles/pubsub.publisher', members: ['user:a@example.com'] }] };
      const setting = iam().setPolicy(policy);
      if (departs(backend(), 'access-policies')) {
        return expect(setting).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      }
      const [set] = await setting;
      const [kept] = await iam().getPolicy();
      expect(kept).toMatchObject(policy);
      const again = iam().setPolicy({ ...policy, etag: Buffer.from('old') });
      await expect(again).rejects.toMatchObject({ code: status.ABORTED });
      await iam().setPolicy({ ...set, bindings: [] });
      const [emptied] = await iam().getPolicy();
      expect(emptied).toMatchObject({ bindings: [] });
      return undefined;
    });

    test('every client has every permission', async () => {
      const permissions = ['pubsub.topics.get', 'pubsub.topics.publish'];
      const testing = iam().testPermissions(permissions);
      if (departs(backend(), 'access-policies')) {
        return expect(testing).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      }
      const [held] = await testing;
      return expect(held).toEqual({ 'pubsub.topics.get': true, 'pubsub.topics.publish': true });
    });
  });
}
