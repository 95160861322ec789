import { createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { type Backend, departs } from '../../drive/backend.ts';
import { type Endpoint, openEndpoint } from '../../drive/endpoint.ts';
import { openForEachTest, type World } from '../../drive/world.ts';

const EMAIL = 'pusher@demo.iam.gserviceaccount.com';

/** States what a push carries beside the message: who it claims to come from, and the message without its wrapping. */
export function describePushIdentity(backend: () => Backend): void {
  describe('push with a token, and without wrapping', () => {
    let world: World;
    let topic: string;
    let endpoint: Endpoint;
    openForEachTest(backend, async (fresh) => {
      world = fresh;
      topic = await world.createTopic('box-scores');
      endpoint = await openEndpoint();
    });
    afterEach(async () => {
      await world.subscriber
        .deleteSubscription({ subscription: world.subscriptionName('pusher') })
        .catch(() => {});
      await endpoint.close();
    });

    type Push = NonNullable<NonNullable<Parameters<World['createSubscription']>[2]>['pushConfig']>;
    const push = async (pushConfig: Push, extra = {}) => {
      await world.createSubscription('pusher', topic, {
        pushConfig: { ...pushConfig, pushEndpoint: endpoint.url },
      });
      await world.publish(topic, { data: Buffer.from('hi'), attributes: { phase: 'one' }, ...extra });
      await backend().until(() => endpoint.requests.length === 1);
      return endpoint.requests[0];
    };
    const tokenOf = (request: Awaited<ReturnType<typeof push>>) =>
      /^Bearer (.+)$/.exec(request?.headers.authorization ?? '')?.[1] ?? '';
    /** Verifies a token's signature with the keys that the cloud shows, in both of their forms. */
    const verify = async (token: string) => {
      const host = `http://${backend().pubsub_host}/oauth2`;
      const [head = '', body = '', signature = ''] = token.split('.');
      const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
      const pems: Record<string, string> = await (await fetch(`${host}/v1/certs`)).json();
      const { keys }: { keys: JsonWebKey[] } = await (await fetch(`${host}/v3/certs`)).json();
      const jwk = keys.find((key) => (key as { kid?: string }).kid === kid) ?? {};
      return [pems[kid] ?? '', createPublicKey({ key: jwk, format: 'jwk' })].map((key) =>
        createVerify('RSA-SHA256').update(`${head}.${body}`).verify(key, signature, 'base64url'),
      );
    };

    test('a push carries a token with the claims of those of Google', async () => {
      const request = await push({
        oidcToken: { serviceAccountEmail: EMAIL, audience: 'https://service.example' },
      });
      if (departs(backend(), 'push-token')) return expect(request?.headers.authorization).toBeUndefined();
      const claims = decode(tokenOf(request));
      expect(claims).toMatchObject({
        iss: 'https://accounts.google.com',
        aud: 'https://service.example',
        email: EMAIL,
        email_verified: true,
      });
      expect(Number(claims['exp'])).toBeGreaterThan(backend().epochMs() / 1000);
      return undefined;
    });

    test('the audience is the endpoint where none is named', async () => {
      const request = await push({ oidcToken: { serviceAccountEmail: EMAIL } });
      if (departs(backend(), 'push-token')) return;
      expect(decode(tokenOf(request))['aud']).toBe(endpoint.url);
    });

    test('the keys that the cloud shows verify the token, and no token that was changed', async () => {
      const request = await push({
        oidcToken: { serviceAccountEmail: EMAIL, audience: 'https://service.example' },
      });
      if (departs(backend(), 'push-token')) return;
      const token = tokenOf(request);
      expect(await verify(token)).toEqual([true, true]);
      const [head, , signature] = token.split('.');
      const other = Buffer.from(JSON.stringify({ ...decode(token), email: 'other@example.com' }));
      expect(await verify(`${head}.${other.toString('base64url')}.${signature}`)).toEqual([false, false]);
    });

    test('a token without a service account is INVALID_ARGUMENT', async () => {
      const creation = world.createSubscription('pusher', topic, {
        pushConfig: { pushEndpoint: endpoint.url, oidcToken: { audience: 'a' } },
      });
      if (departs(backend(), 'push-token')) await creation;
      else await expect(creation).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });

    test('an unwrapped push is the payload alone', async () => {
      const request = await push({ noWrapper: {} });
      expect(request?.text).toBe('hi');
      expect(request?.headers).not.toHaveProperty('phase');
    });

    test('with its metadata the rest of the message is in headers', async () => {
      const request = await push({ noWrapper: { writeMetadata: true } }, { orderingKey: 'k' });
      expect(request).toMatchObject({
        text: 'hi',
        headers: {
          phase: 'one',
          'x-goog-pubsub-subscription-name': world.subscriptionName('pusher'),
          'x-goog-pubsub-message-id': expect.any(String),
          'x-goog-pubsub-publish-time': expect.any(String),
          ...(departs(backend(), 'push-ordering-key') ? {} : { 'x-goog-pubsub-ordering-key': 'k' }),
        },
      });
    });
  });
}

function decode(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
