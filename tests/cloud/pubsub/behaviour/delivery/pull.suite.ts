import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { ackIds, openForEachTest, payloads, type World } from '../../drive/world.ts';

const INVALID = { code: status.INVALID_ARGUMENT };

/** States what publishing and pulling do with messages. */
export function describePull(backend: () => Backend): void {
  describe('publish and pull', () => {
    let world: World;
    let topic: string;
    let reader: string;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
      reader = await world.createSubscription('reader', topic);
    });

    test('a pulled message has the payload, attributes, id and time of its publish', async () => {
      const [message_id] = await world.publish(topic, {
        data: Buffer.from([0, 255, 1]),
        attributes: { game_date: '2024-01-15', empty: '' },
      });
      const [received] = await world.pull(reader, 1);
      expect(received?.message).toMatchObject({
        data: Buffer.from([0, 255, 1]),
        attributes: { game_date: '2024-01-15', empty: '' },
        messageId: message_id,
        orderingKey: '',
      });
      expect(Number(received?.message?.publishTime?.seconds)).toBeGreaterThan(1_700_000_000);
      expect(received?.deliveryAttempt).toBe(0);
    });

    test('every message of one request gets an id of its own, in order', async () => {
      const ids = await world.publish(topic, 'one', 'two', 'three');
      expect(new Set(ids).size).toBe(3);
      const received = await world.pull(reader, 3);
      const byId = new Map(received.map((each) => [each.message?.messageId, payloads([each])[0]]));
      expect(ids.map((id) => byId.get(id))).toEqual(['one', 'two', 'three']);
    });

    test('each subscription gets every message', async () => {
      const second = await world.createSubscription('second', topic);
      await world.publish(topic, 'both');
      expect(payloads(await world.pull(reader, 1))).toEqual(['both']);
      expect(payloads(await world.pull(second, 1))).toEqual(['both']);
    });

    test.each([
      ['no message', []],
      ['a message without data and attributes', [{}]],
      ['more than 1000 messages', Array.from({ length: 1001 }, () => ({ data: Buffer.from('x') }))],
    ])('%s in a publish request is INVALID_ARGUMENT', async (_what, messages) => {
      await expect(world.publish(topic, ...messages)).rejects.toMatchObject(INVALID);
    });

    test('a message may consist of attributes alone', async () => {
      await world.publish(topic, { attributes: { only: 'this' } });
      const [received] = await world.pull(reader, 1);
      expect(received?.message?.attributes).toEqual({ only: 'this' });
    });

    test('reserved attribute keys are refused', async () => {
      const publish = world.publish(topic, { data: Buffer.from('x'), attributes: { google: 'x' } });
      if (departs(backend(), 'reserved-attributes')) await expect(publish).resolves.toBeDefined();
      else await expect(publish).rejects.toMatchObject(INVALID);
    });

    test('a request of more than 10 MB is refused', async () => {
      const publish = world.publish(topic, { data: Buffer.alloc(10 * 1024 * 1024 + 1) });
      if (departs(backend(), 'publish-size')) await expect(publish).resolves.toBeDefined();
      else await expect(publish).rejects.toMatchObject(INVALID);
    });

    test('a message that is leased or acked is not handed out again', async () => {
      await world.publish(topic, 'first', 'second');
      const held = await world.pull(reader, 2);
      await world.ack(reader, held.slice(0, 1));
      await world.publish(topic, 'third');
      expect(payloads(await world.pull(reader, 1))).toEqual(['third']);
    });

    test('an acked message does not return when its deadline passes', async () => {
      await world.publish(topic, 'acked', 'left');
      const held = await world.pull(reader, 2);
      const acked = held.filter((each) => payloads([each])[0] === 'acked');
      await world.ack(reader, acked);
      await backend().fastForward(10_001);
      expect(payloads(await world.pull(reader, 1))).toEqual(['left']);
      await world.publish(topic, 'sentinel');
      expect(payloads(await world.pull(reader, 1))).toEqual(['sentinel']);
    });

    test('an unacked message returns with the same id when its deadline passes', async () => {
      const ids = await world.publish(topic, 'slow');
      const [first] = await world.pull(reader, 1);
      await backend().fastForward(10_001);
      const [again] = await world.pull(reader, 1);
      expect(again?.message?.messageId).toBe(ids[0]);
      expect(again?.ackId).not.toBe(first?.ackId);
    });

    test('a nacked message returns at once', async () => {
      await world.publish(topic, 'again');
      await world.nack(reader, await world.pull(reader, 1));
      expect(payloads(await world.pull(reader, 1))).toEqual(['again']);
    });

    test('a longer deadline keeps a message away until it passes', async () => {
      await world.publish(topic, 'extended', 'plain');
      const held = await world.pull(reader, 2);
      const extended = held.filter((each) => payloads([each])[0] === 'extended');
      await world.subscriber.modifyAckDeadline({
        subscription: reader,
        ackIds: ackIds(extended),
        ackDeadlineSeconds: 14,
      });
      await backend().fastForward(10_001);
      expect(payloads(await world.pull(reader, 1))).toEqual(['plain']);
      await backend().fastForward(4000);
      expect(payloads(await world.pull(reader, 1))).toEqual(['extended']);
    });

    test('an ack deadline above 600 s is refused', async () => {
      await world.publish(topic, 'x');
      const ids = ackIds(await world.pull(reader, 1));
      const change = world.subscriber.modifyAckDeadline({
        subscription: reader,
        ackIds: ids,
        ackDeadlineSeconds: 601,
      });
      if (departs(backend(), 'ack-deadline-bounds')) await expect(change).resolves.toBeDefined();
      else await expect(change).rejects.toMatchObject(INVALID);
    });

    test('an ack id that was never given out is INVALID_ARGUMENT, one that is used up is not', async () => {
      await world.publish(topic, 'x');
      const held = await world.pull(reader, 1);
      await world.ack(reader, held);
      await world.ack(reader, held);
      const nonsense = world.subscriber.acknowledge({ subscription: reader, ackIds: ['nonsense'] });
      await expect(nonsense).rejects.toMatchObject(INVALID);
    });

    test('an ack after the deadline does not keep the message from returning', async () => {
      await world.publish(topic, 'late', 'control');
      const held = await world.pull(reader, 2);
      await backend().fastForward(10_001);
      const [first] = await world.pull(reader, 1);
      const late = held.filter((each) => each.message?.messageId !== first?.message?.messageId);
      await world.ack(reader, late);
      expect(payloads(await world.pull(reader, 1))).toEqual(payloads(late));
    });

    test('a pull waits for a message', async () => {
      const waiting = world.pull(reader, 1);
      await world.publish(topic, 'awaited');
      expect(payloads(await waiting)).toEqual(['awaited']);
    });

    test('a pull that must not wait is answered empty', async () => {
      const request = { subscription: reader, maxMessages: 1, returnImmediately: true };
      const [response] = await world.subscriber.pull(request);
      expect(response.receivedMessages).toEqual([]);
    });

    test('a pull without a maximum is INVALID_ARGUMENT', async () => {
      await expect(world.subscriber.pull({ subscription: reader })).rejects.toMatchObject(INVALID);
    });

    test('two pullers of one subscription share its messages', async () => {
      await world.publish(topic, 'one', 'two');
      const [first, second] = await Promise.all([world.pull(reader, 1), world.pull(reader, 1)]);
      expect([...payloads(first), ...payloads(second)].sort()).toEqual(['one', 'two']);
    });
  });
}
