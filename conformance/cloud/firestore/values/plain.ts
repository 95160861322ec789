import type { Fields, Value } from './value.ts';

/**
 * What a judge reads: null, boolean, number (bigint beyond 2^53), Date (milliseconds), string, Buffer,
 * the full name of a reference, `{ latitude, longitude }`, array or object.
 */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Buffer
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/** Turns fields into plain JavaScript values. */
export function plainFields(fields: Fields): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Value): PlainValue {
  switch (value.type) {
    case 'null':
      return null;
    case 'integer':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.value;
    case 'boolean':
    case 'double':
    case 'string':
    case 'bytes':
      return value.value;
    case 'timestamp':
      return new Date(Math.floor(Number(value.micros) / 1000));
    case 'reference':
      return value.name;
    case 'geo_point':
      return { latitude: value.latitude, longitude: value.longitude };
    case 'array':
      return value.values.map(plainValue);
    case 'map':
      return plainFields(value.fields);
  }
}
