/** One field value. Integers are exact, timestamps count microseconds since the Unix epoch. */
export type Value =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'timestamp'; readonly micros: bigint }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Buffer }
  /** Full resource name of a document. */
  | { readonly type: 'reference'; readonly name: string }
  | { readonly type: 'geo_point'; readonly latitude: number; readonly longitude: number }
  | { readonly type: 'array'; readonly values: readonly Value[] }
  | { readonly type: 'map'; readonly fields: Fields };

/** Named values: a document's, or a map's. */
export type Fields = ReadonlyMap<string, Value>;

/** A number, whichever way it is stored. */
export type NumericValue = Extract<Value, { type: 'integer' | 'double' }>;

/** The one null. */
export const NULL: Value = { type: 'null' };

/** Tells whether a value is an integer or a double. */
export function isNumeric(value: Value): value is NumericValue {
  return value.type === 'integer' || value.type === 'double';
}

/** Tells whether a value is the double NaN. */
export function isNaNValue(value: Value): boolean {
  return value.type === 'double' && Number.isNaN(value.value);
}

/** The elements of a vector embedding, which is stored as a map of a documented form; `undefined` for other values. */
export function vectorElements(value: Value): readonly Value[] | undefined {
  if (value.type !== 'map' || value.fields.size !== 2) return undefined;
  const type = value.fields.get('__type__');
  const elements = value.fields.get('value');
  return type?.type === 'string' && type.value === '__vector__' && elements?.type === 'array'
    ? elements.values
    : undefined;
}
