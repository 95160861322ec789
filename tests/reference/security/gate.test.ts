import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../reference/ports/ports.ts';
import { createCallerCheck } from '../../../reference/security/caller.ts';
import {
  createGate,
  type Gate,
  guardEveryServer,
  guardServer,
  type ReadRequest,
} from '../../../reference/security/gate.ts';
import { createKeySource } from '../../../reference/security/keys.ts';
import { serveComponent } from '../../../reference/services/serve.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { callerSettings, createKey, type KeyServer, sign, startKeyServer } from './issuer.ts';

const KEY = createKey('key-1');
const LIMIT = 2_000;

let keys: KeyServer;
let gate: Gate;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  keys = await startKeyServer(KEY);
  const check = createCallerCheck(callerSettings(keys.url), createKeySource(keys.url));
  gate = createGate({ check, body_bytes_max: LIMIT, log: createMemoryPorts().log });
});
afterAll(() => keys.stop());
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A component behind the gate, and what has reached it. */
async function serve() {
  const reached: HttpRequest[] = [];
  const served = await serveComponent(
    (request) => {
      reached.push(request);
      return Promise.resolve({ status: 200, body: { bytes: request.body.length } });
    },
    '127.0.0.1',
    0,
    gate,
  );
  ends.push(() => served.stop(1));
  return { reached, port: Number(new URL(served.address).port) };
}

/** Open a connection, send this, and give what to send more and the answer's first part. */
async function open(port: number, text: string) {
  const socket: Socket = connect(port, '127.0.0.1');
  ends.push(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return { socket, answer: async () => String((await once(socket, 'data'))[0]) };
}

const head = (...headers: string[]) =>
  ['POST /process HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers, '', ''].join('\r\n');
const bearer = (claims: object = {}) => `Authorization: Bearer ${sign(KEY, claims)}`;

describe('SEC-007 the sender is checked before the body is read', () => {
  test.each([
    ['401 for no token', () => [], /^HTTP\/1.1 401 [\s\S]*www-authenticate: Bearer[\s\S]*CALLER_UNKNOWN/],
    [
      '403 for a stranger',
      () => [bearer({ email: 'stranger@x' })],
      /^HTTP\/1.1 403 [\s\S]*CALLER_NOT_ALLOWED/,
    ],
  ])('%s comes while the body is still on its way', async (_name, authorization, expected) => {
    const { port, reached } = await serve();
    const { socket, answer } = await open(port, head(...authorization(), 'Content-Length: 1000'));
    // Not one byte of the body has been sent.
    expect(await answer()).toMatch(expected);
    // The slow sender finishes, and the same connection serves the next request.
    socket.write('x'.repeat(1000));
    socket.write(`${head(bearer(), 'Content-Length: 2')}{}`);
    expect(await once(socket, 'data').then(String)).toMatch(/^HTTP\/1.1 200 /);
    expect(reached.map(({ body }) => body.toString())).toEqual(['{}']);
  });

  test('who asks before sending is told to send only after the check', async () => {
    const { port } = await serve();
    const stranger = await open(port, head('Expect: 100-continue', 'Content-Length: 2'));
    expect(await stranger.answer()).toMatch(/^HTTP\/1.1 401 /);
    const friend = await open(port, head(bearer(), 'Expect: 100-continue', 'Content-Length: 2'));
    expect(await friend.answer()).toMatch(/^HTTP\/1.1 100 Continue/);
    friend.socket.write('{}');
    expect(await once(friend.socket, 'data').then(String)).toMatch(/^HTTP\/1.1 200 /);
  });

  test('nothing is lost: the same delivery with a token is served as if it had come first', async () => {
    const { port, reached } = await serve();
    const deliver = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/process?x=1`, { method: 'POST', headers, body: '{"a":1}' });
    expect((await deliver({})).status).toBe(401);
    expect((await deliver({ authorization: `Bearer ${sign(KEY)}` })).status).toBe(200);
    expect(reached).toMatchObject([{ method: 'POST', path: '/process', query: { x: '1' } }]);
    expect(reached[0]?.body.toString()).toBe('{"a":1}');
  });

  test('health is open, under its own method and path only', async () => {
    const { port } = await serve();
    const statusOf = async (path: string, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { method })).status;
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/health?full=1')).toBe(200);
    expect(await statusOf('/health', 'POST')).toBe(401);
    expect(await statusOf('/health/../status')).toBe(401);
    expect(await statusOf('/status')).toBe(401);
  });
});

describe('SEC-008 a body that is too large is 413', () => {
  test('by its announced length, before it is read', async () => {
    const { port } = await serve();
    const { answer } = await open(port, head(bearer(), `Content-Length: ${LIMIT + 1}`));
    expect(await answer()).toMatch(/^HTTP\/1.1 413 [\s\S]*BODY_TOO_LARGE/);
  });

  test('while it comes in parts without a length, at the part that is too much', async () => {
    const { port, reached } = await serve();
    const { socket, answer } = await open(port, head(bearer(), 'Transfer-Encoding: chunked'));
    const part = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    socket.write(part.repeat(2));
    socket.write(part);
    expect(await answer()).toMatch(/^HTTP\/1.1 413 [\s\S]*at least 3000 bytes/);
    expect(reached).toEqual([]);
  });

  test('a body of exactly the limit is served, whole and of any content type', async () => {
    const { port, reached } = await serve();
    for (const type of ['application/json', 'text/plain', 'application/cloudevents+json']) {
      const headers = { authorization: `Bearer ${sign(KEY)}`, 'content-type': type };
      const body = 'x'.repeat(LIMIT);
      const sent = { method: 'POST', headers, body };
      expect((await fetch(`http://127.0.0.1:${port}/`, sent)).status).toBe(200);
      expect(reached.at(-1)).toMatchObject({ headers: { 'content-type': type }, body: Buffer.from(body) });
    }
  });

  test('a stranger who goes on sending is cut off', async () => {
    const { port } = await serve();
    const { socket, answer } = await open(port, head('Transfer-Encoding: chunked'));
    expect(await answer()).toMatch(/^HTTP\/1.1 401 /);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const part = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    for (let sent = 0; sent < 40; sent += 1) socket.write(part);
    await closed;
  });
});

describe('SEC-009 the gate stands before servers that others make', () => {
  const listen = async (server: Server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };

  test('the framework gets a body only of who may send one, and parses none', async () => {
    const bodies: unknown[] = [];
    ends.push(guardEveryServer(gate));
    http('of-the-framework', (request, response) => {
      bodies.push((request as ReadRequest).rawBody?.toString());
      response.status(204).end();
    });
    const port = await listen(getTestServer('of-the-framework'));
    const { answer } = await open(port, head('Content-Length: 100'));
    expect(await answer()).toMatch(/^HTTP\/1.1 401 /);
    const friend = await open(port, `${head(bearer(), 'Content-Length: 5')}{"a":`);
    expect(await friend.answer()).toMatch(/^HTTP\/1.1 204 /);
    expect(bodies).toEqual(['{"a":']);
  });

  test('a plain handler asks it itself', async () => {
    const port = await listen(
      createServer(async (request, response) => {
        if (await gate(request, response)) response.end(String((request as ReadRequest).rawBody));
      }),
    );
    const send = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: 'hello' });
    expect((await send({})).status).toBe(401);
    expect(await (await send({ authorization: `Bearer ${sign(KEY)}` })).text()).toBe('hello');
  });

  test('who breaks off in the middle of the body reaches nobody', async () => {
    const server = createServer(() => expect.unreachable());
    const decision = new Promise<boolean>((decide) => {
      guardServer(server, async (request, response) => {
        server.emit('asked');
        const mayEnter = await gate(request, response);
        decide(mayEnter);
        return mayEnter;
      });
    });
    const asked = once(server, 'asked');
    const { socket } = await open(await listen(server), `${head(bearer(), 'Content-Length: 100')}half`);
    await asked;
    socket.destroy();
    expect(await decision).toBe(false);
  });
});
