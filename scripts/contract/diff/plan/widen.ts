import { entriesOf, type Json, type JsonObject, stringsOf } from '../../json.ts';
import { sameJson } from '../model/edits.ts';

const LOWER = ['minimum', 'minLength', 'minItems', 'exclusiveMinimum'];
const UPPER = ['maximum', 'maxLength', 'maxItems', 'exclusiveMaximum'];
const WORDS = ['description', 'title', 'default', 'x-receiver-optional'];

/** Give a form that takes every value that one of two forms takes. */
export function widened(one: JsonObject, other: JsonObject): JsonObject {
  if (sameJson(one, other)) return other;
  const enums = [one, other].map((form) => ('enum' in form ? entriesOf(form['enum']) : undefined));
  const [own, next] = enums;
  if (own !== undefined && next !== undefined)
    return { ...other, enum: [...own, ...next.filter((value) => !own.includes(value))] };
  if (isPlain(one) && isPlain(other)) return widenedPlain(one, other);
  return { ...pickWords(other), anyOf: [withoutWords(one), withoutWords(other)] };
}

/** Types and limits alone can be widened word by word. */
function isPlain(form: JsonObject): boolean {
  return Object.keys(form).every((key) => ['type', ...LOWER, ...UPPER, ...WORDS].includes(key));
}

function widenedPlain(one: JsonObject, other: JsonObject): JsonObject {
  const types = [...new Set([...typesOf(one), ...typesOf(other)])];
  const whole = types.includes('number') ? types.filter((type) => type !== 'integer') : types;
  const limits = (keys: readonly string[], pick: (one: number, other: number) => number) =>
    keys.flatMap((key): readonly (readonly [string, Json])[] => {
      const [left, right] = [one[key], other[key]];
      return typeof left === 'number' && typeof right === 'number' ? [[key, pick(left, right)]] : [];
    });
  return {
    ...pickWords(other),
    type: whole.length === 1 ? (whole[0] ?? 'string') : whole,
    ...Object.fromEntries([...limits(LOWER, Math.min), ...limits(UPPER, Math.max)]),
  };
}

function typesOf(form: JsonObject): readonly string[] {
  return typeof form['type'] === 'string' ? [form['type']] : stringsOf(form['type']);
}

function pickWords(form: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(form).filter(([key]) => WORDS.includes(key)));
}

function withoutWords(form: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(form).filter(([key]) => !WORDS.includes(key)));
}
