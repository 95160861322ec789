import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../drive/backend.ts';
import { openForEachTest, payloads, type World } from '../drive/world.ts';

/** States how a subscription goes back to messages, and forward past them. */
export function describeSeek(backend: () => Backend): void {
  describe('seek and snapshots', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    const seconds = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 });
    const pullAndAck = async (reader: string, count: number) => {
      const received = await world.pull(reader, count);
      await world.ack(reader, received);
      return received;
    };
    const snapshotName = (id: string) => `projects/${world.project}/snapshots/${id}`;

    test('acked messages that are retained come again after a seek to their time', async () => {
      const reader = await world.createSubscription('reader', topic, { retainAckedMessages: true });
      await world.publish(topic, 'one', 'two');
      const [first] = await pullAndAck(reader, 2);
      await world.subscriber.seek({ subscription: reader, time: first?.message?.publishTime ?? null });
      expect(payloads(await world.pull(reader, 2)).sort()).toEqual(['one', 'two']);
    });

    test('without retention a seek back brings nothing that was acked', async () => {
      const reader = await world.createSubscription('reader', topic);
      await world.publish(topic, 'one');
      await pullAndAck(reader, 1);
      await world.subscriber.seek({ subscription: reader, time: seconds(backend().epochMs() - 60_000) });
      await world.publish(topic, 'last');
      expect(payloads(await world.pull(reader, 1))).toEqual(['last']);
    });

    test('a seek to the future acks everything that is there', async () => {
      const reader = await world.createSubscription('reader', topic);
      await world.publish(topic, 'one', 'two');
      const time = seconds(backend().epochMs() + 3_600_000);
      await world.subscriber.seek({ subscription: reader, time });
      await world.publish(topic, 'later');
      expect(payloads(await world.pull(reader, 1))).toEqual(['later']);
    });

    test('a snapshot brings back what was unacked at its moment, and everything since', async () => {
      const reader = await world.createSubscription('reader', topic);
      await world.publish(topic, 'before');
      await pullAndAck(reader, 1);
      await world.publish(topic, 'unacked');
      const name = snapshotName('start');
      const [created] = await world.subscriber.createSnapshot({ name, subscription: reader });
      expect(created).toMatchObject({ name, topic, expireTime: { seconds: expect.anything() } });
      await world.publish(topic, 'since');
      await pullAndAck(reader, 2);
      await world.subscriber.seek({ subscription: reader, snapshot: name });
      expect(payloads(await world.pull(reader, 2)).sort()).toEqual(['since', 'unacked']);
    });

    test('the name of a snapshot that is there is taken, whatever the subscription', async () => {
      const topic = await world.createTopic('topic');
      const reader = await world.createSubscription('reader', topic);
      const name = snapshotName('taken');
      await world.subscriber.createSnapshot({ name, subscription: reader });
      const subscription = world.subscriptionName('missing');
      const again = world.subscriber.createSnapshot({ name, subscription });
      await expect(again).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
    });

    test('snapshots are listed, read and deleted; before that the list is empty', async () => {
      const project = `projects/${world.project}`;
      const listed = async () => (await world.subscriber.listSnapshots({ project }))[0];
      expect(await listed()).toEqual([]);
      const reader = await world.createSubscription('reader', topic);
      const name = snapshotName('start');
      await world.subscriber.createSnapshot({ name, subscription: reader });
      expect(await listed()).toMatchObject([{ name, topic }]);
      expect((await world.publisher.listTopicSnapshots({ topic }))[0]).toEqual([name]);
      await expect(world.subscriber.createSnapshot({ name, subscription: reader })).rejects.toMatchObject({
        code: status.ALREADY_EXISTS,
      });
      await world.subscriber.deleteSnapshot({ snapshot: name });
      expect(await listed()).toEqual([]);
      const seek = world.subscriber.seek({ subscription: reader, snapshot: name });
      await expect(seek).rejects.toMatchObject({ code: status.NOT_FOUND });
    });

    test('messages of an ordering key come again in their order', async () => {
      const settings = { enableMessageOrdering: true, retainAckedMessages: true };
      const reader = await world.createSubscription('reader', topic, settings);
      const keyed = ['a1', 'a2', 'a3'].map((text) => ({ data: Buffer.from(text), orderingKey: 'a' }));
      await world.publish(topic, ...keyed);
      const [first] = await pullAndAck(reader, 3);
      const time = first?.message?.publishTime ?? null;
      const seeking = world.subscriber.seek({ subscription: reader, time });
      if (departs(backend(), 'seek-ordered')) {
        return expect(seeking).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      }
      await seeking;
      expect(payloads(await world.pull(reader, 3))).toEqual(['a1', 'a2', 'a3']);
      return undefined;
    });
  });
}
