/** A value of JSON, as it came or as it goes. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** The members of a JSON object. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** One request as an API sees it. */
export interface ApiRequest {
  /** `pubsub`, `run` and so on: the first segment of the path. */
  readonly api: string;
  readonly method: string;
  /** Below the API, without the query: `/v1/projects/p/topics/t`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The JSON body; `{}` when there is none or when it is not JSON. */
  readonly body: JsonObject;
  /** The body as it came. */
  readonly raw: Buffer;
  /** The address under which the client reached this server, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
}

/** What an API answers. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Serves one API. @returns undefined when the API has no such path. */
export type Api = (request: ApiRequest) => Answer | Promise<Answer> | undefined;

/** An answer that an API gives by throwing. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, word: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.answer = { status, body: { error: { code: status, message, status: word } } };
  }
}

/** Refuse as Google does for something that does not exist. */
export function notFound(name: string): Refusal {
  return new Refusal(404, 'NOT_FOUND', `Resource ${name} was not found.`);
}

/** Refuse as Google does for something that exists already. */
export function alreadyExists(name: string): Refusal {
  return new Refusal(409, 'ALREADY_EXISTS', `Resource ${name} already exists.`);
}

/** Refuse as Google does for a request that makes no sense. */
export function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', message);
}

/** Answer 200. */
export function ok(body: Json): Answer {
  return { status: 200, body };
}

/** Give one page of a list, of at most two entries, so that whoever reads lists must ask for the rest. */
export function page(request: ApiRequest, field: string, entries: readonly JsonObject[]): Answer {
  const start = Number(request.query.get('pageToken') ?? 0);
  const size = Math.min(Number(request.query.get('pageSize') ?? PAGE_SIZE), PAGE_SIZE);
  const end = start + size;
  return ok({
    [field]: entries.slice(start, end),
    ...(end < entries.length && { nextPageToken: String(end) }),
  });
}

const PAGE_SIZE = 7;

/** Read a member that must be an object; anything else is `{}`. */
export function objectAt(value: Json | undefined, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as JsonObject) : {};
}

/** Walk into nested objects; undefined when a step is missing. */
export function valueAt(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return undefined;
    here = (here as JsonObject)[step];
  }
  return here;
}

/** Replace what a field mask names, `a,b.c`, by what the patch holds there; without a mask the whole resource. */
export function applyMask(old: JsonObject, patch: JsonObject, mask: string | null): JsonObject {
  if (mask === null || mask === '' || mask === '*') return { ...old, ...patch };
  return mask.split(',').reduce<JsonObject>((changed, field) => {
    const path = field.split('.').map(camelCase);
    return replaceAt(changed, path, valueAt(patch, ...path));
  }, old);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function replaceAt(
  old: JsonObject,
  [first, ...rest]: readonly string[],
  value: Json | undefined,
): JsonObject {
  if (first === undefined) return old;
  if (rest.length === 0) {
    const { [first]: _, ...others } = old;
    return value === undefined ? others : { ...others, [first]: value };
  }
  return { ...old, [first]: replaceAt(objectAt(old, first), rest, value) };
}
