import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { PushBody } from './body.ts';
import { createTokenMaker, type TokenMaker } from './tokens.ts';

/** The answers that acknowledge a pushed message; every other one, and none at all, is a nack. */
const ACK_STATUSES: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);

/** What a push carries beside its body. */
export type PushHeaders = Readonly<Record<string, string>>;

/** How an endpoint took a message. */
export type PushOutcome = 'ack' | 'nack';

/** Sends push requests over connections that it keeps open between them. */
export interface PushSender {
  /** Posts one message, as a JSON body or as the payload itself; never rejects. An aborted request is a nack. */
  push(
    endpoint: string,
    body: PushBody | Buffer,
    signal: AbortSignal,
    headers?: PushHeaders,
  ): Promise<PushOutcome>;
  readonly tokens: TokenMaker;
  /** Closes the idle connections. */
  close(): void;
}

/** Creates a sender with connections of its own. */
export function createPushSender(): PushSender {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  return {
    tokens: createTokenMaker(),
    push(endpoint, body, signal, headers = {}) {
      const type: PushHeaders = Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' };
      const text = Buffer.isBuffer(body) ? body : JSON.stringify(body);
      const agent = endpoint.startsWith('https:') ? https : http;
      return post(endpoint, text, signal, agent, { ...type, ...headers });
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function post(
  endpoint: string,
  body: string | Buffer,
  signal: AbortSignal,
  agent: HttpAgent | HttpsAgent,
  headers: PushHeaders,
): Promise<PushOutcome> {
  return new Promise((resolve) => {
    const settle = (status: number | undefined) =>
      resolve(status !== undefined && ACK_STATUSES.has(status) ? 'ack' : 'nack');
    const send = endpoint.startsWith('https:') ? httpsRequest : httpRequest;
    const request = send(endpoint, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    // 102 arrives ahead of the final answer and already acknowledges; other interim answers say nothing.
    request.on('information', ({ statusCode }) => statusCode === 102 && settle(statusCode));
    request.on('response', (response: IncomingMessage) => {
      response.resume();
      settle(response.statusCode);
    });
    request.on('error', () => resolve('nack'));
    request.end(body);
  });
}
