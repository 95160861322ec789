import type { Json, JsonObject } from '../answer.ts';

/** Leave out what Google's services leave out when they print a message: zeros, empty texts and lists, false. */
export function leaveZeros(message: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(message).flatMap(([name, value]) => {
      if (value === undefined || isZero(name, value)) return [];
      return [[name, printed(name, value)]];
    }),
  );
}

function isZero(name: string, value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  // STRING is the first of the types of a label, so it is a zero too.
  return value === 0 || value === '' || value === false || (name === 'valueType' && value === 'STRING');
}

function printed(name: string, value: Json): Json {
  // Whole numbers of 64 bits are printed as text, since JavaScript could not read all of them as numbers.
  if (name === 'columns' && typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map((one: Json) => (isObject(one) ? leaveZeros(one) : one));
  return isObject(value) ? leaveZeros(value) : value;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
