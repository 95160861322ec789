import type { StoredDocument } from '../store/document.ts';
import type { Fields, Value } from '../values/value.ts';
import { type DatabaseName, formatName } from '../wire/names.ts';

/** JSON of a value: what JSON has stands for itself, everything else is a map of one letter. */
type Json = null | boolean | string | readonly Json[] | { readonly [letter: string]: unknown };

/** Turns a document into bytes from which it can be read again, exactly. */
export function encodeDocument({ path, fields, create_micros, update_micros }: StoredDocument): Buffer {
  return Buffer.from(
    JSON.stringify([path, String(create_micros), String(update_micros), encodeFields(fields)]),
  );
}

/** Reads what `encodeDocument` wrote. @throws {TypeError} or SyntaxError for other bytes. */
export function decodeDocument(of: DatabaseName, bytes: Buffer): StoredDocument {
  const [path, create_micros, update_micros, fields] = JSON.parse(bytes.toString()) as [
    string,
    string,
    string,
    readonly [string, Json][],
  ];
  const segments = path.split('/');
  return {
    name: formatName(of, segments),
    path,
    segments,
    fields: decodeFields(fields),
    create_micros: BigInt(create_micros),
    update_micros: BigInt(update_micros),
  };
}

/** A list of pairs, since a name such as `__proto__` is none that an object can have. */
function encodeFields(fields: Fields): readonly (readonly [string, Json])[] {
  return [...fields].map(([name, value]) => [name, encode(value)] as const);
}

function decodeFields(pairs: readonly (readonly [string, Json])[]): Fields {
  return new Map(pairs.map(([name, value]) => [name, decode(value)]));
}

function encode(value: Value): Json {
  switch (value.type) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return value.value;
    case 'integer':
      return { i: String(value.value) };
    case 'double':
      return { d: encodeDouble(value.value) };
    case 'timestamp':
      return { t: String(value.micros) };
    case 'bytes':
      return { b: value.value.toString('base64') };
    case 'reference':
      return { r: value.name };
    case 'geo_point':
      return { g: [encodeDouble(value.latitude), encodeDouble(value.longitude)] };
    case 'array':
      return value.values.map(encode);
    case 'map':
      return { m: encodeFields(value.fields) };
  }
}

function decode(json: Json): Value {
  if (json === null) return { type: 'null' };
  if (typeof json === 'boolean') return { type: 'boolean', value: json };
  if (typeof json === 'string') return { type: 'string', value: json };
  if (Array.isArray(json)) return { type: 'array', values: json.map(decode) };
  const [letter, held] = Object.entries(json)[0] ?? [];
  switch (letter) {
    case 'i':
      return { type: 'integer', value: BigInt(held as string) };
    case 'd':
      return { type: 'double', value: Number(held) };
    case 't':
      return { type: 'timestamp', micros: BigInt(held as string) };
    case 'b':
      return { type: 'bytes', value: Buffer.from(held as string, 'base64') };
    case 'r':
      return { type: 'reference', name: held as string };
    case 'g': {
      const [latitude, longitude] = held as readonly [unknown, unknown];
      return { type: 'geo_point', latitude: Number(latitude), longitude: Number(longitude) };
    }
    case 'm':
      return { type: 'map', fields: decodeFields(held as readonly (readonly [string, Json])[]) };
    default:
      throw new TypeError(`expected a letter of a value's type, got "${letter}"`);
  }
}

/** JSON has neither NaN nor infinities, and writes -0 as 0; as text all of them are numbers to `Number`. */
function encodeDouble(value: number): number | string {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : Object.is(value, -0)
      ? '-0'
      : String(value);
}
