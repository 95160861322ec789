import { invalid } from '../wire/fields.ts';
import type { Fields, Value } from './value.ts';

/** The way to a field: one name per level. */
export type FieldPath = readonly string[];

/** The pseudo field that stands for a document's name in queries and masks. */
export const NAME_FIELD = '__name__';

/**
 * Parses a field path such as `` a.`b.c`.d ``.
 *
 * @throws {RpcError} INVALID_ARGUMENT when a segment is neither a simple name nor quoted with backticks.
 */
export function parseFieldPath(text: string): FieldPath {
  const segments: string[] = [];
  const segment = /([a-zA-Z_][a-zA-Z_0-9]*)|`((?:[^`\\]|\\.)+)`/sy;
  for (let position = 0; ; ) {
    segment.lastIndex = position;
    const match = segment.exec(text);
    const name = match?.[1] ?? match?.[2]?.replace(/\\(.)/gs, '$1');
    if (name === undefined) {
      throw invalid(
        `expected a field path of simple names or \`quoted\` ones joined by dots, got "${text}" at index ${position}`,
      );
    }
    segments.push(name);
    position = segment.lastIndex;
    if (position === text.length) return segments;
    if (text[position] !== '.')
      throw invalid(`expected "." at index ${position} of the field path "${text}"`);
    position += 1;
  }
}

/** Tells whether a path is the pseudo field `__name__`. */
export function isNamePath(path: FieldPath): boolean {
  return path.length === 1 && path[0] === NAME_FIELD;
}

/** Writes a path so that different paths never look alike; used as a key and in messages. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map((name) => (/^[a-zA-Z_][a-zA-Z_0-9]*$/.test(name) ? name : `\`${name.replace(/[`\\]/g, '\\$&')}\``))
    .join('.');
}

/** Reads the value at a path; `undefined` when a level is missing or is not a map. */
export function fieldAt(fields: Fields, path: FieldPath): Value | undefined {
  const [first, ...rest] = path;
  const value = first === undefined ? undefined : fields.get(first);
  if (rest.length === 0 || value === undefined) return value;
  return value.type === 'map' ? fieldAt(value.fields, rest) : undefined;
}

/** Returns the fields with the value at a path set; a level that is missing or no map becomes one. */
export function withFieldAt(fields: Fields, path: FieldPath, value: Value): Fields {
  const [first, ...rest] = path;
  if (first === undefined) return fields;
  const inner = fields.get(first);
  const below = inner?.type === 'map' ? inner.fields : new Map<string, Value>();
  const next: Value = rest.length === 0 ? value : { type: 'map', fields: withFieldAt(below, rest, value) };
  return new Map([...fields, [first, next]]);
}

/** Returns the fields without the one at a path; a level that is missing or no map leaves them as they are. */
export function withoutFieldAt(fields: Fields, path: FieldPath): Fields {
  const [first, ...rest] = path;
  const inner = first === undefined ? undefined : fields.get(first);
  if (first === undefined || inner === undefined) return fields;
  const next = new Map(fields);
  if (rest.length === 0) next.delete(first);
  else if (inner.type === 'map') next.set(first, { type: 'map', fields: withoutFieldAt(inner.fields, rest) });
  return next;
}

/** Returns only what the paths name; `undefined` as mask returns everything. */
export function maskFields(fields: Fields, mask: readonly FieldPath[] | undefined): Fields {
  if (mask === undefined) return fields;
  let kept: Fields = new Map();
  for (const path of mask) {
    const value = isNamePath(path) ? undefined : fieldAt(fields, path);
    if (value !== undefined) kept = withFieldAt(kept, path, value);
  }
  return kept;
}
