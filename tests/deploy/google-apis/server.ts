import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Api, type ApiRequest, type JsonObject, Refusal } from './answer.ts';

/** One request as it is remembered, with the status of its answer. */
export interface RecordedRequest {
  readonly api: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: JsonObject;
  readonly status: number;
}

/** Says which requests are to fail, and how; undefined lets a request through. */
export type FailureRule = (request: Omit<RecordedRequest, 'status'>, nth: number) => number | undefined;

/** A server of several APIs that remembers every request. */
export interface RecordingServer {
  readonly port: number;
  readonly requests: readonly RecordedRequest[];
  /** Replace the rule that makes requests fail; `nth` counts the requests that change something, from 1. */
  failWhen(rule: FailureRule): void;
  stop(): Promise<void>;
}

/**
 * Serve APIs on 127.0.0.1, each below its own name: `/pubsub/v1/…`.
 *
 * It is a forward proxy too: `gcloud run` puts the region before the host of its endpoint, which resolves nowhere, so
 * its requests come here through HTTP_PROXY with the whole address in the request line.
 */
export async function startRecordingServer(apis: Readonly<Record<string, Api>>): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  let rule: FailureRule = () => undefined;
  let changes = 0;
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then(async (raw) => {
      const request = readRequest(incoming, raw);
      const { api, method, path, body } = request;
      const seen = { api, method, path, query: request.query.toString(), body };
      if (!isRead(request)) changes += 1;
      const failure = rule(seen, changes);
      const answer =
        failure === undefined
          ? await answerRequest(apis, request)
          : new Refusal(failure, 'INTERNAL', 'The test wanted this request to fail.').answer;
      requests.push({ ...seen, status: answer.status });
      send(outgoing, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    failWhen(next) {
      rule = next;
      changes = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Tell whether a request only reads; getIamPolicy and listings by POST do too. */
export function isRead({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === 'GET' || /:(getIamPolicy|testIamPermissions)$/.test(path);
}

async function answerRequest(apis: Readonly<Record<string, Api>>, request: ApiRequest): Promise<Answer> {
  try {
    const answer = await apis[request.api]?.(request);
    if (answer !== undefined) return answer;
    const message = `nothing is served at ${request.method} ${request.api} ${request.path}`;
    return new Refusal(501, 'UNIMPLEMENTED', message).answer;
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    const message = error instanceof Error ? String(error.stack) : String(error);
    return new Refusal(500, 'INTERNAL', message).answer;
  }
}

function readRequest(incoming: IncomingMessage, raw: Buffer): ApiRequest {
  // Behind a region the host is no host that a URL could have, so it is cut off as text.
  const url = new URL((incoming.url ?? '/').replace(/^https?:\/\/[^/]+/, ''), 'http://127.0.0.1');
  const [, api = '', ...rest] = url.pathname.split('/');
  return {
    api,
    method: incoming.method ?? 'GET',
    path: `/${rest.map(decodeURIComponent).join('/')}`,
    query: url.searchParams,
    body: readJson(raw),
    raw,
    origin: `http://127.0.0.1:${incoming.socket.localPort}`,
  };
}

function readJson(raw: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, { status, body, headers = {} }: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  outgoing.end(JSON.stringify(body));
}
