import { NESTING_MAX, nestingOf } from '../errors/nesting.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { shapeOf } from '../errors/shape.ts';
import type { HttpRequest, Json } from '../ports/ports.ts';

/** One delivery of one Pub/Sub message, whatever form it came in. */
export interface Delivery {
  readonly message_id: string;
  /** Full resource name; null when the sender left it out. */
  readonly subscription: string | null;
  /** Topic id from the source of a CloudEvent; null for a push envelope, which does not carry it. */
  readonly topic: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 for the first attempt; null unless the subscription has a dead-letter policy. */
  readonly delivery_attempt: number | null;
  readonly payload: Json;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Decode an HTTP request into the delivery that it carries.
 *
 * Three forms are understood: the push envelope, a CloudEvent in binary mode (ce- headers, the same envelope as
 * body) and a CloudEvent in structured mode (application/cloudevents+json, the envelope under `data`).
 *
 * @throws {PipelineError} INVALID_ENVELOPE when no message can be found; INVALID_JSON when its content is not JSON.
 * @see asyncapi.yaml#/x-delivery, requirements ACK-002, ACK-007, ACK-008
 */
export function decodeDelivery(request: HttpRequest): Delivery {
  const body = requireObject(parseBody(request.body), 'the request body');
  const isStructured = (request.headers['content-type'] ?? '').startsWith('application/cloudevents+json');
  const envelope = isStructured ? structuredData(body) : body;
  const source = isStructured ? body['source'] : request.headers['ce-source'];
  const message = requireObject(envelope['message'], 'message');
  const message_id = message['messageId'] ?? message['message_id'];
  if (typeof message_id !== 'string' || message_id === '') {
    throw invalidEnvelope('message.messageId must be text that is not empty', message_id);
  }
  const attempt = envelope['deliveryAttempt'] ?? message['deliveryAttempt'];
  return {
    message_id,
    subscription: typeof envelope['subscription'] === 'string' ? envelope['subscription'] : null,
    topic: topicOf(source),
    attributes: readAttributes(message['attributes']),
    delivery_attempt: typeof attempt === 'number' ? attempt : null,
    payload: parsePayload(decodeBase64(message['data']), message_id),
  };
}

function parseBody(body: Buffer): unknown {
  const text = decodeText(body);
  const nesting = nestingOf(text ?? '');
  if (nesting > NESTING_MAX) {
    throw invalidEnvelope(`brackets of the body must be nested at most ${NESTING_MAX} deep`, nesting);
  }
  try {
    if (text !== undefined) return JSON.parse(text);
  } catch {
    // Told below, together with what came.
  }
  throw invalidEnvelope(
    'the body must be a Pub/Sub push envelope or a CloudEvent in JSON',
    `${body.length} bytes`,
  );
}

function structuredData(event: JsonObject): JsonObject {
  const base64 = event['data_base64'];
  if (base64 === undefined) return requireObject(event['data'], 'data of the CloudEvent');
  return requireObject(parseBody(decodeBase64(base64)), 'data_base64 of the CloudEvent');
}

function requireObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidEnvelope(`${where} must be an object`, value);
}

function readAttributes(attributes: unknown): Readonly<Record<string, string>> {
  if (attributes === undefined || attributes === null) return {};
  const entries = Object.entries(requireObject(attributes, 'message.attributes'));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** Node reads broken base64 as far as it goes; a message cut short must not pass for a whole one. */
function decodeBase64(data: unknown): Buffer {
  if (typeof data === 'string' && data !== '' && data.length % 4 === 0 && /^[\w+/-]+={0,2}$/.test(data)) {
    return Buffer.from(data, 'base64');
  }
  throw invalidEnvelope('message.data must be base64 that is not empty', data);
}

function parsePayload(bytes: Buffer, message_id: string): Json {
  const text = decodeText(bytes);
  const nesting = nestingOf(text ?? '');
  if (nesting > NESTING_MAX) {
    throw new PipelineError(
      'INVALID_JSON',
      `brackets of message.data must be nested at most ${NESTING_MAX} deep, got ${nesting} (message_id: ${message_id}); correct the sender`,
      { message_id, nesting },
    );
  }
  try {
    if (text !== undefined) return JSON.parse(text) as Json;
  } catch {
    // Told below, together with what came.
  }
  throw new PipelineError(
    'INVALID_JSON',
    `message.data must be JSON in UTF-8, got ${bytes.length} bytes that are not (message_id: ${message_id}); read them in the dead-letter topic and correct the sender`,
    { message_id, bytes: bytes.length },
  );
}

function decodeText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function topicOf(source: unknown): string | null {
  return typeof source === 'string' ? (/\/topics\/([^/]+)$/.exec(source)?.[1] ?? null) : null;
}

function invalidEnvelope(expected: string, got: unknown): PipelineError {
  const shown = (JSON.stringify(got) ?? 'nothing').slice(0, 80);
  const sentence = (what: string): string => `${expected}, got ${what}; check who posts to this address`;
  const shape = shapeOf(shown);
  return new PipelineError(
    'INVALID_ENVELOPE',
    sentence(shown),
    { expected, got: shape },
    undefined,
    sentence(shape),
  );
}
