import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloudEvent } from '../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../conformance/cloud/server.ts';

const PROJECT = 'demo-doors';

/** Calls a REST surface, as a client without Google's libraries does. */
async function call(host: string, verb: string, path: string, body: unknown): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://${host}${path}`, {
    method: verb,
    headers,
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

const publish = (host: string) =>
  call(host, 'POST', `/v1/projects/${PROJECT}/topics/scores:publish`, { messages: [{ data: 'e30=' }] });

const commit = (host: string, id: string) =>
  call(host, 'POST', `/v1/projects/${PROJECT}/databases/(default)/documents:commit`, {
    writes: [{ update: { name: `projects/${PROJECT}/databases/(default)/documents/c/${id}`, fields: {} } }],
  });

describe('doors of the embedded cloud', () => {
  const seen: CloudEvent[] = [];
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    cloud = await startEmbeddedCloud({ observe: (event) => seen.push(event) });
    await call(cloud.pubsub_host, 'PUT', `/v1/projects/${PROJECT}/topics/scores`, {});
  });
  afterAll(() => cloud.stop());

  const authors = (kind: 'publish' | 'commit') =>
    seen.flatMap((event) => (event.kind === kind ? [event.origin] : []));

  test('calls, publishes and commits carry the name of the door that they came through, side by side', async () => {
    const [left, right] = [await cloud.openDoor('left'), await cloud.openDoor('right')];
    const asked = [left, right, cloud, left].flatMap(({ pubsub_host, firestore_host }, index) => [
      publish(pubsub_host),
      commit(firestore_host, String(index)),
    ]);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    expect(authors('publish').sort()).toEqual(['left', 'left', 'right', null].sort());
    expect(authors('commit').sort()).toEqual(['left', 'left', 'right', null].sort());
    for (const event of seen) {
      if (event.kind !== 'call') continue;
      expect([null, 'left', 'right']).toContain(event.call.origin);
    }
  });

  test('all doors lead to the same topics and documents', async () => {
    const { firestore_host } = await cloud.openDoor('third');
    await commit(firestore_host, 'shared');
    const path = `/v1/projects/${PROJECT}/databases/(default)/documents/c/shared`;
    expect((await fetch(`http://${cloud.firestore_host}${path}`)).status).toBe(200);
  });

  test('a contended transaction’s commit keeps its author across the wait for its turn', async () => {
    const { firestore_host } = await cloud.openDoor('waiting');
    const before = authors('commit').length;
    await Promise.all(Array.from({ length: 10 }, () => commit(firestore_host, 'same')));
    expect(new Set(authors('commit').slice(before))).toEqual(new Set(['waiting']));
  });
});
