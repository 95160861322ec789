import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { MessageName } from '../../../generated/validation.ts';
import type { Json } from '../../history/events.ts';

const NUMBER_MAX = 1_000_000;
const TIMES = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z') };
/** As deep as a wrong value goes: `{ "": [] }` shows as much as anything deeper. */
const DEPTH_MAX = 1;

/** What the contract says of one value, as far as values are drawn from it. */
export interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
}

/** Read what the contract says of each field of a message; a field that is an object says no more than that. */
export function fieldsOf(message: MessageName): Readonly<Record<string, ValueSchema>> {
  const file = new URL(`../../../generated/schemas/${message}.json`, import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly properties: Readonly<Record<string, ValueSchema>>;
  };
  return schema.properties;
}

/** Draw values that a schema allows; they shrink to null where null is allowed, else to the shortest and smallest. */
export function anyValue(schema: ValueSchema): fc.Arbitrary<Json> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const drawn = [...types].sort((a, b) => Number(b === 'null') - Number(a === 'null'));
  return fc.oneof({ withCrossShrink: true }, ...drawn.map((type) => anyOfType(type, schema)));
}

/** Draw values of a JSON type that a schema does not allow; null is none of them. */
export function anyOtherType(schema: ValueSchema): fc.Arbitrary<Json> {
  const allowed = [...typesOf(schema), 'null'];
  return fc
    .jsonValue({ maxDepth: DEPTH_MAX })
    .map((value) => value as Json)
    .filter((value) => !allowed.includes(jsonTypeOf(value)));
}

/** Draw values of the right JSON type that mostly break what else a schema says of them. */
export function anyOddValue(schema: ValueSchema): fc.Arbitrary<Json> {
  const kinds: Readonly<Record<string, fc.Arbitrary<Json>>> = {
    string: fc.string(),
    number: fc.oneof(
      fc.integer({ min: -NUMBER_MAX, max: -1 }),
      fc.integer({ min: 1, max: NUMBER_MAX }).map((n) => n - 0.5),
    ),
    boolean: fc.boolean(),
    object: fc.record({ run: fc.jsonValue({ maxDepth: 0 }) }).map((value) => value as Json),
  };
  return fc.oneof(...typesOf(schema).flatMap((type) => kinds[type] ?? []));
}

function anyOfType(type: string, { format, minimum, minLength = 0 }: ValueSchema): fc.Arbitrary<Json> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum ?? -NUMBER_MAX, max: NUMBER_MAX });
    case 'number':
      return fc.integer({ min: (minimum ?? -NUMBER_MAX) * 1_000, max: NUMBER_MAX }).map((n) => n / 1_000);
    case 'string':
      return anyText(format, minLength);
    default:
      throw new Error(`expected a field of a plain type, got "${type}"; draw it where its meaning is known`);
  }
}

function anyText(format: string | undefined, minLength: number): fc.Arbitrary<string> {
  const time = fc.date({ ...TIMES, noInvalidDate: true }).map((date) => date.toISOString());
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return time;
  if (format === 'date') return time.map((text) => text.slice(0, 10));
  return fc.string({ minLength });
}

/** List the JSON types that a value may have; an object where the schema refers to another one. */
function typesOf({ type, ...rest }: ValueSchema): readonly string[] {
  if (rest.const !== undefined) return [jsonTypeOf(rest.const)];
  if (type === undefined) return rest.enum === undefined ? ['object'] : rest.enum.map(jsonTypeOf);
  const types = typeof type === 'string' ? [type] : type;
  return types.map((name) => (name === 'integer' ? 'number' : name));
}

/** Name the JSON type of a value. */
function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
