import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Firestore } from '@google-cloud/firestore';
import { type Message, PubSub, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { connectBackend, createWorld } from '../firestore/world.ts';
import { emptyFolder } from './folder.ts';

process.env['METADATA_SERVER_DETECTION'] = 'none';

/** What a test has open; it goes behind the test. */
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Starts a cloud over a folder. Ended by hand or behind the test. */
async function start(data: string): Promise<EmbeddedCloud> {
  const cloud = await startEmbeddedCloud({ data });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= cloud.stop();
    return stopped;
  };
  open.push(stop);
  return { ...cloud, stop };
}

function pubsubOf({ pubsub_host }: EmbeddedCloud): PubSub {
  const pubsub = new PubSub({ projectId: 'demo-restart', apiEndpoint: pubsub_host });
  open.push(() => pubsub.close());
  return pubsub;
}

/** A client without retries and leases of its own, for single pulls. */
function subscriberOf({ pubsub_host }: EmbeddedCloud) {
  const [servicePath = '', port] = pubsub_host.split(':');
  const client = new v1.SubscriberClient({
    servicePath,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    projectId: 'demo-restart',
  });
  open.push(() => client.close());
  const subscription = 'projects/demo-restart/subscriptions/reader';
  return {
    async pull() {
      const [{ receivedMessages }] = await client.pull({
        subscription,
        maxMessages: 100,
        returnImmediately: true,
      });
      return (receivedMessages ?? []).map(({ ackId, message, deliveryAttempt }) => ({
        ack_id: ackId ?? '',
        text: message?.data?.toString(),
        id: message?.messageId,
        attributes: message?.attributes,
        attempt: deliveryAttempt,
      }));
    },
    ack: (ackIds: string[]) => client.acknowledge({ subscription, ackIds }),
    nack: (ackIds: string[]) => client.modifyAckDeadline({ subscription, ackIds, ackDeadlineSeconds: 0 }),
  };
}

function firestoreOf({ firestore_host }: EmbeddedCloud): Firestore {
  const db = new Firestore({
    projectId: 'demo-restart',
    host: firestore_host,
    ssl: false,
    preferRest: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
  open.push(() => db.terminate());
  return db;
}

function worldOf({ firestore_host }: EmbeddedCloud) {
  const backend = connectBackend('embedded', firestore_host);
  const world = createWorld(backend);
  open.push(world.close, () => backend.raw.close());
  return world;
}

describe('a cloud that was started again with its folder', () => {
  test('has every unacked message, with its failed deliveries counted, and none that was acked', async () => {
    const folder = emptyFolder();
    const first = await start(folder);
    const [topic] = await pubsubOf(first).createTopic('news');
    const [dead] = await pubsubOf(first).createTopic('dead');
    await topic.createSubscription('reader', {
      deadLetterPolicy: { deadLetterTopic: dead.name, maxDeliveryAttempts: 5 },
    });
    for (const text of ['acked', 'nacked', 'leased', 'untouched']) {
      await topic.publishMessage({ data: Buffer.from(text), attributes: { text } });
    }
    const before = subscriberOf(first);
    const received = await before.pull();
    const ackIds = (text: string) =>
      received.filter((each) => each.text === text).map(({ ack_id }) => ack_id);
    await before.ack(ackIds('acked'));
    await before.nack(ackIds('nacked'));
    await first.stop();

    const second = await start(folder);
    const after = subscriberOf(second);
    const again = await after.pull();
    expect(again.map(({ text, attempt }) => [text, attempt])).toEqual([
      ['nacked', 2],
      ['leased', 1],
      ['untouched', 1],
    ]);
    expect(again.map(({ attributes }) => attributes?.['text'])).toEqual(['nacked', 'leased', 'untouched']);
    // An ack id of the time before is late: it says nothing about a lease of now.
    await after.ack(ackIds('leased'));
    await after.nack(again.map(({ ack_id }) => ack_id));
    const once_more = await after.pull();
    expect(once_more.map(({ text }) => text)).toEqual(['nacked', 'leased', 'untouched']);
    await after.ack(once_more.map(({ ack_id }) => ack_id));
    await second.stop();
    expect(await subscriberOf(await start(folder)).pull()).toEqual([]);
  });

  test('gives no message the id of another, and knows topics, snapshots, policies, schemas and what can be sought', async () => {
    const folder = emptyFolder();
    const first = await start(folder);
    const before = pubsubOf(first);
    const [topic] = await before.createTopic({
      name: 'news',
      labels: { a: 'b' },
      messageRetentionDuration: { seconds: 3600 },
    });
    const [reader] = await topic.createSubscription('reader', { enableMessageOrdering: true });
    const id = await topic.publishMessage({ data: Buffer.from('one') });
    await reader.createSnapshot('moment');
    await before.createSchema('shape', 'AVRO', '{"type":"record","name":"R","fields":[]}');
    await topic.iam.setPolicy({ bindings: [{ role: 'roles/viewer', members: ['user:a@example.com'] }] });
    const puller = subscriberOf(first);
    await puller.ack((await puller.pull()).map(({ ack_id }) => ack_id));
    await first.stop();

    const second = await start(folder);
    const after = pubsubOf(second);
    const [metadata] = await after.topic('news').getMetadata();
    expect(metadata).toMatchObject({ labels: { a: 'b' }, messageRetentionDuration: { seconds: '3600' } });
    const [policy] = await after.topic('news').iam.getPolicy();
    expect(policy.bindings?.[0]?.members).toEqual(['user:a@example.com']);
    expect((await after.schema('shape').get('FULL')).definition).toContain('"record"');
    expect(await after.topic('news').publishMessage({ data: Buffer.from('two') })).not.toBe(id);
    const late = subscriberOf(second);
    await late.ack((await late.pull()).map(({ ack_id }) => ack_id));
    await after.subscription('reader').seek('moment');
    expect((await late.pull()).map(({ text }) => text)).toEqual(['one', 'two']);
    await after.subscription('reader').seek(new Date(0));
    expect((await late.pull()).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('pushes what was not answered before', async () => {
    const folder = emptyFolder();
    const bodies: string[] = [];
    let heard = () => {};
    let answer = 500;
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(Buffer.from(JSON.parse(body).message.data, 'base64').toString());
      response.writeHead(answer).end();
      heard();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(async () => void server.close());
    const called = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    const first = await start(folder);
    const [topic] = await pubsubOf(first).createTopic('news');
    const { port } = server.address() as AddressInfo;
    await topic.createSubscription('pusher', { pushEndpoint: `http://127.0.0.1:${port}/` });
    const refused = called();
    await topic.publishMessage({ data: Buffer.from('pushed') });
    await refused;
    await first.stop();
    answer = 204;
    bodies.length = 0;
    const taken = called();
    await start(folder);
    await taken;
    expect(bodies).toEqual(['pushed']);
  });

  test('has every document with its times, and ends what was under way by name', async () => {
    const folder = emptyFolder();
    const first = await start(folder);
    const before = firestoreOf(first);
    const long_id = 'é'.repeat(740);
    const long = `a/${long_id}/${long_id}/x`;
    const { writeTime } = await before
      .doc('games/1')
      .set({ points: 7, when: new Date(5), raw: Buffer.from([1]) });
    for (const path of ['games/1/events/a', long, 'games/2', 'a\0b/c', 'a/b\0c', 'a\u0001/b\u0001'])
      await before.doc(path).set({ path });
    await before.doc('games/2').delete();
    const token = await worldOf(first).begin();
    await first.stop();

    const second = await start(folder);
    const after = firestoreOf(second);
    const found = await after.doc('games/1').get();
    expect(found.updateTime?.isEqual(writeTime)).toBe(true);
    expect(found.data()).toMatchObject({ points: 7, raw: Buffer.from([1]) });
    expect((await after.collection('games').get()).docs.map(({ id }) => id)).toEqual(['1']);
    for (const path of ['a\0b/c', 'a/b\0c', 'a\u0001/b\u0001']) {
      const [collection = ''] = path.split('/');
      const there = (await after.collection(collection).get()).docs.map(({ ref }) => ref.path);
      expect(there).toEqual([path]);
    }
    expect((await after.collectionGroup('events').get()).size).toBe(1);
    expect((await after.doc(long).get()).get('path')).toBe(long);
    expect((await after.collection('a').doc(long_id).collection(long_id).get()).size).toBe(1);
    await expect(worldOf(second).commit([], token)).rejects.toThrow('has expired');
    const { writeTime: later } = await after.doc('games/3').set({});
    expect(later.valueOf() > writeTime.valueOf()).toBe(true);
  });

  test('begins with nothing once both services were emptied', async () => {
    const folder = emptyFolder();
    const first = await start(folder);
    await firestoreOf(first).doc('games/1').set({ points: 1 });
    const [topic] = await pubsubOf(first).createTopic('news');
    await topic.createSubscription('reader');
    await topic.publishMessage({ data: Buffer.from('gone') });
    for (const host of [first.pubsub_host, first.firestore_host]) {
      expect((await fetch(`http://${host}/reset`, { method: 'POST' })).status).toBe(200);
    }
    await first.stop();
    const second = await start(folder);
    expect((await firestoreOf(second).collection('games').get()).size).toBe(0);
    expect((await pubsubOf(second).getSubscriptions())[0]).toEqual([]);
    expect((await pubsubOf(second).getTopics())[0]).toEqual([]);
  });

  test('keeps listeners and subscribers of the official clients going across a start on the same ports', async () => {
    const folder = emptyFolder();
    const first = await startEmbeddedCloud({ data: folder });
    const ports = [first.pubsub_host, first.firestore_host].map((host) => Number(host.split(':')[1]));
    const topic_name = `t-${randomUUID()}`;
    const client = pubsubOf(first);
    const [topic] = await client.createTopic(topic_name);
    const [subscription] = await topic.createSubscription('stream');
    const texts: string[] = [];
    let heard = () => {};
    subscription.on('message', (message: Message) => {
      texts.push(message.data.toString());
      message.ack();
      heard();
    });
    subscription.on('error', () => {});
    const next = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    const one = next();
    await topic.publishMessage({ data: Buffer.from('one') });
    await one;
    await first.stop();
    const [pubsub_port = 0, firestore_port = 0] = ports;
    const second = await startEmbeddedCloud({ data: folder, pubsub_port, firestore_port });
    open.push(() => second.stop());
    open.push(() => subscription.close());
    const two = next();
    await topic.publishMessage({ data: Buffer.from('two') });
    await two;
    expect(texts.at(-1)).toBe('two');
  });
});
