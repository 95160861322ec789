import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallerSettings } from '../../../reference/security/settings.ts';

/** The only account that may call, and the address that it calls. */
export const PUSHER = 'pipeline-push@demo.iam.gserviceaccount.com';
const AUDIENCE = 'https://phase4-precompute-1.us-west2.run.app';

/** A key as an issuer has it. */
export interface SigningKey {
  readonly kid: string;
  readonly private_key: KeyObject;
  readonly public_pem: string;
}

/** A server of keys as Google's, on this machine. */
export interface KeyServer {
  readonly url: string;
  /** What it serves from now on. */
  serve(...keys: readonly SigningKey[]): void;
  /** From now on every answer has this status; 200 is the usual one. */
  answerWith(status: number): void;
  /** How often it was asked. */
  asked(): number;
  stop(): Promise<void>;
}

/** Make a key of a name. */
export function createKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    kid,
    private_key: privateKey,
    public_pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Start a server of these keys, which may be kept for an hour. */
export async function startKeyServer(...first: readonly SigningKey[]): Promise<KeyServer> {
  let keys = first;
  let status = 200;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
    });
    response.end(JSON.stringify(Object.fromEntries(keys.map(({ kid, public_pem }) => [kid, public_pem]))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`,
    serve: (...next) => {
      keys = next;
    },
    answerWith: (next) => {
      status = next;
    },
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Sign a token as Google signs those of Pub/Sub; `changes` to claims and header make it another. */
export function sign(key: SigningKey, changes: object = {}, header: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://accounts.google.com',
    aud: AUDIENCE,
    email: PUSHER,
    email_verified: true,
    iat: now,
    exp: now + 3600,
    ...changes,
  };
  const text = [{ alg: 'RS256', kid: key.kid, typ: 'JWT', ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key.private_key, 'base64url')}`;
}

/** The settings of a component that one account may call. */
export function callerSettings(
  keys_url: string | null,
  changes: Partial<CallerSettings> = {},
): CallerSettings {
  return { audience: AUDIENCE, service_accounts: [PUSHER], signature: 'verify', keys_url, ...changes };
}
