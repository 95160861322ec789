import { type Fields, isNaNValue, type NumericValue, type Value, vectorElements } from './value.ts';

/**
 * Orders any two values as Firestore does across types: null, boolean, NaN, number, timestamp, string,
 * bytes, reference, geo point, array, vector, map.
 *
 * @returns negative, zero or positive. Zero also for 1 and 1.0, and for 0.0 and -0.0.
 * @see https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering
 */
export function compareValues(a: Value, b: Value): number {
  const rank = valueRank(a) - valueRank(b);
  if (rank !== 0) return rank;
  switch (a.type) {
    case 'null':
      return 0;
    case 'boolean':
      return b.type === 'boolean' ? Number(a.value) - Number(b.value) : 0;
    case 'integer':
    case 'double':
      return b.type === 'integer' || b.type === 'double' ? compareNumbers(a, b) : 0;
    case 'timestamp':
      return b.type === 'timestamp' ? compareScalars(a.micros, b.micros) : 0;
    case 'string':
      return b.type === 'string' ? compareUtf8(a.value, b.value) : 0;
    case 'bytes':
      return b.type === 'bytes' ? Buffer.compare(a.value, b.value) : 0;
    case 'reference':
      return b.type === 'reference' ? compareSegments(a.name.split('/'), b.name.split('/')) : 0;
    case 'geo_point':
      return b.type === 'geo_point'
        ? compareScalars(a.latitude, b.latitude) || compareScalars(a.longitude, b.longitude)
        : 0;
    case 'array':
      return b.type === 'array' ? compareLists(a.values, b.values, compareValues) : 0;
    case 'map':
      return compareMaps(a, b);
  }
}

/** Position of a value's type in the documented order; only values of equal rank meet in a range filter. */
export function valueRank(value: Value): number {
  switch (value.type) {
    case 'null':
      return 0;
    case 'boolean':
      return 1;
    case 'integer':
      return 3;
    case 'double':
      return isNaNValue(value) ? 2 : 3;
    case 'timestamp':
      return 4;
    case 'string':
      return 5;
    case 'bytes':
      return 6;
    case 'reference':
      return 7;
    case 'geo_point':
      return 8;
    case 'array':
      return 9;
    case 'map':
      return vectorElements(value) === undefined ? 11 : 10;
  }
}

/** Compares exactly, also an integer beyond 2^53 with a double. */
function compareNumbers(a: NumericValue, b: NumericValue): number {
  // JavaScript compares a bigint with a number by mathematical value; both NaN have equal rank and are equal.
  if (a.value < b.value) return -1;
  return a.value > b.value ? 1 : 0;
}

function compareScalars<Scalar extends bigint | number>(a: Scalar, b: Scalar): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Orders two strings by their UTF-8 bytes, which differs from JavaScript's order beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    // Surrogates stand for code points above every other unit, although their own numbers are lower.
    if (isSurrogate(left) !== isSurrogate(right)) return isSurrogate(left) ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Orders two document paths id by id; numeric ids (`__id7__`) come before all others, by number. */
export function compareSegments(a: readonly string[], b: readonly string[]): number {
  return compareLists(a, b, compareIds);
}

function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const left = numericId(a);
  const right = numericId(b);
  if (left !== undefined && right !== undefined) return compareScalars(left, right);
  if (left !== undefined) return -1;
  return right !== undefined ? 1 : compareUtf8(a, b);
}

function numericId(id: string): bigint | undefined {
  const match = id.startsWith('__id') ? /^__id(-?\d+)__$/.exec(id) : null;
  return match?.[1] === undefined ? undefined : BigInt(match[1]);
}

/** Orders two lists element by element; of two that are alike so far, the shorter one comes first. */
function compareLists<Element>(
  a: readonly Element[],
  b: readonly Element[],
  compare: (left: Element, right: Element) => number,
): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compare(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareMaps(a: Extract<Value, { type: 'map' }>, b: Value): number {
  if (b.type !== 'map') return 0;
  const left = vectorElements(a);
  const right = vectorElements(b);
  if (left !== undefined && right !== undefined) {
    return left.length - right.length || compareLists(left, right, compareValues);
  }
  return compareFields(a.fields, b.fields);
}

/** Walks both maps in order of key: the first key or value that differs decides, then the size. */
function compareFields(a: Fields, b: Fields): number {
  const left = [...a].sort(([x], [y]) => compareUtf8(x, y));
  const right = [...b].sort(([x], [y]) => compareUtf8(x, y));
  for (const [index, [key, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareUtf8(key, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
