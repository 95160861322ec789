import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { ackIds, openForEachTest, payloads, type World } from '../../drive/world.ts';

/** States what exactly-once delivery promises to who pulls. */
export function describeExactlyOnce(backend: () => Backend): void {
  describe('exactly-once delivery', () => {
    let world: World;
    let topic: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
    });

    const createReader = () => world.createSubscription('reader', topic, { enableExactlyOnceDelivery: true });

    test('an ack in time succeeds, and the same ack again is refused by name', async () => {
      const reader = await createReader();
      await world.publish(topic, 'one');
      const received = await world.pull(reader, 1);
      await world.ack(reader, received);
      const [ack_id = ''] = ackIds(received);
      await expect(world.ack(reader, received)).rejects.toMatchObject({
        code: expect.any(Number),
        errorInfoMetadata: { [ack_id]: 'PERMANENT_FAILURE_INVALID_ACK_ID' },
      });
    });

    test('an ack after a nack is refused, and the message is delivered again under another ack id', async () => {
      const reader = await createReader();
      await world.publish(topic, 'one');
      const received = await world.pull(reader, 1);
      await world.nack(reader, received);
      await expect(world.ack(reader, received)).rejects.toMatchObject({
        errorInfoMetadata: expect.anything(),
      });
      const again = await world.pull(reader, 1);
      expect(payloads(again)).toEqual(['one']);
      expect(ackIds(again)).not.toEqual(ackIds(received));
      await world.ack(reader, again);
    });

    test('the client tells its caller that an ack holds', async () => {
      await createReader();
      const subscription = world.pubsub.subscription('reader');
      const told: string[] = [];
      subscription.on('message', (message) => {
        message.ackWithResponse().then(
          (response: string) => told.push(response),
          (error: unknown) => told.push(String(error)),
        );
      });
      await world.publish(topic, 'one');
      await backend().until(() => told.length === 1);
      expect(told).toEqual(['SUCCESS']);
      await subscription.close();
    });

    test('an ack ahead of an earlier message of its ordering key is refused for now, and holds after that one', async () => {
      const settings = { enableExactlyOnceDelivery: true, enableMessageOrdering: true };
      const reader = await world.createSubscription('reader', topic, settings);
      const messages = ['one', 'two'].map((text) => ({ data: Buffer.from(text), orderingKey: 'k' }));
      await world.publish(topic, ...messages);
      const [one, two] = await world.pull(reader, 2);
      if (one === undefined || two === undefined) throw new Error('expected two messages');
      await expect(world.ack(reader, [two])).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        errorInfoMetadata: { [String(two.ackId)]: 'TRANSIENT_FAILURE_UNORDERED_ACK_ID' },
      });
      await world.ack(reader, [one]);
      await world.ack(reader, [two]);
    });

    test('a subscription cannot push and deliver exactly once', async () => {
      const pushConfig = { pushEndpoint: 'http://127.0.0.1:9/' };
      const settings = { enableExactlyOnceDelivery: true, pushConfig };
      const creation = world.createSubscription('reader', topic, settings);
      if (departs(backend(), 'exactly-once-push')) await creation;
      else await expect(creation).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });
  });
}
