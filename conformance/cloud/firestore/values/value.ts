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

/** The one true and the one false. */
export const TRUE: Value = { type: 'boolean', value: true };
export const FALSE: Value = { type: 'boolean', value: false };

/** Integers up to this are the same object wherever they stand: most numbers of a row are small. */
const SHARED_INTEGER_MAX = 1024;
const SHARED_INTEGERS = Array.from(
  { length: SHARED_INTEGER_MAX + 1 },
  (_, value): Value => ({ type: 'integer', value: BigInt(value) }),
);

/** Reads an integer, as the wire has it in decimal digits. */
export function integerOf(digits: string): Value {
  const shared = digits.length <= 4 ? SHARED_INTEGERS[Number(digits)] : undefined;
  return shared ?? { type: 'integer', value: BigInt(digits) };
}

/** Names of fields that documents share; it forgets them all when there are too many, which costs only memory. */
const NAMES = new Map<string, string>();
const NAMES_MAX = 10_000;

/** Gives the one text for a name of a field, so that a thousand documents with the same fields hold it once. */
export function commonName(name: string): string {
  const common = NAMES.get(name);
  if (common !== undefined) return common;
  if (NAMES.size >= NAMES_MAX) NAMES.clear();
  NAMES.set(name, name);
  return name;
}

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
