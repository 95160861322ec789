import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { PipelineError } from '../errors/pipeline-error.ts';
import { answerError } from '../http/shell.ts';
import type { Logger } from '../ports/ports.ts';
import type { CheckCaller } from './caller.ts';

/** What a gate needs. */
export interface GateOptions {
  /** null lets everybody in. */
  readonly check: CheckCaller | null;
  /** The largest body, in bytes, that is read. */
  readonly body_bytes_max: number;
  readonly log: Logger;
}

/**
 * Lets a request in or answers it. First the sender is checked, then the announced size, then the body is read up to
 * its limit, into `rawBody`. True: the request may go on. False: it has its answer, or its
 * sender has gone.
 */
export type Gate = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A request whose body a gate, or the functions framework, has read. */
export type ReadRequest = IncomingMessage & { rawBody?: Buffer };

/** How much of a refused body is read and thrown away, so that its sender can see the answer. */
const DISCARD_BYTES_MAX = 1_048_576;

/** How long the sender of more than that has to read the answer; a connection that is reset at once loses it. */
const LINGER_MS = 1_000;

/** Make a gate. `GET /health` is open to everybody. */
export function createGate({ check, body_bytes_max, log }: GateOptions): Gate {
  return async (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    try {
      if (check !== null && !(request.method === 'GET' && path === '/health')) {
        await check(request.headers.authorization);
      }
      return await readBody(request, response, body_bytes_max);
    } catch (error) {
      const { status, body } = answerError(error, `${request.method} ${path}`, log);
      refuse(request, response, status, JSON.stringify(body));
      return false;
    }
  };
}

/** The gate of a server that only its own machine reaches: bodies are read whatever their size. */
export const letEverybodyIn: Gate = (request, response) =>
  readBody(request, response, Number.MAX_SAFE_INTEGER);

/**
 * Put a gate before everything that a server does. Whoever asks with `Expect: 100-continue` is told to send the body
 * only after the check.
 */
export function guardServer(server: Server, gate: Gate): void {
  const inside = server.listeners('request');
  server.removeAllListeners('request');
  const enter = (request: IncomingMessage, response: ServerResponse): void => {
    void gate(request, response).then((mayEnter) => {
      if (mayEnter) for (const listener of inside) listener.call(server, request, response);
    });
  };
  server.on('request', enter);
  server.on('checkContinue', enter);
}

/**
 * Put a gate before every server of this process, also one that is made later by somebody else: the functions
 * framework's own command line gives no hold of its server, and reads the body before it calls a function.
 *
 * @returns ends it; servers that have had a request stay guarded.
 */
export function guardEveryServer(gate: Gate): () => void {
  const guarded = new WeakSet<Server>();
  const onStart = (message: unknown): void => {
    const { server } = message as { readonly server: Server };
    if (guarded.has(server)) return;
    guarded.add(server);
    guardServer(server, gate);
  };
  // Node announces a request on this channel before it calls the listeners of the server.
  subscribe('http.server.request.start', onStart);
  return () => void unsubscribe('http.server.request.start', onStart);
}

/** False when the sender breaks off: there is nobody left to answer. */
function readBody(request: ReadRequest, response: ServerResponse, bytes_max: number): Promise<boolean> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > bytes_max) return Promise.reject(tooLarge(`${announced} bytes`, bytes_max));
  if (/100-continue/i.test(request.headers.expect ?? '')) response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= bytes_max) return void chunks.push(chunk);
      request.off('data', take);
      request.pause();
      reject(tooLarge(`at least ${bytes} bytes`, bytes_max));
    };
    request.on('data', take);
    request.once('end', () => {
      request.rawBody = Buffer.concat(chunks);
      resolve(true);
    });
    request.once('error', () => resolve(false));
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, body: string): void {
  // What is still to come is thrown away. A connection that is broken off at once would lose the answer on its way.
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= DISCARD_BYTES_MAX || request.isPaused()) return;
    // No more is read, so its sender has to stop; it can still read the answer before the connection goes.
    request.pause();
    setTimeout(() => request.destroy(), LINGER_MS).unref();
  });
  request.on('error', () => undefined);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  });
  response.end(body);
  request.resume();
}

function tooLarge(got: string, bytes_max: number): PipelineError {
  return new PipelineError(
    'BODY_TOO_LARGE',
    `expected a body of at most ${bytes_max} bytes, got ${got}; send less, or several messages`,
    { body_bytes_max: bytes_max },
  );
}
