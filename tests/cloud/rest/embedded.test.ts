import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallVerdict, CloudCall, CloudEvent } from '../../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import { connect } from '../pubsub/drive/world.ts';
import { describeRestCallers } from './callers.suite.ts';
import { openWorld, type RestBackend, type RestWorld, refused, send } from './client.ts';
import { describeControls } from './controls.suite.ts';
import { describeFirestoreRest } from './firestore.suite.ts';
import { describePubsubRest } from './pubsub.suite.ts';

describe('the embedded cloud speaks REST', () => {
  let cloud: EmbeddedCloud;
  let world: RestWorld;
  let verdict: (call: CloudCall) => CallVerdict | Promise<CallVerdict>;
  let events: CloudEvent[];
  beforeAll(async () => {
    cloud = await startEmbeddedCloud({
      gate: (call) => verdict(call),
      observe: (event) => events.push(event),
    });
  });
  beforeEach(() => {
    verdict = () => ({ kind: 'serve' });
    events = [];
    world = openWorld(backend());
  });
  afterAll(() => cloud.stop());

  const backend = (): RestBackend => ({ name: 'embedded', ...cloud });
  const publish = () => world.pubsub('POST', '/topics/box-scores:publish', { messages: [{ data: 'aGk=' }] });
  describePubsubRest(backend);
  describeFirestoreRest(backend);
  describeRestCallers(backend);
  describeControls(backend);

  test('both answer Ok at the root', async () => {
    expect(await send('GET', `http://${cloud.pubsub_host}/`)).toEqual({ status: 200, json: 'Ok\n' });
    expect(await send('GET', `http://${cloud.firestore_host}/`)).toEqual({ status: 200, json: 'Ok\n' });
  });

  test('a call whose caller has left is done all the same, and told as cancelled', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    const leaving = new AbortController();
    let left = (): void => {};
    const gone = new Promise<void>((resolve) => {
      left = resolve;
    });
    verdict = async ({ method }) => {
      if (method === 'Publish') {
        leaving.abort();
        await gone;
      }
      return { kind: 'serve' };
    };
    await fetch(`http://${cloud.pubsub_host}/v1/${world.topicName('box-scores')}:publish`, {
      method: 'POST',
      body: JSON.stringify({ messages: [{ data: 'aGk=' }] }),
      signal: leaving.signal,
    }).catch(() => {});
    // A whole exchange on another connection gives the server time to see the first one close.
    await world.pubsub('GET', '/topics/box-scores');
    left();
    await expect.poll(() => events.filter(({ kind }) => kind === 'call').length).toBe(3);
    const outcomes = events.flatMap((event) =>
      event.kind === 'call' && event.call.method === 'Publish' ? [event.outcome] : [],
    );
    expect(outcomes).toEqual(['CANCELLED']);
    expect(events.filter(({ kind }) => kind === 'publish')).toHaveLength(1);
  });

  test('enums are numbers where the caller asks for them, and names elsewhere', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    expect(await world.pubsub('GET', '/topics/box-scores')).toMatchObject({ json: { state: 'ACTIVE' } });
    const asked = '/topics/box-scores?$alt=json%3Benum-encoding%3Dint';
    expect(await world.pubsub('GET', asked)).toMatchObject({ json: { state: 1 } });
  });

  test('whoever starts a cloud inside a program ends it: a request to shut down is refused', async () => {
    expect(await send('POST', `http://${cloud.pubsub_host}/shutdown`)).toEqual(refused(501, 'UNIMPLEMENTED'));
  });

  test('what is published over REST is pulled over gRPC on the same port', async () => {
    const clients = connect({
      name: 'embedded',
      pubsub_host: cloud.pubsub_host,
      nowMs: () => performance.now(),
      epochMs: Date.now,
      fastForward: async () => {},
      until: async () => {},
      stop: cloud.stop,
    });
    const grpc = clients.newWorld();
    const topic = await grpc.createTopic('box-scores');
    const reader = await grpc.createSubscription('reader', topic);
    const url = `http://${cloud.pubsub_host}/v1/${topic}:publish`;
    await send('POST', url, { messages: [{ data: 'aGk=' }] });
    const [received] = await grpc.pull(reader, 1);
    expect(received?.message?.data?.toString()).toBe('hi');
    await clients.close();
  });

  test('the gate and the observer see the call that gRPC would have made', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    events = [];
    await publish();
    const topic = world.topicName('box-scores');
    expect(events).toMatchObject([
      { kind: 'publish', project: world.project, topic: 'box-scores', data: Buffer.from('hi') },
      {
        kind: 'call',
        outcome: 'OK',
        call: {
          service: 'pubsub',
          method: 'Publish',
          project: world.project,
          request: { topic, messages: [{ data: Buffer.from('hi') }] },
        },
      },
    ]);
  });

  test.each([
    [status.UNAVAILABLE, 503],
    [status.DEADLINE_EXCEEDED, 504],
    [status.ABORTED, 409],
    [status.FAILED_PRECONDITION, 400],
    [status.PERMISSION_DENIED, 403],
    [status.RESOURCE_EXHAUSTED, 429],
    [status.INTERNAL, 500],
  ])('a call that the gate fails with gRPC status %i answers HTTP %i', async (code, http_status) => {
    await world.pubsub('PUT', '/topics/box-scores');
    verdict = () => ({ kind: 'fail', code, message: 'on purpose' });
    expect(await publish()).toEqual({
      status: http_status,
      json: { error: { code: http_status, message: 'on purpose', status: status[code] } },
    });
    expect(events.filter(({ kind }) => kind === 'publish')).toEqual([]);
  });

  test('a call can be done and yet fail', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    verdict = () => ({ kind: 'fail_after', code: status.UNAVAILABLE, message: 'on purpose' });
    expect(await publish()).toEqual(refused(503, 'UNAVAILABLE'));
    expect(events.filter(({ kind }) => kind === 'publish')).toHaveLength(1);
  });

  test('a call that the gate leaves hanging is not answered', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    const giveUp = new AbortController();
    verdict = () => {
      setImmediate(() => giveUp.abort(new Error('gave up')));
      return { kind: 'hang' };
    };
    const url = `http://${cloud.pubsub_host}/v1/${world.topicName('box-scores')}`;
    await expect(fetch(url, { signal: giveUp.signal })).rejects.toThrow('gave up');
  });

  test('a pull whose caller is gone takes no message', async () => {
    await world.pubsub('PUT', '/topics/box-scores');
    await world.pubsub('PUT', '/subscriptions/reader', { topic: world.topicName('box-scores') });
    const giveUp = new AbortController();
    const url = `http://${cloud.pubsub_host}/v1/projects/${world.project}/subscriptions/reader:pull`;
    const reached = new Promise<void>((resolve) => {
      verdict = () => {
        resolve();
        return { kind: 'serve' };
      };
    });
    const given = fetch(url, { method: 'POST', body: '{"maxMessages":1}', signal: giveUp.signal });
    await reached;
    giveUp.abort(new Error('gave up'));
    await expect(given).rejects.toThrow('gave up');
    // The next request arrives after the connection of the first one is closed.
    await world.pubsub('GET', '/topics/box-scores');
    await publish();
    const { json } = await world.pubsub('POST', '/subscriptions/reader:pull', { maxMessages: 1 });
    expect(json).toMatchObject({ receivedMessages: [{ message: { data: 'aGk=' } }] });
  });

  test.each([
    ['GET', '/topics?colour=red', undefined, 'colour is unknown'],
    ['GET', '/topics?pageSize=1&pageSize=2', undefined, 'pageSize must be given once'],
    ['GET', '/topics?pageSize=few', undefined, 'pageSize must be a 32-bit integer'],
    ['GET', '/topics?alt=proto', undefined, 'JSON only'],
    ['DELETE', '/topics/box-scores', {}, 'must have no body'],
    ['PUT', '/topics/box-scores', { colour: 'red' }, 'colour is unknown'],
    ['PUT', '/topics/box-scores', { name: 'projects/p/topics/other' }, 'name must be "projects/'],
    ['PUT', '/topics/box-scores', { labels: { a: 1 } }, 'labels.a must be a string'],
    ['POST', '/topics/a:publish?x=1', {}, 'takes everything in its body'],
    ['POST', '/topics/a:publish', { messages: [{ data: 1 }] }, 'messages[0].data must be base64'],
    ['POST', '/topics/a:publish', { messages: [{}], mesages: [] }, 'mesages is unknown'],
    ['POST', '/topics/a:sing', {}, 'only PUT, PATCH, GET, DELETE is served there'],
    ['POST', '/schemas/sss:commit', {}, 'CommitSchema is not part of the embedded pubsub'],
    ['PATCH', '/topics/%ff', {}, 'percent codes'],
  ])('%s %s with %j says what is wrong: %s', async (verb, path, body, sentence) => {
    const { json } = await world.pubsub(verb, path, body);
    expect(json).toMatchObject({ error: { message: expect.stringContaining(sentence) } });
  });
});
