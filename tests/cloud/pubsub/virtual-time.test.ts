import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../conformance/cloud/clock.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { type Backend, poll } from './drive/backend.ts';
import { type Clients, connect, payloads, type World } from './drive/world.ts';

describe('time in the embedded Pub/Sub', () => {
  let clock: VirtualClock;
  let cloud: EmbeddedCloud;
  let backend: Backend;
  let clients: Clients;
  let world: World;
  let topic: string;

  beforeAll(async () => {
    clock = createVirtualClock();
    cloud = await startEmbeddedCloud({ clock });
    backend = {
      name: 'embedded',
      pubsub_host: cloud.pubsub_host,
      nowMs: clock.nowMs,
      epochMs: clock.nowMs,
      fastForward: (duration_ms) => clock.advance(duration_ms),
      until: (condition) => poll(condition, () => clock.advance(10)),
      stop: cloud.stop,
    };
    clients = connect(backend);
  });
  beforeEach(async () => {
    world = clients.newWorld();
    topic = await world.createTopic('box-scores');
  });
  afterAll(async () => {
    await clients.close();
    await cloud.stop();
  });

  test('a pulled message returns exactly at its deadline, not before', async () => {
    const reader = await world.createSubscription('reader', topic, { ackDeadlineSeconds: 60 });
    const nothing = { subscription: reader, maxMessages: 1, returnImmediately: true };
    await world.publish(topic, 'slow');
    await world.pull(reader, 1);
    await clock.advance(59_999);
    const [before] = await world.subscriber.pull(nothing);
    expect(before.receivedMessages).toEqual([]);
    await clock.advance(1);
    expect(payloads(await world.pull(reader, 1))).toEqual(['slow']);
  });

  test('a nacked message with a retry policy waits for its backoff before it can be pulled', async () => {
    const reader = await world.createSubscription('reader', topic, {
      retryPolicy: { minimumBackoff: { seconds: 10 }, maximumBackoff: { seconds: 600 } },
    });
    const nothing = { subscription: reader, maxMessages: 1, returnImmediately: true };
    await world.publish(topic, 'again');
    await world.nack(reader, await world.pull(reader, 1));
    await clock.advance(9999);
    const [before] = await world.subscriber.pull(nothing);
    expect(before.receivedMessages).toEqual([]);
    await clock.advance(1);
    expect(payloads(await world.pull(reader, 1))).toEqual(['again']);
  });

  test('a message whose dead-letter topic is gone stays with its subscription', async () => {
    const deadLetterTopic = await world.createTopic('box-scores-dlq');
    const reader = await world.createSubscription('reader', topic, {
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 },
    });
    await world.publisher.deleteTopic({ topic: deadLetterTopic });
    await world.publish(topic, 'kept');
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      const received = await world.pull(reader, 1);
      expect(payloads(received)).toEqual(['kept']);
      await world.nack(reader, received);
    }
  });

  test('a pull that finds nothing is answered empty after 90 s', async () => {
    const reader = await world.createSubscription('reader', topic);
    let answered = false;
    const pull = world.subscriber.pull({ subscription: reader, maxMessages: 1 }).finally(() => {
      answered = true;
    });
    await poll(
      () => answered,
      () => clock.advance(1000),
    );
    const [response] = await pull;
    expect(response.receivedMessages).toEqual([]);
  });

  test('a puller that gave up gets nothing, the next one does', async () => {
    const reader = await world.createSubscription('reader', topic);
    const given_up = world.subscriber.pull({ subscription: reader, maxMessages: 1 }, { timeout: 50 });
    await expect(given_up).rejects.toMatchObject({ code: 4 });
    await world.publish(topic, 'for the next');
    expect(payloads(await world.pull(reader, 1))).toEqual(['for the next']);
  });

  test('a 102 acknowledges before any final answer', async () => {
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      request.resume();
      response.writeProcessing();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const name = await world.createSubscription('pusher', topic, {
      pushConfig: { pushEndpoint: `http://127.0.0.1:${port}/` },
    });
    await world.publish(topic, 'processing');
    await backend.until(() => requests === 1);
    await world.subscriber.modifyPushConfig({ subscription: name, pushConfig: {} });
    await clock.advance(11_000);
    await world.publish(topic, 'sentinel');
    expect(payloads(await world.pull(name, 1))).toEqual(['sentinel']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
