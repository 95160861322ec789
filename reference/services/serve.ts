import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAnswer, HttpHandler, HttpRequest } from '../ports/ports.ts';
import { type Gate, guardServer, letEverybodyIn, type ReadRequest } from '../security/gate.ts';

/** A component that listens. */
export interface Served {
  /** Such as http://127.0.0.1:4000. */
  readonly address: string;
  /**
   * Refuses new requests, lets those under way finish, also those whose caller is gone, and breaks them off after
   * `patience_ms`.
   */
  stop(patience_ms: number): Promise<void>;
}

/**
 * Serve a component over HTTP, as a service on Cloud Run or on one machine.
 *
 * Node's own server, since the functions framework runs each request in a domain, which makes every promise of the
 * process several times dearer. `function.ts` is for where the framework serves.
 *
 * @param gate  stands before the server; without one, everybody may send bodies of any size.
 */
export async function serveComponent(
  handler: HttpHandler,
  host: string,
  port: number,
  gate: Gate = letEverybodyIn,
): Promise<Served> {
  let isStopping = false;
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    // A connection that is kept alive would keep the server from ending.
    const work = handler(readRequest(request))
      .then((answer) => send(response, answer, isStopping))
      .finally(() => running.delete(work));
    running.add(work);
  });
  guardServer(server, gate);
  await listen(server, host, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `http://${host}:${bound}`,
    async stop(patience_ms) {
      isStopping = true;
      const { promise: is_over, cancel } = timer(patience_ms);
      const done = Promise.all(running);
      await stopServer(server, patience_ms);
      await Promise.race([done, is_over]);
      cancel();
    },
  };
}

/** Read a request whose body a gate, or the functions framework, has read; the body as it was sent. */
export function readRequest(request: ReadRequest): HttpRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: readHeaders(request.headers),
    body: request.rawBody ?? Buffer.alloc(0),
  };
}

function readHeaders(headers: IncomingHttpHeaders): HttpRequest['headers'] {
  const read = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]);
  return { ...Object.fromEntries(read), 'content-type': headers['content-type'] ?? '' };
}

function send(response: ServerResponse, { status, body }: HttpAnswer, isLast: boolean): void {
  if (isLast) response.setHeader('connection', 'close');
  response.statusCode = status;
  if (body === undefined) return void response.end();
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

function timer(after_ms: number): { readonly promise: Promise<void>; cancel(): void } {
  let cancel = (): void => {};
  const promise = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, after_ms);
    cancel = () => clearTimeout(timeout);
  });
  return { promise, cancel: () => cancel() };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

/** Refuse new connections, let requests under way finish, and break them off after `patience_ms`. */
export function stopServer(server: Server, patience_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), patience_ms);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
