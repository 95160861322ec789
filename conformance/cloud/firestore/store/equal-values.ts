import { type FieldPath, fieldAt } from '../values/field-path.ts';
import type { Value } from '../values/value.ts';
import type { StoredDocument } from './document.ts';

/** Documents of one collection by what stands in one field. */
export interface EqualValues {
  /** Those whose field may equal the value: all that do, and seldom others. */
  of(value: Value): ReadonlyMap<string, StoredDocument>;
  /** Takes a change over; `undefined` for a document that was not there, or is gone. */
  change(path: string, before: StoredDocument | undefined, after: StoredDocument | undefined): void;
}

const NONE: ReadonlyMap<string, StoredDocument> = new Map();

/** Tells whether documents can be found by such a value. */
export function isFindable(value: Value): boolean {
  return equalKey(value) !== undefined;
}

/** Sorts documents by the value of a field. */
export function createEqualValues(field: FieldPath, documents: Iterable<StoredDocument>): EqualValues {
  const by_value = new Map<string, Map<string, StoredDocument>>();
  const keyIn = (document: StoredDocument | undefined): string | undefined => {
    const value = document === undefined ? undefined : fieldAt(document.fields, field);
    return value === undefined ? undefined : equalKey(value);
  };
  const put = (document: StoredDocument): void => {
    const key = keyIn(document);
    if (key === undefined) return;
    const same = by_value.get(key);
    if (same === undefined) by_value.set(key, new Map([[document.path, document]]));
    else same.set(document.path, document);
  };
  for (const document of documents) put(document);
  return {
    of: (value) => by_value.get(equalKey(value) ?? '') ?? NONE,
    change(path, before, after) {
      const key = keyIn(before);
      const same = key === undefined ? undefined : by_value.get(key);
      same?.delete(path);
      if (key !== undefined && same?.size === 0) by_value.delete(key);
      if (after !== undefined) put(after);
    },
  };
}

/**
 * Name a value for queries: values that are equal there, such as 1 and 1.0, have the same name; that of a text is `s` and the
 * text. Undefined for values that are not sorted.
 */
export function equalKey(value: Value): string | undefined {
  switch (value.type) {
    case 'string':
      return `s${value.value}`;
    case 'boolean':
      return `b${value.value}`;
    case 'integer':
    case 'double':
      return `n${Number(value.value)}`;
    case 'timestamp':
      return `t${value.micros}`;
    default:
      return undefined;
  }
}
