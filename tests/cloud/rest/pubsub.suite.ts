import { beforeEach, describe, expect, test } from 'vitest';
import { departs, openWorld, type RestBackend, type RestWorld, refused } from './client.ts';

interface Received {
  readonly ackId: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** States what Pub/Sub's REST API does, whoever serves it. */
export function describePubsubRest(backend: () => RestBackend): void {
  describe('Pub/Sub over REST', () => {
    let world: RestWorld;
    beforeEach(() => {
      world = openWorld(backend());
    });

    const createPair = async () => {
      await world.pubsub('PUT', '/topics/box-scores');
      await world.pubsub('PUT', '/subscriptions/reader', { topic: world.topicName('box-scores') });
    };
    const pull = async () => {
      const { json } = await world.pubsub('POST', '/subscriptions/reader:pull', { maxMessages: 10 });
      return (json as { receivedMessages?: readonly Received[] }).receivedMessages ?? [];
    };

    test('a topic is created by PUT, with or without a body, and read, listed and deleted', async () => {
      const name = world.topicName('box-scores');
      const created = await world.pubsub('PUT', '/topics/box-scores', { labels: { phase: 'one' } });
      expect(created).toMatchObject({ status: 200, json: { name, labels: { phase: 'one' } } });
      expect(await world.pubsub('PUT', '/topics/schedule')).toMatchObject({ status: 200 });
      expect(await world.pubsub('GET', '/topics/box-scores')).toMatchObject({ status: 200, json: { name } });
      const { json } = await world.pubsub('GET', '/topics');
      expect(json).toMatchObject({ topics: [{ name }, { name: world.topicName('schedule') }] });
      expect(await world.pubsub('DELETE', '/topics/box-scores')).toEqual({ status: 200, json: {} });
      expect(await world.pubsub('GET', '/topics/box-scores')).toEqual(refused(404, 'NOT_FOUND'));
    });

    test('a topic that exists is ALREADY_EXISTS with 409', async () => {
      await world.pubsub('PUT', '/topics/box-scores');
      expect(await world.pubsub('PUT', '/topics/box-scores')).toEqual(refused(409, 'ALREADY_EXISTS'));
    });

    test('a list comes in pages, asked for in either spelling', async () => {
      await world.pubsub('PUT', '/topics/first');
      await world.pubsub('PUT', '/topics/second');
      const first = await world.pubsub('GET', '/topics?pageSize=1');
      expect(first.json).toMatchObject({ topics: [{ name: world.topicName('first') }] });
      const { nextPageToken = '' } = first.json as { nextPageToken?: string };
      const token = encodeURIComponent(nextPageToken);
      const second = await world.pubsub('GET', `/topics?page_size=1&pageToken=${token}`);
      expect(second.json).toMatchObject({ topics: [{ name: world.topicName('second') }] });
      expect(second.json).not.toHaveProperty('nextPageToken');
    });

    test('durations are text, whole or with three digits behind the second', async () => {
      await world.pubsub('PUT', '/topics/box-scores');
      const retryPolicy = { minimumBackoff: '1.5s', maximumBackoff: '10s' };
      const body = { topic: world.topicName('box-scores'), ackDeadlineSeconds: 20, retryPolicy };
      await world.pubsub('PUT', '/subscriptions/reader', body);
      expect(await world.pubsub('GET', '/subscriptions/reader')).toMatchObject({
        status: 200,
        json: {
          ackDeadlineSeconds: 20,
          messageRetentionDuration: '604800s',
          retryPolicy: { minimumBackoff: '1.500s', maximumBackoff: '10s' },
          pushConfig: {},
        },
      });
    });

    test('a message is published, pulled and acknowledged', async () => {
      await createPair();
      const data = Buffer.from('{"points":31}').toString('base64');
      const messages = [{ data, attributes: { phase: 'phase_1_scrapers' } }];
      const published = await world.pubsub('POST', '/topics/box-scores:publish', { messages });
      expect(published).toMatchObject({ status: 200, json: { messageIds: [expect.any(String)] } });
      const [received] = await pull();
      expect(received?.message).toMatchObject({
        data,
        attributes: { phase: 'phase_1_scrapers' },
        messageId: expect.any(String),
        publishTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
      });
      expect(received?.message).not.toHaveProperty('orderingKey');
      const ackIds = [received?.ackId];
      const acked = await world.pubsub('POST', '/subscriptions/reader:acknowledge', { ackIds });
      expect(acked).toEqual({ status: 200, json: {} });
      const empty = { maxMessages: 1, returnImmediately: true };
      expect((await world.pubsub('POST', '/subscriptions/reader:pull', empty)).json).toEqual({});
    });

    test('an ack deadline of zero delivers again', async () => {
      await createPair();
      await world.pubsub('POST', '/topics/box-scores:publish', { messages: [{ data: 'aGk=' }] });
      const [first] = await pull();
      const nack = { ack_ids: [first?.ackId], ackDeadlineSeconds: 0 };
      expect(await world.pubsub('POST', '/subscriptions/reader:modifyAckDeadline', nack)).toMatchObject({
        status: 200,
      });
      const [second] = await pull();
      expect(second?.message['messageId']).toBe(first?.message['messageId']);
    });

    test('base64 of either alphabet, padded or not, is the same bytes', async () => {
      await createPair();
      const messages = [{ data: '+/8=' }, { data: '-_8' }];
      await world.pubsub('POST', '/topics/box-scores:publish', { messages });
      const received = [...(await pull())];
      while (received.length < 2) received.push(...(await pull()));
      expect(received.map(({ message }) => message['data'])).toEqual(['+/8=', '+/8=']);
    });

    test('a push endpoint is set and taken away', async () => {
      await createPair();
      const pushConfig = { pushEndpoint: 'http://127.0.0.1:9/push' };
      await world.pubsub('POST', '/subscriptions/reader:modifyPushConfig', { pushConfig });
      const pushing = await world.pubsub('GET', '/subscriptions/reader');
      expect(pushing.json).toMatchObject({ pushConfig });
      await world.pubsub('POST', '/subscriptions/reader:modifyPushConfig', { pushConfig: {} });
      expect((await world.pubsub('GET', '/subscriptions/reader')).json).toMatchObject({ pushConfig: {} });
    });

    test.each(['ackDeadlineSeconds', 'ack_deadline_seconds'])(
      'an update names its fields: %s',
      async (updateMask) => {
        await createPair();
        const subscription = { ackDeadlineSeconds: 30 };
        const updated = await world.pubsub('PATCH', '/subscriptions/reader', { subscription, updateMask });
        expect(updated).toMatchObject({ status: 200, json: { ackDeadlineSeconds: 30 } });
        const unnamed = await world.pubsub('PATCH', '/subscriptions/reader', { subscription });
        expect(unnamed).toEqual(refused(400, 'INVALID_ARGUMENT'));
      },
    );

    test('subscriptions are listed, by project and by topic, and deleted', async () => {
      await createPair();
      const name = `projects/${world.project}/subscriptions/reader`;
      expect((await world.pubsub('GET', '/subscriptions')).json).toMatchObject({ subscriptions: [{ name }] });
      expect((await world.pubsub('GET', '/topics/box-scores/subscriptions')).json).toEqual({
        subscriptions: [name],
      });
      expect(await world.pubsub('DELETE', '/subscriptions/reader')).toEqual({ status: 200, json: {} });
      expect(await world.pubsub('DELETE', '/subscriptions/reader')).toEqual(refused(404, 'NOT_FOUND'));
    });

    test.each([
      ['a field that does not exist', { messages: [{ datum: 'aGk=' }] }],
      ['data that is no base64', { messages: [{ data: '!!!' }] }],
      ['a list where an object belongs', []],
      ['half of a document', '{"messages":'],
    ])('a publish with %s is INVALID_ARGUMENT and publishes nothing', async (_, body) => {
      await createPair();
      const answer = await world.pubsub('POST', '/topics/box-scores:publish', body);
      expect(answer).toEqual(refused(400, 'INVALID_ARGUMENT'));
      await world.pubsub('POST', '/topics/box-scores:publish', { messages: [{ data: 'c2VudGluZWw=' }] });
      const received = await pull();
      expect(received.map(({ message }) => message['data'])).toEqual(['c2VudGluZWw=']);
    });

    test('a query parameter that the method does not have is INVALID_ARGUMENT', async () => {
      const { status } = await world.pubsub('GET', '/topics?colour=red');
      expect(status).toBe(departs(backend(), 'query-parameter-names') ? 200 : 400);
    });

    test.each([
      ['GET', '/nonsense'],
      ['POST', '/topics/box-scores:nonsense'],
      ['POST', '/topics/box-scores'],
    ])('%s %s is not found', async (verb, path) => {
      expect((await world.pubsub(verb, path, verb === 'GET' ? undefined : {})).status).toBe(404);
    });
  });
}
