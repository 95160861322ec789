import net, { type AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { sendHttp } from '../../../conformance/harness/courier/http.ts';

const REQUESTS = 60;
const PATIENCE_MS = 10_000;
const open: net.Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
});

/** A server that writes what it likes after each request that it has read. */
async function serve(
  answer: (socket: net.Socket, nth: number) => void,
): Promise<{ url: string; read: () => number }> {
  let read = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (socket.writableEnded || !bytes.toString().includes('\r\n\r\n')) return;
      read += 1;
      answer(socket, read);
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, read: () => read };
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const ask = (url: string) => sendHttp(url, { method: 'POST', headers: {}, body: null }, PATIENCE_MS);

describe('a connection that the server ends', () => {
  test('after each answer, without saying so, costs no answer, and no request comes twice', async () => {
    const { url, read } = await serve((socket) => socket.end(OK));
    const statuses: (number | null)[] = [];
    for (let nth = 0; nth < REQUESTS; nth++) statuses.push((await ask(url)).status);
    expect(statuses).toEqual(Array(REQUESTS).fill(200));
    expect(read()).toBe(REQUESTS);
  });

  test('in the middle of its work is no answer, each time but at most one', async () => {
    const { url, read } = await serve((socket, nth) => (nth === 1 ? socket.write(OK) : socket.destroy()));
    expect((await ask(url)).status).toBe(200);
    const statuses: (number | null)[] = [];
    for (let nth = 1; nth < 5; nth++) statuses.push((await ask(url)).status);
    expect(statuses).toEqual([null, null, null, null]);
    expect(read()).toBeLessThanOrEqual(6);
  });

  test('in the middle of its first request is no answer, and the request comes once', async () => {
    const { url, read } = await serve((socket) => socket.destroy());
    expect((await ask(url)).status).toBe(null);
    expect(read()).toBe(1);
  });
});
