import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Courier, createCourier, isAck } from '../../../conformance/harness/courier/courier.ts';
import type { DeliveryForm } from '../../../conformance/history/events.ts';
import { createRecorder } from '../../../conformance/history/recorder.ts';
import { TargetUnavailableError } from '../../../conformance/targets/starting/running.ts';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A component that answers with the given statuses in turn, the last one for ever. */
async function component(statuses: readonly number[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      seen.push({ url: request.url ?? '', headers: request.headers, body });
      response.statusCode = statuses[Math.min(seen.length, statuses.length) - 1] ?? 500;
      response.end(response.statusCode === 204 ? undefined : 'said');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function courierTo(url: string, form: DeliveryForm = 'push_envelope') {
  const recorder = createRecorder();
  const door = { url: () => url, form, path: () => '/process' };
  return { recorder, courier: createCourier('demo-p', () => door, recorder) };
}

const DELIVERY = {
  component: 'phase2-raw',
  topic: 'nba-phase1-scrapers-complete',
  message_id: '42',
  message: { game_date: '2031-01-05' },
};

describe('one delivery', () => {
  test('is a push envelope with base64 data, both spellings of the id, and the subscription', async () => {
    const { url, seen } = await component([204]);
    const { courier, recorder } = courierTo(url);
    const answer = await courier.deliver(DELIVERY, ['a case']);
    const envelope = JSON.parse(seen[0]?.body ?? '') as {
      message: Record<string, string>;
      subscription: string;
    };
    expect(seen[0]?.url).toBe('/process');
    expect(envelope.message).toMatchObject({ messageId: '42', message_id: '42' });
    expect(JSON.parse(Buffer.from(envelope.message['data'] ?? '', 'base64').toString())).toEqual(
      DELIVERY.message,
    );
    expect(envelope.subscription).toBe('projects/demo-p/subscriptions/nba-phase1-scrapers-complete-sub');
    expect(answer).toMatchObject({ kind: 'answer', delivery: 1, status: 204, acked: true });
    expect(recorder.all().map((event) => [event.kind, event.sequence, event.marks])).toEqual([
      ['delivery', 1, ['a case']],
      ['answer', 2, ['a case']],
    ]);
  });

  test('is a CloudEvent in binary mode: attributes as headers, the envelope as body', async () => {
    const { url, seen } = await component([200]);
    await courierTo(url, 'cloud_event_binary').courier.deliver(DELIVERY, []);
    expect(seen[0]?.headers).toMatchObject({
      'ce-id': '42',
      'ce-source': '//pubsub.googleapis.com/projects/demo-p/topics/nba-phase1-scrapers-complete',
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toHaveProperty('message.messageId', '42');
  });

  test('is a CloudEvent in structured mode: the envelope under data', async () => {
    const { url, seen } = await component([200]);
    await courierTo(url).courier.deliver({ ...DELIVERY, form: 'cloud_event_structured' }, []);
    expect(seen[0]?.headers['content-type']).toBe('application/cloudevents+json');
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
      id: '42',
      data: { message: { messageId: '42' } },
    });
  });

  test('can be broken on purpose', async () => {
    const { url, seen } = await component([400]);
    const { courier } = courierTo(url);
    const answer = await courier.deliver(
      { ...DELIVERY, message: null, http_body: 'no JSON', defect: 'no JSON' },
      [],
    );
    expect(seen[0]?.body).toBe('no JSON');
    expect(answer).toMatchObject({ acked: false, status: 400, body: 'said' });
  });

  test('to nobody is a nack that says why', async () => {
    const answer = await courierTo('http://127.0.0.1:1').courier.deliver(DELIVERY, []);
    expect(answer).toMatchObject({ status: null, acked: false });
    expect(answer.body).toMatch(/ECONNREFUSED|bad port/);
  });
});

describe('redelivery', () => {
  test('goes on under the same id, counting attempts, until it is acked', async () => {
    const { url, seen } = await component([503, 409, 204]);
    const { courier, recorder } = courierTo(url);
    const answer = await courier.deliverUntilAcked(DELIVERY, [], 5_000);
    expect(answer.acked).toBe(true);
    expect(seen.length).toBe(3);
    const attempts = recorder.all().flatMap((event) => (event.kind === 'delivery' ? [event.attempt] : []));
    expect(attempts).toEqual([1, 2, 3]);
  });

  test('ends after the contract’s attempts when the message is called invalid each time', async () => {
    const { url, seen } = await component([400]);
    const answer = await courierTo(url).courier.deliverUntilAcked(DELIVERY, [], 60_000);
    expect(answer.status).toBe(400);
    expect(seen.length).toBe(5);
  });

  test('ends when patience is over', async () => {
    const { url } = await component([503]);
    const answer = await courierTo(url).courier.deliverUntilAcked(DELIVERY, [], 60);
    expect(answer).toMatchObject({ status: 503, acked: false });
  });

  const refuseThree = async (courier: Courier) => {
    for (const message_id of ['1', '2', '3']) {
      const refused = await courier.deliverUntilAcked(
        { ...DELIVERY, message_id },
        [`case ${message_id}`],
        60,
      );
      expect(refused.status).toBe(500);
    }
  };

  test('gives a case up whose message gets the answer with which three were refused for a whole patience', async () => {
    const { url, seen } = await component([500]);
    const { courier } = courierTo(url);
    await refuseThree(courier);
    const before = seen.length;
    const given_up = courier.deliverUntilAcked({ ...DELIVERY, message_id: '4' }, ['case 4'], 600_000);
    await expect(given_up).rejects.toThrow(
      /answered 500 said \(#\d+\), as to 3 messages that it never acked \(#\d+ in case 1, /,
    );
    expect(seen.length).toBeGreaterThan(before);
  });

  test('goes on in a case that has waited itself, a moment for each message', async () => {
    const { url } = await component([500]);
    const { courier } = courierTo(url);
    await refuseThree(courier);
    const next = await courier.deliverUntilAcked({ ...DELIVERY, message_id: '4' }, ['case 1'], 600_000);
    expect(next.status).toBe(500);
  });

  test('waits a whole patience where the same answer was followed by an ack', async () => {
    const answers = [500, 204, ...Array.from({ length: 60 }, () => 500)];
    const { url } = await component(answers);
    const { courier } = courierTo(url);
    expect((await courier.deliverUntilAcked(DELIVERY, ['case 0'], 60_000)).acked).toBe(true);
    await refuseThree(courier);
    const began_ms = Date.now();
    const last = await courier.deliverUntilAcked({ ...DELIVERY, message_id: '4' }, ['case 4'], 2_500);
    expect(last.acked).toBe(false);
    expect(Date.now() - began_ms).toBeGreaterThan(1_900);
  });
});

test('acks are what Pub/Sub counts as acks', () => {
  expect([102, 200, 201, 202, 204].every(isAck)).toBe(true);
  expect([null, 203, 206, 301, 400, 409, 500, 503].some(isAck)).toBe(false);
});

describe('a component that nobody reaches', () => {
  const deliverTimes = async (url: string, times: number) => {
    const { courier } = courierTo(url);
    for (let time = 0; time < times; time++) await courier.deliver(DELIVERY, []);
    return courier.lost;
  };
  test.each([404, 405])('is lost when each of its first ten deliveries gets %i', async (status) => {
    const { url } = await component([status]);
    expect((await deliverTimes(url, 9)).aborted).toBe(false);
    const { aborted, reason } = await deliverTimes(url, 10);
    expect(aborted).toBe(true);
    expect(reason).toBeInstanceOf(TargetUnavailableError);
    expect(String(reason)).toContain(
      `phase2-raw: expected it to take messages at POST ${url}/process, and each of its first 10 deliveries got ${status} said; correct delivery.path`,
    );
  });
  test('is lost when nobody listens there', async () => {
    const { reason } = await deliverTimes('http://127.0.0.1:1', 10);
    expect(String(reason)).toMatch(/deliveries got connect ECONNREFUSED 127\.0\.0\.1:1; correct its url/);
  });
  test('is not lost once it has answered anything else, or broken off', async () => {
    const { url } = await component([404, 404, 503, 404]);
    expect((await deliverTimes(url, 15)).aborted).toBe(false);
    const server = createServer(({ socket }) => void socket.destroy());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect((await deliverTimes(`http://127.0.0.1:${port}`, 12)).aborted).toBe(false);
  });
});
