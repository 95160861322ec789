import { status } from '@grpc/grpc-js';
import type protobuf from 'protobufjs';
import { errorWords } from '../../contract/errors.ts';
import { PROTO_OPTIONS } from '../rpc/definitions.ts';
import { RpcError, type Wire } from '../rpc/service.ts';
import { fieldOf, messageTypeOf } from './json/fields.ts';
import { invalid, isJsonObject, type Json } from './json/json.ts';
import { readMessage } from './json/read.ts';
import type { MatchedRoute, Route } from './routes.ts';
import { isSystemParameter } from './system-parameters.ts';
import type { PathFields } from './template.ts';

/** A JSON object under construction. */
interface Draft {
  [name: string]: Json | Draft;
}

/**
 * Puts a request together from path, query and body, in the shape in which gRPC would have decoded it.
 *
 * @param body the request's body as it came; empty text for none.
 * @throws {RpcError} INVALID_ARGUMENT that names what is unknown, of the wrong kind, or said twice.
 */
export function readRequest(
  { route, path_fields }: MatchedRoute,
  query: URLSearchParams,
  body: string,
): Wire {
  const draft = readBody(route, body);
  addQuery(route, draft, query);
  addPath(route.request_type, draft, path_fields);
  const message = readMessage(route.request_type, draft as Json, '');
  return route.request_type.toObject(route.request_type.fromObject(message), PROTO_OPTIONS);
}

function readBody(route: Route, body: string): Draft {
  if (body.trim() === '') return {};
  if (route.body === '') {
    throw new RpcError(
      status.INVALID_ARGUMENT,
      `${route.verb} of ${route.method} must have no body, got ${body.length} characters`,
    );
  }
  const json = parse(body);
  if (route.body !== '*') return { [route.body]: json };
  if (!isJsonObject(json)) throw invalid('the body', `an object (${route.request_type.name})`, json);
  return { ...json };
}

function parse(body: string): Json {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = errorWords(error);
    throw new RpcError(status.INVALID_ARGUMENT, `the body must be JSON: ${reason}`);
  }
}

function addQuery(route: Route, draft: Draft, query: URLSearchParams): void {
  for (const name of new Set(query.keys())) {
    if (isSystemParameter(name)) continue;
    if (route.body === '*') {
      throw new RpcError(
        status.INVALID_ARGUMENT,
        `the query parameter ${name} is unknown: ${route.method} takes everything in its body`,
      );
    }
    setField(route.request_type, draft, name, query.getAll(name));
  }
}

/** Sets what a query parameter such as `mask.fieldPaths` says. */
function setField(type: protobuf.Type, draft: Draft, name: string, texts: readonly string[]): void {
  const { owner, field } = ownerOf(type, draft, name);
  const values = texts.map((text) => (field.type === 'bool' ? truth(text) : text));
  const [value = null] = values;
  if (!field.repeated && values.length > 1) throw invalid(name, 'given once', [...values]);
  owner[field.name] = field.repeated ? values : value;
}

function truth(text: string): Json {
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** The path names the resource; a body may repeat its name, but not name another. */
function addPath(type: protobuf.Type, draft: Draft, path_fields: PathFields): void {
  for (const [name, value] of Object.entries(path_fields)) {
    const { owner, field } = ownerOf(type, draft, name);
    const said = owner[field.name];
    if (said !== undefined && said !== null && said !== '' && said !== value) {
      throw invalid(name, `${JSON.stringify(value)} as in the path, or left out`, said as Json);
    }
    owner[field.name] = value;
  }
}

/** Walks down a dotted path, creating messages on the way. */
function ownerOf(type: protobuf.Type, draft: Draft, name: string): { owner: Draft; field: protobuf.Field } {
  const steps = name.split('.');
  let owner = draft;
  let inside = type;
  for (const [index, step] of steps.entries()) {
    const field = fieldOf(inside, step);
    if (field === undefined) throw unknownParameter(name, inside);
    if (index === steps.length - 1) return { owner, field };
    const below = messageTypeOf(field);
    if (below === undefined || field.repeated) throw unknownParameter(name, inside);
    const next = owner[field.name] ?? {};
    if (!isJsonObject(next as Json))
      throw invalid(steps.slice(0, index + 1).join('.'), 'an object', next as Json);
    owner[field.name] = { ...(next as Draft) };
    owner = owner[field.name] as Draft;
    inside = below;
  }
  throw unknownParameter(name, type);
}

function unknownParameter(name: string, type: protobuf.Type): RpcError {
  const known = type.fieldsArray.map((field) => field.name).join(', ');
  return new RpcError(
    status.INVALID_ARGUMENT,
    `the query parameter ${name} is unknown: ${type.name} has the fields ${known}`,
  );
}
