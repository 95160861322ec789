import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http, type Request } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import type { HttpHandler, HttpRequest } from '../ports/ports.ts';
import { type Gate, guardServer } from '../security/gate.ts';

/** A component that listens. */
export interface Served {
  /** Such as http://127.0.0.1:4000. */
  readonly address: string;
  /** Refuses new requests, lets those under way finish, and breaks them off after `patience_ms`. */
  stop(patience_ms: number): Promise<void>;
}

/**
 * Serve a component as a Cloud Function of its name.
 *
 * `getTestServer` is the framework's way to get the server without letting it read the command line and listen on
 * every address.
 *
 * @param gate  stands before the server; without one, everybody may send bodies of any size.
 */
export async function serveComponent(
  name: string,
  handler: HttpHandler,
  host: string,
  port: number,
  gate?: Gate,
): Promise<Served> {
  let isStopping = false;
  http(name, async (request, response) => {
    const { status, body } = await handler(readRequest(request));
    // A connection that is kept alive would keep the server from ending.
    if (isStopping) response.setHeader('connection', 'close');
    response.status(status);
    if (body === undefined) response.end();
    else response.json(body);
  });
  const server = getTestServer(name);
  server.prependListener('request', keepBodyRaw);
  if (gate !== undefined) guardServer(server, gate);
  await listen(server, host, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `http://${host}:${bound}`,
    stop: (patience_ms) => {
      isStopping = true;
      return stopServer(server, patience_ms);
    },
  };
}

/** Where the sender's content type waits while the framework believes that the body is opaque. */
const CONTENT_TYPE = 'x-sent-content-type';

/** Keeps the framework from parsing the body, whose errors it would answer in its own words instead of ours. */
function keepBodyRaw({ headers }: IncomingMessage, _response: ServerResponse): void {
  headers[CONTENT_TYPE] = headers['content-type'] ?? '';
  headers['content-type'] = 'application/octet-stream';
}

/** Read what the framework hands over; the body as it was sent. */
export function readRequest(request: Request): HttpRequest {
  const url = new URL(request.originalUrl, 'http://localhost');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
  return {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, 'content-type': headers[CONTENT_TYPE] ?? headers['content-type'] ?? '' },
    body: request.rawBody ?? Buffer.alloc(0),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function stopServer(server: Server, patience_ms: number): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => server.closeAllConnections(), patience_ms);
    server.close(() => {
      clearTimeout(patience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
