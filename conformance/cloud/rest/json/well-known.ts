import { status } from '@grpc/grpc-js';
import { RpcError, type Wire } from '../../rpc/service.ts';
import { invalid, isJsonObject, type Json, type JsonObject } from './json.ts';
import { readScalar, writeScalar } from './scalars.ts';
import { readDuration, readTimestamp, writeDuration, writeTimestamp } from './times.ts';

/** A message type whose JSON is not the object of its fields. */
export interface WellKnown {
  read(json: Json, place: string): Wire;
  write(message: Wire): Json;
  /** Whether null is a value of its own here; elsewhere it means that a field is not set. */
  readonly takes_null?: boolean;
}

const WRAPPED: Readonly<Record<string, string>> = {
  DoubleValue: 'double',
  FloatValue: 'float',
  Int64Value: 'int64',
  UInt64Value: 'uint64',
  Int32Value: 'int32',
  UInt32Value: 'uint32',
  BoolValue: 'bool',
  StringValue: 'string',
  BytesValue: 'bytes',
};

const ABSENT: Readonly<Record<string, unknown>> = { string: '', bool: false, bytes: Buffer.alloc(0) };

/** The message types of google.protobuf with a JSON form of their own, by full name. */
export const WELL_KNOWN: ReadonlyMap<string, WellKnown> = new Map<string, WellKnown>([
  ['.google.protobuf.Timestamp', { read: readTimestamp, write: writeTimestamp }],
  ['.google.protobuf.Duration', { read: readDuration, write: writeDuration }],
  ['.google.protobuf.FieldMask', { read: readMask, write: writeMask }],
  ['.google.protobuf.Struct', { read: readStruct, write: writeStruct }],
  ['.google.protobuf.ListValue', { read: readList, write: writeList }],
  ['.google.protobuf.Value', { read: readAnything, write: writeAnything, takes_null: true }],
  ['.google.protobuf.Any', { read: () => refuseAny(), write: refuseAny }],
  ...Object.entries(WRAPPED).map(([name, type]): [string, WellKnown] => [
    `.google.protobuf.${name}`,
    {
      read: (json, place) => ({ value: readScalar(type, json, place) }),
      write: ({ value }) => writeScalar(type, value ?? ABSENT[type] ?? 0),
    },
  ]),
]);

/** Field paths are separated by commas; each is camel case in JSON and snake case on the wire. */
function readMask(json: Json, place: string): Wire {
  if (typeof json !== 'string') throw invalid(place, 'field paths separated by commas', json);
  const paths = json === '' ? [] : json.split(',');
  return { paths: paths.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) };
}

function writeMask({ paths }: Wire): Json {
  const texts = Array.isArray(paths) ? paths.map(String) : [];
  return texts
    .map((path) => path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
    .join(',');
}

function readStruct(json: Json, place: string): Wire {
  if (!isJsonObject(json)) throw invalid(place, 'an object', json);
  const fields = Object.entries(json).map(([name, value]) => [name, readAnything(value, `${place}.${name}`)]);
  return { fields: Object.fromEntries(fields) };
}

function writeStruct({ fields }: Wire): JsonObject {
  const members = Object.entries((fields ?? {}) as Readonly<Record<string, Wire>>);
  return Object.fromEntries(members.map(([name, value]) => [name, writeAnything(value)]));
}

function readList(json: Json, place: string): Wire {
  if (!Array.isArray(json)) throw invalid(place, 'a list', json);
  return { values: json.map((value: Json, index) => readAnything(value, `${place}[${index}]`)) };
}

function writeList({ values }: Wire): Json {
  return Array.isArray(values) ? values.map(writeAnything) : [];
}

function readAnything(json: Json, place: string): Wire {
  if (json === null) return { nullValue: 'NULL_VALUE' };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (typeof json === 'boolean') return { boolValue: json };
  return isJsonObject(json) ? { structValue: readStruct(json, place) } : { listValue: readList(json, place) };
}

function writeAnything(value: Wire): Json {
  if (value['numberValue'] !== undefined) return writeScalar('double', value['numberValue']);
  if (value['stringValue'] !== undefined) return writeScalar('string', value['stringValue']);
  if (value['boolValue'] !== undefined) return writeScalar('bool', value['boolValue']);
  if (value['structValue'] !== undefined) return writeStruct(value['structValue'] as Wire);
  if (value['listValue'] !== undefined) return writeList(value['listValue'] as Wire);
  return null;
}

function refuseAny(): never {
  throw new RpcError(
    status.UNIMPLEMENTED,
    'the embedded cloud has no JSON for google.protobuf.Any; use gRPC',
  );
}
