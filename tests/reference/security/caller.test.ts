import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { createCallerCheck } from '../../../reference/security/caller.ts';
import { createKeySource } from '../../../reference/security/keys.ts';
import { callerSettings, createKey, type KeyServer, PUSHER, sign, startKeyServer } from './issuer.ts';

const KEY = createKey('key-1');
const NEXT_KEY = createKey('key-2');
const FORGED = createKey('key-1');
const now = () => Math.floor(Date.now() / 1000);

let server: KeyServer;

beforeEach(async () => {
  server = await startKeyServer(KEY);
});
afterEach(() => server.stop());

/** 200, or the status and sentence of the refusal. */
async function outcome(check: ReturnType<typeof createCallerCheck>, authorization: string | undefined) {
  try {
    await check(authorization);
    return { status: 200, sentence: '' };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const told = `${error.message} ${JSON.stringify(error.details)} ${String(error.cause)}`;
    for (const part of (authorization ?? '').split(/[ .]/)) {
      if (part.length > 20) expect(told).not.toContain(part);
    }
    return { status: error.status, sentence: error.message };
  }
}

const checkOf = (changes = {}) =>
  createCallerCheck(callerSettings(server.url, changes), createKeySource(server.url));
const withNone = () => sign(KEY, {}, { alg: 'none' }).replace(/[^.]+$/, '');
const removed = (changes: object = {}) => sign(KEY, changes).replace(/[^.]+$/, 'SIGNATURE_REMOVED_BY_GOOGLE');
const changed = () => {
  const [head, , signature] = sign(KEY, { email: 'thief@x' }).split('.');
  return `${head}.${sign(KEY).split('.')[1]}.${signature}`;
};

describe('SEC-001 the right token lets its holder in', () => {
  test.each([
    ['of the usual issuer', {}],
    ['of the issuer without a scheme', { iss: 'accounts.google.com' }],
    ['that expired within the tolerance of clocks', { exp: now() - 100 }],
  ])('%s', async (_name, claims) => {
    expect(await outcome(checkOf(), `Bearer ${sign(KEY, claims)}`)).toEqual({ status: 200, sentence: '' });
  });

  test('the scheme is not case-sensitive', async () => {
    expect((await outcome(checkOf(), `bearer ${sign(KEY)}`)).status).toBe(200);
  });
});

describe('SEC-002 no token and one that does not count are 401 and say why', () => {
  test.each<[string, () => string | undefined, string]>([
    ['none', () => undefined, 'no Authorization header'],
    ['another scheme', () => 'Basic dXNlcjpzZWNyZXQ=', 'of another kind'],
    ['garbage', () => 'Bearer garbage', 'no token'],
    ['garbage in three parts', () => 'Bearer a.b.c', 'no token'],
    ['a null for a header', () => 'Bearer bnVsbA.bnVsbA.x', 'no token'],
    ['alg none', () => `Bearer ${withNone()}`, 'another algorithm'],
    ['a symmetric algorithm', () => `Bearer ${sign(KEY, {}, { alg: 'HS256' })}`, 'another algorithm'],
    ['no kid', () => `Bearer ${sign(KEY, {}, { kid: undefined })}`, 'names no key'],
    ['an unknown kid', () => `Bearer ${sign(NEXT_KEY)}`, 'names another key'],
    ['a kid of every object', () => `Bearer ${sign(KEY, {}, { kid: 'toString' })}`, 'names another key'],
    ['a signature of another key', () => `Bearer ${sign(FORGED)}`, 'does not pass'],
    ['claims under another signature', () => `Bearer ${changed()}`, 'does not pass'],
    ['a signature that was removed', () => `Bearer ${removed()}`, 'does not pass'],
    ['expired', () => `Bearer ${sign(KEY, { iat: now() - 9000, exp: now() - 5400 })}`, 'has expired'],
    ['not yet valid', () => `Bearer ${sign(KEY, { iat: now() + 900 })}`, 'not valid yet'],
    ['not before later', () => `Bearer ${sign(KEY, { nbf: now() + 900 })}`, 'not valid yet'],
    ['valid for years', () => `Bearer ${sign(KEY, { exp: now() + 900_000 })}`, 'does not pass'],
    ['without an end', () => `Bearer ${sign(KEY, { exp: undefined })}`, 'one without'],
    ['a wrong issuer', () => `Bearer ${sign(KEY, { iss: 'https://evil.example' })}`, 'another issuer'],
    ['a wrong audience', () => `Bearer ${sign(KEY, { aud: 'https://other.run.app' })}`, 'another audience'],
  ])('%s', async (_name, authorization, got) => {
    const { status, sentence } = await outcome(checkOf(), authorization());
    expect([status, sentence]).toEqual([401, expect.stringContaining(got)]);
  });
});

describe('SEC-003 a valid token of somebody else is 403', () => {
  test.each([
    ['a wrong e-mail', { email: 'stranger@demo.iam.gserviceaccount.com' }, 'got one of stranger@demo'],
    ['an e-mail in capitals', { email: PUSHER.toUpperCase() }, 'got one of PIPELINE-PUSH'],
    ['no e-mail', { email: undefined }, 'without an e-mail'],
    ['an e-mail that is not verified', { email_verified: false }, 'not verified'],
    ['a text for verified', { email_verified: 'true' }, 'not verified'],
  ])('%s', async (_name, claims, got) => {
    const { status, sentence } = await outcome(checkOf(), `Bearer ${sign(KEY, claims)}`);
    expect([status, sentence]).toEqual([403, expect.stringContaining(got)]);
  });

  test('whose e-mail is wrong and whose signature is forged is not told so', async () => {
    expect((await outcome(checkOf(), `Bearer ${sign(FORGED, { email: 'a@b' })}`)).status).toBe(401);
  });
});

describe('SEC-004 keys are kept, and asked for again when a token names a new one', () => {
  test('a rotated key is taken, and the keys are asked for twice', async () => {
    const check = checkOf();
    for (let turn = 0; turn < 3; turn += 1) await check(`Bearer ${sign(KEY)}`);
    expect(server.asked()).toBe(1);
    server.serve(KEY, NEXT_KEY);
    expect((await outcome(check, `Bearer ${sign(NEXT_KEY)}`)).status).toBe(200);
    expect(server.asked()).toBe(2);
  });

  test('made-up key names ask at most once a minute', async () => {
    let time_ms = 0;
    const check = createCallerCheck(
      callerSettings(server.url),
      createKeySource(server.url, () => time_ms),
    );
    const madeUp = () => outcome(check, `Bearer ${sign(KEY, {}, { kid: `made-up-${time_ms}` })}`);
    for (let turn = 0; turn < 5; turn += 1) expect((await madeUp()).status).toBe(401);
    expect(server.asked()).toBe(2);
    time_ms = 60_000;
    await madeUp();
    expect(server.asked()).toBe(3);
  });

  test('a server that is down is 503 and not 401, until it is back', async () => {
    const check = checkOf();
    server.answerWith(500);
    expect(await outcome(check, `Bearer ${sign(KEY)}`)).toMatchObject({
      status: 503,
      sentence: expect.stringContaining('KEYS_UNAVAILABLE'),
    });
    server.answerWith(200);
    expect((await outcome(check, `Bearer ${sign(KEY)}`)).status).toBe(200);
  });

  test('a server that refuses connections is 503, and tokens that cannot count are still 401', async () => {
    const check = checkOf();
    await server.stop();
    expect((await outcome(check, `Bearer ${sign(KEY)}`)).status).toBe(503);
    expect((await outcome(check, 'Bearer garbage')).status).toBe(401);
  });
});

describe('SEC-005 where Cloud Run has checked the signature and removed it, the rest is checked', () => {
  test.each([
    ['the right one', {}, 200],
    ['a wrong audience', { aud: 'https://other.run.app' }, 401],
    ['an expired one', { iat: now() - 9000, exp: now() - 5400 }, 401],
    ['a stranger', { email: 'stranger@demo.iam.gserviceaccount.com' }, 403],
  ])('%s', async (_name, claims, status) => {
    const check = checkOf({ signature: 'platform' });
    expect((await outcome(check, `Bearer ${removed(claims)}`)).status).toBe(status);
    expect(server.asked()).toBe(0);
  });

  test('a signature that is there is checked as everywhere', async () => {
    const check = checkOf({ signature: 'platform' });
    expect((await outcome(check, `Bearer ${sign(KEY)}`)).status).toBe(200);
    expect((await outcome(check, `Bearer ${sign(FORGED)}`)).status).toBe(401);
  });
});
