import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { status } from '@grpc/grpc-js';
import type { ErrorInfo } from '../rpc/error-details.ts';
import {
  type Caller,
  missing,
  RpcError,
  type ServedService,
  serveThroughGate,
  type Wire,
} from '../rpc/service.ts';
import { type Control, control } from './controls.ts';
import { errorAnswer } from './errors.ts';
import type { Json } from './json/json.ts';
import { writeMessage } from './json/write.ts';
import { readRequest } from './request.ts';
import { findRoute, type MatchedRoute, type Route, routesOf, verbsAt } from './routes.ts';
import { enumStyleOf } from './system-parameters.ts';

const BODY_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Serves services as Google's REST APIs: the same handlers, gate and observer as gRPC, with JSON in front of them.
 * `GET /` answers `Ok`, as Google's emulators do. The definitions are read at the first request that needs them.
 */
export function createRestListener(
  services: readonly ServedService[],
  controls: readonly Control[] = [],
): RequestListener {
  let routes: readonly Route[] | undefined;
  return (request, response) => {
    if (allowPages(request, response)) return;
    if (request.url === '/') return void response.end('Ok\n');
    const serve = async () => {
      if (await control(controls, request, response)) return;
      routes ??= routesOf(services);
      await answer(routes, request, response);
    };
    serve().catch((error: unknown) => {
      if (error instanceof RpcError) return refuse(response, error.code, error.message, error.info);
      refuse(response, status.INTERNAL, error instanceof Error ? String(error.stack) : String(error));
    });
  };
}

async function answer(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [pathname = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const body = await readText(request);
  const matched = findRoute(routes, request.method ?? '', pathname);
  if (matched === undefined) throw nothingAt(routes, request.method ?? '', pathname);
  const parameters = new URLSearchParams(query);
  const enums = enumStyleOf(parameters);
  const message = readRequest(matched, parameters, body);
  const { service, method, response_type } = matched.route;
  await serveThroughGate<readonly Wire[]>(method, message, service.around, {
    serve: () => callHandler(matched, message, callerOf(response)),
    isGone: () => response.closed && !response.writableEnded,
    answer(messages) {
      const answers = messages.map((each) =>
        writeMessage(response_type, { ...response_type.fromObject(each) }, enums),
      );
      send(response, 200, matched.route.streams ? answers : (answers[0] ?? {}));
    },
    refuse: (code, details, info) => refuse(response, code, details, info),
  });
}

async function callHandler({ route }: MatchedRoute, message: Wire, caller: Caller): Promise<readonly Wire[]> {
  const { handlers, around } = route.service;
  const stream = route.streams ? handlers.server_stream?.[route.method] : undefined;
  if (stream !== undefined) return stream(message);
  const unary = handlers.unary[route.method];
  if (unary === undefined) throw missing(route.method, around);
  return [await unary(message, caller)];
}

function callerOf(response: ServerResponse): Caller {
  return {
    onCancelled(listener) {
      response.once('close', () => {
        if (!response.writableEnded) listener();
      });
    },
  };
}

function nothingAt(routes: readonly Route[], verb: string, path: string): RpcError {
  const verbs = verbsAt(routes, path);
  const served = verbs.length === 0 ? 'nothing is served there' : `only ${verbs.join(', ')} is served there`;
  return new RpcError(status.NOT_FOUND, `${verb} ${path}: ${served}; docs/embedded-cloud.md lists what is`);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new RpcError(status.INVALID_ARGUMENT, `the body must be at most ${BODY_BYTES_MAX} bytes long`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function refuse(response: ServerResponse, code: status, message: string, info?: ErrorInfo): void {
  const { http_status, json } = errorAnswer(code, message, info);
  send(response, http_status, json);
}

function send(response: ServerResponse, http_status: number, json: Json): void {
  const text = `${JSON.stringify(json, null, 2)}\n`;
  response.writeHead(http_status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Lets pages of any origin call, as Google's emulators do: nothing that is served here is secret.
 *
 * @returns whether the request was the question of a browser whether it may call, which is answered by then.
 */
function allowPages(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-methods', 'DELETE,GET,HEAD,PATCH,POST,PUT');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('vary', 'origin');
  }
  if (request.method !== 'OPTIONS') return false;
  const asked = request.headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
  response.end();
  return true;
}
