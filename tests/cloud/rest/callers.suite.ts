import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type * as FirestorePackage from '@google-cloud/firestore';
import { credentials } from '@grpc/grpc-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type RestBackend, type RestWorld } from './client.ts';

const ENUMS_AS_NUMBERS = `$alt=${encodeURIComponent('json;enum-encoding=int')}`;

/** States what the callers of the REST APIs rely on: Google's generated clients, older ones, and pages. */
export function describeRestCallers(backend: () => RestBackend): void {
  describe('callers of the REST APIs', () => {
    let world: RestWorld;
    beforeEach(() => {
      world = openWorld(backend());
    });

    test('a generated client asks for enums as numbers, of Pub/Sub and of Firestore', async () => {
      const topic = await world.pubsub('PUT', `/topics/box-scores?${ENUMS_AS_NUMBERS}`, {});
      expect(topic).toMatchObject({ status: 200, json: { name: world.topicName('box-scores') } });
      const document = { fields: { nothing: { nullValue: null } } };
      const created = await world.firestore('POST', `/games?documentId=a&${ENUMS_AS_NUMBERS}`, document);
      expect(created).toMatchObject({ status: 200, json: document });
    });

    test('a generated client sends enums as numbers', async () => {
      await world.firestore('PATCH', '/games/a', { fields: { points: { integerValue: '3' } } });
      const field = { fieldPath: 'points' };
      const where = { fieldFilter: { field, op: 3, value: { integerValue: '1' } } };
      const structuredQuery = {
        from: [{ collectionId: 'games' }],
        where,
        orderBy: [{ field, direction: 2 }],
      };
      const { json } = await world.firestore('POST', `:runQuery?${ENUMS_AS_NUMBERS}`, { structuredQuery });
      expect(json).toMatchObject([{ document: { name: world.documentName('games/a') } }]);
    });

    test('Firestore answers under its older version v1beta1 too, over REST and gRPC', async () => {
      const { firestore_host } = backend();
      await world.firestore('PATCH', '/games/a', { fields: { points: { integerValue: '3' } } });
      const name = world.documentName('games/a');
      const headers = { authorization: 'Bearer owner' };
      const answer = await fetch(`http://${firestore_host}/v1beta1/${name}`, { headers });
      const document = { name, fields: { points: { integerValue: '3' } } };
      expect(await answer.json()).toMatchObject(document);

      const { v1beta1 } = createRequire(import.meta.url)(
        '@google-cloud/firestore',
      ) as typeof FirestorePackage;
      const [servicePath = '', port] = firestore_host.split(':');
      const sslCreds = credentials.createInsecure();
      const client = new v1beta1.FirestoreClient({
        servicePath,
        port: Number(port),
        sslCreds,
        projectId: 'demo',
      });
      const [document_read] = await client.getDocument({ name }, { otherArgs: { headers } });
      expect(document_read).toMatchObject(document);
      await client.close();
    });

    test.each(['pubsub_host', 'firestore_host'] as const)(
      'a page of any origin may call %s',
      async (host) => {
        const origin = 'https://dashboard.example';
        const url = `http://${backend()[host]}/`;
        const asked = await fetch(url, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'content-type,authorization',
          },
        });
        expect(asked.status).toBe(200);
        expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
        expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH');
        expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,authorization');
        const answered = await fetch(url, { headers: { origin } });
        expect(answered.headers.get('access-control-allow-origin')).toBe(origin);
        await answered.text();
      },
    );

    test('a connection serves many requests, and no answer announces when it would be closed', async () => {
      const [host, port] = backend().pubsub_host.split(':');
      const socket = connect(Number(port), host);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      const answered = (count: number) =>
        new Promise<void>((resolve) => {
          const look = () => text.split('Ok\n').length > count && resolve();
          socket.on('data', look);
        });
      for (const count of [1, 2, 3]) {
        const answer = answered(count);
        socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
        await answer;
      }
      expect(text).not.toMatch(/^keep-alive:/im);
      expect(text).not.toMatch(/^connection: close/im);
      socket.destroy();
    });
  });
}
