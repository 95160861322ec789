import { invalid, type Json } from './json.ts';

/** A scalar of a protobuf message as protobufjs takes it; int64 as decimal text. */
export type Scalar = string | number | boolean | Buffer;

const INTEGER_BITS: Readonly<Record<string, { readonly bits: number; readonly signed: boolean }>> = {
  int32: { bits: 32, signed: true },
  sint32: { bits: 32, signed: true },
  sfixed32: { bits: 32, signed: true },
  uint32: { bits: 32, signed: false },
  fixed32: { bits: 32, signed: false },
  int64: { bits: 64, signed: true },
  sint64: { bits: 64, signed: true },
  sfixed64: { bits: 64, signed: true },
  uint64: { bits: 64, signed: false },
  fixed64: { bits: 64, signed: false },
};

/** Numbers that JSON has no spelling for; a text stands for them. */
const NAMED_NUMBERS = ['NaN', 'Infinity', '-Infinity'];

/**
 * Reads one scalar as the JSON mapping of proto3 has it.
 *
 * @param type protobuf's name of the type, such as `int64`.
 * @throws {RpcError} INVALID_ARGUMENT that names the place.
 */
export function readScalar(type: string, json: Json, place: string): Scalar {
  switch (type) {
    case 'string':
      if (typeof json === 'string') return json;
      throw invalid(place, 'a string', json);
    case 'bool':
      if (typeof json === 'boolean') return json;
      throw invalid(place, 'true or false', json);
    case 'bytes':
      return readBytes(json, place);
    case 'double':
    case 'float':
      return readFloat(json, place);
    default:
      return readInteger(type, json, place);
  }
}

/** Writes one scalar of a decoded message. */
export function writeScalar(type: string, value: unknown): Json {
  switch (type) {
    case 'string':
      return String(value);
    case 'bool':
      return value === true;
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'double':
    case 'float':
      return Number.isFinite(value) ? Number(value) : String(value);
    default:
      return INTEGER_BITS[type]?.bits === 64 ? String(value) : Number(value);
  }
}

function readBytes(json: Json, place: string): Buffer {
  const base64 = typeof json === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(json);
  if (!base64 || json.replaceAll('=', '').length % 4 === 1) throw invalid(place, 'base64 text', json);
  return Buffer.from(json, 'base64');
}

function readFloat(json: Json, place: string): number {
  if (typeof json === 'number') return json;
  if (typeof json === 'string' && NAMED_NUMBERS.includes(json)) return Number(json);
  const value = typeof json === 'string' && json.trim() === json && json !== '' ? Number(json) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw invalid(place, `a number, or one of ${NAMED_NUMBERS.join(', ')} as text`, json);
}

function readInteger(type: string, json: Json, place: string): number | string {
  const { bits, signed } = INTEGER_BITS[type] ?? { bits: 32, signed: true };
  const text = typeof json === 'number' && Number.isSafeInteger(json) ? String(json) : json;
  const expected = `${signed ? 'a' : 'an unsigned'} ${bits}-bit integer${bits === 64 ? ' as decimal text' : ''}`;
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text)) throw invalid(place, expected, json);
  const value = BigInt(text);
  const fitting = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (fitting !== value) throw invalid(place, expected, json);
  return bits === 64 ? String(value) : Number(value);
}
