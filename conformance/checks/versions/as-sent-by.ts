import { isDeepStrictEqual } from 'node:util';
import type { MessageName } from '../../../generated/validation.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { type MessageVersion, messageOf, validateBy } from '../../contract/versions.ts';
import { only, without } from '../../harness/messages/build.ts';
import type { Random } from '../../harness/messages/random.ts';
import type { Json, Payload } from '../../history/events.ts';
import { isObject } from '../../history/select.ts';

/** A message as a sender of one version writes it. */
export interface SentMessage {
  readonly version: string;
  readonly message: Payload;
  /** What is different from a message of today, such as `without attempt`; empty for none. */
  readonly difference: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** Longest text that is drawn where a version sets no limit. */
const TEXT_MAX = 512;

/**
 * Say a valid message of today as senders of a version may: without the fields that the version does not have, with those that
 * it asks for, with and without those that it leaves to the sender, and with the longest texts where its limit is another. Each
 * means the same to its receiver as `base`, since only what the versions do not share is changed.
 *
 * @returns only messages that the version's senders may send; the plainest first, which the version always asks for. Empty when
 *   the version has no such message, or none that means the same.
 */
export function asSentBy(
  version: string,
  name: MessageName,
  base: Payload,
  random: Random,
): readonly SentMessage[] {
  const known = messageOf(version, name);
  const today = messageOf(CONTRACT.version, name);
  if (known === undefined || today === undefined) return [];
  const fitted = reword(known, known.schema, base, known.example as Payload) as Payload;
  const plain = without(fitted, optionalOf(known.schema));
  const whole = { ...only(known.example as Payload, optionalOf(known.schema)), ...fitted };
  const texts = otherTexts(known, today, random).map(([field, text]) => ({
    ...fitted,
    [field]: text,
  }));
  const all = [plain, whole, ...texts].filter(
    (message) => validateBy(version, name, 'send', message).length === 0,
  );
  const distinct = all.filter(
    (one, index) => all.findIndex((other) => isDeepStrictEqual(one, other)) === index,
  );
  return distinct.map((message) => ({ version, message, difference: differenceOf(base, message) }));
}

/** Leave out what a version's senders do not write, and take from its example what they do. */
function reword({ schemas }: MessageVersion, schema: Schema, value: Json, example: Json | undefined): Json {
  const visit = (at: Schema, one: Json, sample: Json | undefined): Json => {
    const own = resolved(schemas, at);
    if (Array.isArray(one)) {
      const items = own['items'];
      const [first] = Array.isArray(sample) ? (sample as readonly Json[]) : [];
      return isObject(items) ? one.map((entry: Json) => visit(items, entry, first)) : one;
    }
    if (!isObject(one) || !isObject(own['properties'])) return one;
    const properties = own['properties'];
    const samples = isObject(sample) ? sample : {};
    const is_closed = own['additionalProperties'] === false;
    const kept = Object.entries(one).flatMap(([field, member]) => {
      const inner = properties[field];
      if (isObject(inner)) return [[field, visit(inner, member, samples[field])] as const];
      return is_closed ? [] : [[field, member] as const];
    });
    const missing = requiredOf(own).filter((field) => !(field in one) && field in samples);
    return { ...only(samples, missing), ...Object.fromEntries(kept) };
  };
  return visit(schema, value, example);
}

/** Fields of text whose limits are not those of today, each with the longest text that the version allows. */
function otherTexts(
  known: MessageVersion,
  today: MessageVersion,
  random: Random,
): readonly (readonly [string, string])[] {
  const now = fieldsOf(today);
  return Object.entries(fieldsOf(known)).flatMap(([field, schema]) => {
    const other = now[field];
    if (other === undefined) return [];
    const plain = schema['type'] === 'string' && !('enum' in schema || 'format' in schema);
    if (!plain || 'pattern' in schema || schema['maxLength'] === other['maxLength']) return [];
    const limits = [schema['maxLength'], other['maxLength']].map((limit) => Number(limit ?? TEXT_MAX));
    return [...new Set(limits)].map((limit) => [field, textOf(limit, random)] as const);
  });
}

function fieldsOf({ schema, schemas }: MessageVersion): Readonly<Record<string, Schema>> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([field, one]) =>
      isObject(one) ? [[field, resolved(schemas, one)] as const] : [],
    ),
  );
}

function textOf(length: number, random: Random): string {
  return random
    .uuid()
    .repeat(Math.ceil(length / 36))
    .slice(0, length);
}

/** Say in words what one message has that the other has not. */
function differenceOf(before: Payload, after: Payload): string {
  const gone = Object.keys(before).filter((field) => !(field in after));
  const come = Object.keys(after).filter((field) => !(field in before));
  const other = Object.keys(after).filter(
    (field) => field in before && !isDeepStrictEqual(before[field], after[field]),
  );
  return [
    ...gone.map((field) => `without ${field}`),
    ...come.map((field) => `with ${field}`),
    ...other.map((field) => {
      const value = after[field];
      return typeof value === 'string' && value.length > 40
        ? `with a ${field} of ${value.length} characters`
        : `with another ${field}`;
    }),
  ].join(', ');
}

function optionalOf(schema: Schema): readonly string[] {
  const required = requiredOf(schema);
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  return properties.filter((field) => !required.includes(field));
}

function requiredOf(schema: Schema): readonly string[] {
  return Array.isArray(schema['required']) ? schema['required'].map(String) : [];
}

function resolved(schemas: MessageVersion['schemas'], schema: Schema): Schema {
  const target = schema['$ref'];
  return typeof target === 'string' ? (schemas.get(target) ?? {}) : schema;
}
