import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnyAuthClient, GoogleAuth } from 'google-auth-library';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAuthorise } from '../../../conformance/project/identity.ts';

const SELF = { service_account: null, audience: null };
const MINUTE_MS = 60_000;

describe('a call of a component', () => {
  test('carries an identity token for its URL, which is fetched once and renewed within the hour', async () => {
    const asked: string[] = [];
    let now_ms = 0;
    const authorise = createAuthorise(
      SELF,
      (audience) => Promise.resolve(`token-${asked.push(audience)}`),
      () => now_ms,
    );
    expect(await authorise('https://worker.run.app')).toEqual({ authorization: 'Bearer token-1' });
    now_ms = 44 * MINUTE_MS;
    expect(await authorise('https://worker.run.app')).toEqual({ authorization: 'Bearer token-1' });
    expect(await authorise('https://other.run.app')).toEqual({ authorization: 'Bearer token-2' });
    now_ms = 46 * MINUTE_MS;
    expect(await authorise('https://worker.run.app')).toEqual({ authorization: 'Bearer token-3' });
    expect(asked).toEqual(['https://worker.run.app', 'https://other.run.app', 'https://worker.run.app']);
  });
  test('carries one for the audience that the target file names', async () => {
    const authorise = createAuthorise({ ...SELF, audience: 'pipeline' }, (audience) =>
      Promise.resolve(audience),
    );
    expect(await authorise('https://worker.run.app')).toEqual({ authorization: 'Bearer pipeline' });
  });
  test('carries none on this machine', async () => {
    const authorise = createAuthorise(SELF, () => Promise.reject(new Error('must not be asked')));
    expect(await authorise('http://127.0.0.1:8080')).toEqual({});
  });
  test('is not made without a token: the error says for whom, and what to do', async () => {
    let tries = 0;
    const authorise = createAuthorise({ ...SELF, service_account: 'push@nba.iam' }, () => {
      tries += 1;
      return Promise.reject(new Error('no credentials'));
    });
    for (const _ of [1, 2]) {
      await expect(authorise('https://worker.run.app')).rejects.toThrow(
        /identity token of push@nba\.iam for https:\/\/worker\.run\.app, got: no credentials; .*project\.identity/,
      );
    }
    expect(tries).toBe(2);
  });
});

describe('with an account that the caller may impersonate', () => {
  afterEach(() => vi.restoreAllMocks());
  test('the token is of that account, with its e-mail address, which the components look at', async () => {
    const asked: { url?: string; data?: unknown }[] = [];
    const source = {
      getAccessToken: () => Promise.resolve({ token: 'mine' }),
      request: (options: { url?: string; data?: unknown }) => {
        asked.push(options);
        return Promise.resolve({ data: { token: 'theirs' } });
      },
    };
    // What Google's library finds on this machine is not the test's matter; what it asks for is.
    vi.spyOn(GoogleAuth.prototype, 'getClient').mockResolvedValue(source as unknown as AnyAuthClient);
    const authorise = createAuthorise({ ...SELF, service_account: 'push@nba.iam.gserviceaccount.com' });
    expect(await authorise('https://worker.run.app')).toEqual({ authorization: 'Bearer theirs' });
    expect(asked).toEqual([
      expect.objectContaining({
        url: expect.stringContaining('/serviceAccounts/push@nba.iam.gserviceaccount.com:generateIdToken'),
        data: expect.objectContaining({ audience: 'https://worker.run.app', includeEmail: true }),
      }),
    ]);
  });
});

describe('on a machine of Google Cloud', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['GCE_METADATA_HOST', 'METADATA_SERVER_DETECTION']) delete process.env[name];
    Object.assign(process.env, before);
  });
  test('the token comes from the metadata server', async () => {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      const is_token = request.url?.includes('/identity') === true;
      response.writeHead(200, { 'metadata-flavor': 'Google' });
      // What a token says is looked at for its expiry: a header, a payload, no signature that anybody checks here.
      const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
      response.end(is_token ? `${part({ alg: 'RS256' })}.${part({ exp: 4_102_444_800 })}.x` : 'default');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env['GCE_METADATA_HOST'] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['METADATA_SERVER_DETECTION'] = 'assume-present';
    try {
      const { authorization } = (await createAuthorise(SELF)('https://worker.run.app')) as {
        readonly authorization: string;
      };
      expect(authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.x$/);
      const { url } = asked.find(({ url }) => url?.includes('/identity')) ?? {};
      expect(decodeURIComponent(url ?? '')).toContain('audience=https://worker.run.app');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
