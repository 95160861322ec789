import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closeConsole, open, SWEEP } from './opened.ts';

afterEach(closeConsole);

/** Sends a request letter by letter, as no browser would, and gives the status and the body. */
function send(url: URL, lines: readonly string[], body = ''): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
    const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`];
    socket.write(`${[...lines, ...length, 'connection: close'].join('\r\n')}\r\n\r\n${body}`);
  });
}

const CONFIRMED = JSON.stringify({ act: SWEEP, confirmed: true });

describe('a name that leads here by DNS gets nothing, even with the token', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT.evil.example',
    'localhost.evil.example:PORT',
    '[::1]:PORT',
    '0.0.0.0:PORT',
    'evil@127.0.0.1:PORT',
    '',
  ])('host "%s"', async (host) => {
    const { url, token, calls } = await open();
    const named = `host: ${host.replace('PORT', url.port)}`;
    expect((await send(url, [`GET /api/overview?token=${token} HTTP/1.1`, named])).status).toBe(421);
    const post = [`POST /api/act HTTP/1.1`, named, `x-console-token: ${token}`];
    expect((await send(url, post, CONFIRMED)).status).toBe(421);
    expect(calls).toEqual([]);
  });
});

describe('no page of another site can act', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=b',
    'application/json',
  ])('by a form of type %s, with the token in the address', async (type) => {
    const { url, token, calls, acts } = await open();
    for (const path of ['/api/act', '/api/drill']) {
      const response = await fetch(new URL(`${path}?token=${token}`, url), {
        method: 'POST',
        headers: { 'content-type': type, origin: 'http://evil.example' },
        body: CONFIRMED,
      });
      expect(response.status).toBe(403);
    }
    expect([calls, acts]).toEqual([[], []]);
  });

  test.each(['cross-site', 'same-site', 'none'])('with the header, from a page that is %s', async (site) => {
    const { post, calls } = await open();
    const response = await post('/api/act', { act: SWEEP, confirmed: true }, { 'sec-fetch-site': site });
    expect([response.status, calls]).toEqual([403, []]);
  });

  test('after it has asked whether it may: nobody is allowed in', async () => {
    const { url } = await open();
    const asked = [
      'OPTIONS /api/act HTTP/1.1',
      `host: ${url.host}`,
      'origin: http://evil.example',
      'access-control-request-method: POST',
      'access-control-request-headers: x-console-token',
    ];
    const { status, text } = await send(url, asked);
    expect(status).toBe(403);
    expect(text.toLowerCase()).not.toContain('access-control-allow');
  });
});

describe('nothing acts but POST', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    const { url, token, calls, acts } = await open();
    const lines = [`${method} /api/act HTTP/1.1`, `host: ${url.host}`, `x-console-token: ${token}`];
    const { status } = await send(url, lines, CONFIRMED);
    expect(status).toBeGreaterThanOrEqual(400);
    expect([calls, acts]).toEqual([[], []]);
  });
});

describe('odd paths give an error in words, and no file', () => {
  test.each([
    '//',
    '//evil.example/api/overview',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/api/../../package.json',
    'http://evil.example/api/act',
    '/api/act%00',
    '/API/OVERVIEW',
    '/api/overview/',
    '*',
  ])('%s', async (path) => {
    const { url, token } = await open();
    const lines = [`GET ${path} HTTP/1.1`, `host: ${url.host}`, `x-console-token: ${token}`];
    const { status, text } = await send(url, lines);
    // A path with a host before it is this console's own path, whatever host it names.
    if (path.endsWith('example/api/overview')) return expect(status).toBe(200);
    expect([400, 404]).toContain(status);
    expect(text).toContain('"error":');
  });

  test.each(['abc', '0', '-1', '1.5', '1e99', ''])(
    'run "%s" is refused with what was expected',
    async (run) => {
      const { url, token } = await open();
      const response = await fetch(new URL(`/api/date?date=2024-01-15&run=${run}&token=${token}`, url));
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ error: expect.stringContaining('run must be a whole number') });
    },
  );
});

test('the page comes with the dates as they were last read, so that its first picture shows them', async () => {
  const rows = [{ game_date: '2024-01-15', run: 1, verdict: null, cells: [], findings: [] }];
  const never = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const { url } = await open({
    watch: { overview: async () => rows, date: never, snapshot: never, touch: () => {}, touchAll: () => {} },
  });
  const html = await (await fetch(url)).text();
  const start = JSON.parse(html.match(/id="start">(.*?)<\/script>/)?.[1] ?? '{}');
  expect(start.overview.rows).toEqual(rows);
});
