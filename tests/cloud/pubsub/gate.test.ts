import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallVerdict, CloudCall, CloudEvent } from '../../../conformance/cloud/calls.ts';
import { createVirtualClock } from '../../../conformance/cloud/clock.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { type Clients, connect, payloads, type World } from './drive/world.ts';

describe('the gate and the observer of the embedded Pub/Sub', () => {
  let cloud: EmbeddedCloud;
  let clients: Clients;
  let world: World;
  let verdict: (call: CloudCall) => CallVerdict;
  let events: CloudEvent[];

  beforeAll(async () => {
    const clock = createVirtualClock();
    cloud = await startEmbeddedCloud({
      clock,
      gate: (call) => verdict(call),
      observe: (event) => events.push(event),
    });
    const { pubsub_host, stop } = cloud;
    clients = connect({
      name: 'embedded',
      pubsub_host,
      nowMs: clock.nowMs,
      epochMs: clock.nowMs,
      fastForward: (duration_ms) => clock.advance(duration_ms),
      until: async () => {},
      stop,
    });
  });
  beforeEach(() => {
    verdict = () => ({ kind: 'serve' });
    events = [];
    world = clients.newWorld();
  });
  afterAll(async () => {
    await clients.close();
    await cloud.stop();
  });

  const onPublish = (decided: CallVerdict) => {
    verdict = ({ method }) => (method === 'Publish' ? decided : { kind: 'serve' });
  };
  const published = () => events.filter((event) => event.kind === 'publish');

  test('a call whose answer is held back is done meanwhile, and whoever reads sees it before its caller knows', async () => {
    const topic = await world.createTopic('box-scores');
    const reader = await world.createSubscription('reader', topic);
    let answer = (): void => {};
    const answer_after = new Promise<void>((resolve) => {
      answer = resolve;
    });
    onPublish({ kind: 'serve', answer_after });
    let is_answered = false;
    const publishing = world.publish(topic, 'early').then(() => {
      is_answered = true;
    });
    expect(payloads(await world.pull(reader, 1))).toEqual(['early']);
    expect(is_answered).toBe(false);
    answer();
    await publishing;
    expect(is_answered).toBe(true);
  });

  test('a failed call answers with the given error and does nothing', async () => {
    const topic = await world.createTopic('box-scores');
    const reader = await world.createSubscription('reader', topic);
    onPublish({ kind: 'fail', code: status.PERMISSION_DENIED, message: 'on purpose' });
    await expect(world.publish(topic, 'lost')).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
      details: 'on purpose',
    });
    expect(published()).toEqual([]);
    verdict = () => ({ kind: 'serve' });
    await world.publish(topic, 'sentinel');
    expect(payloads(await world.pull(reader, 1))).toEqual(['sentinel']);
  });

  test('a call that fails afterwards has taken effect', async () => {
    const topic = await world.createTopic('box-scores');
    const reader = await world.createSubscription('reader', topic);
    onPublish({ kind: 'fail_after', code: status.PERMISSION_DENIED, message: 'on purpose' });
    await expect(world.publish(topic, 'arrived')).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    expect(payloads(await world.pull(reader, 1))).toEqual(['arrived']);
  });

  test('a call that hangs has no effect and no answer', async () => {
    const topic = await world.createTopic('box-scores');
    onPublish({ kind: 'hang' });
    const request = { topic, messages: [{ data: Buffer.from('lost') }] };
    const hanging = world.publisher.publish(request, { timeout: 100 });
    await expect(hanging).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(published()).toEqual([]);
  });

  test('the gate is told service, method, project and request', async () => {
    const calls: CloudCall[] = [];
    verdict = (call) => {
      calls.push(call);
      return { kind: 'serve' };
    };
    const name = await world.createTopic('box-scores');
    expect(calls).toEqual([
      {
        sequence: expect.any(Number),
        origin: null,
        service: 'pubsub',
        method: 'CreateTopic',
        project: world.project,
        request: expect.objectContaining({ name }),
      },
    ]);
  });

  test('the opening of a stream passes the gate with its first request', async () => {
    const topic = await world.createTopic('box-scores');
    await world.createSubscription('reader', topic);
    const opened = new Promise<CloudCall>((resolve) => {
      verdict = (call) => {
        if (call.method === 'StreamingPull') resolve(call);
        return { kind: 'serve' };
      };
    });
    const subscription = world.pubsub.subscription('reader');
    subscription.on('message', () => {});
    expect(await opened).toMatchObject({
      project: world.project,
      request: { subscription: world.subscriptionName('reader'), streamAckDeadlineSeconds: 10 },
    });
    await subscription.close();
  });

  test('the observer hears of a publish before the call that caused it ends', async () => {
    const topic = await world.createTopic('box-scores');
    events = [];
    const [message_id] = await world.publish(topic, {
      data: Buffer.from('seen'),
      attributes: { a: 'b' },
      orderingKey: 'k',
    });
    expect(events).toEqual([
      {
        kind: 'publish',
        origin: null,
        project: world.project,
        topic: 'box-scores',
        message_id,
        data: Buffer.from('seen'),
        attributes: { a: 'b' },
        ordering_key: 'k',
        published_at_ms: Date.UTC(2024, 0, 15, 12),
      },
      { kind: 'call', call: expect.objectContaining({ method: 'Publish' }), outcome: 'OK' },
    ]);
  });

  test('the observer hears of a forwarded dead letter as of any publish', async () => {
    const topic = await world.createTopic('box-scores');
    const deadLetterTopic = await world.createTopic('box-scores-dlq');
    const reader = await world.createSubscription('reader', topic, {
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 },
    });
    await world.publish(topic, 'poison');
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await world.nack(reader, await world.pull(reader, 1));
    }
    expect(published().map((event) => event.topic)).toEqual(['box-scores', 'box-scores-dlq']);
  });
});
