import type { FieldPath } from '../values/field-path.ts';
import type { Fields, Value } from '../values/value.ts';

/** One stored document. It is never changed: a write that changes something puts another object in its place. */
export interface StoredDocument {
  /** Full resource name. */
  readonly name: string;
  /** Below `…/documents/`; also `segments` joined. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly fields: Fields;
  /** Microseconds since the Unix epoch. */
  readonly create_micros: bigint;
  readonly update_micros: bigint;
}

/**
 * Tells whether two looks at one path saw the same. Commits strictly increase in time, so a path holds one version per
 * update time; a version that was forgotten and read again is another object.
 */
export function isSameVersion(a: StoredDocument | undefined, b: StoredDocument | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.update_micros === b.update_micros);
}

/** Which documents a query or a listing looks at. */
export interface Selector {
  /** The document above the collection; empty for the root. */
  readonly parent: readonly string[];
  /** `undefined` for every collection. */
  readonly collection_id: string | undefined;
  /** Also collections of that id anywhere below the parent. */
  readonly all_descendants: boolean;
}

/** What a document must have in a field, and not in `__name__`. */
export interface Equality {
  readonly path: FieldPath;
  readonly value: Value;
}

/** The first documents of a query that is ordered by one field, which holds text there. */
export interface Leading {
  readonly path: FieldPath;
  readonly descending: boolean;
  /** How many are looked for. */
  readonly count: number;
  /** Tells whether a document with such a text can be among them. */
  readonly isWithin: (text: string) => boolean;
}

/** The documents of one database, as one reader sees them at one moment. */
export interface DocumentView {
  get(path: string): StoredDocument | undefined;
  /**
   * In no particular order.
   *
   * @param equalities documents that do not meet all of them may be left out, or be there.
   * @param leading    documents that are not among these may be left out, or be there.
   */
  select(selector: Selector, equalities?: readonly Equality[], leading?: Leading): Iterable<StoredDocument>;
}

/** One document that a commit replaced, created or removed. */
export interface Change {
  readonly path: string;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
}

/** Where the documents of one database are: in memory, or in a storage. */
export interface Documents extends DocumentView {
  /** Puts all changes of one commit in place. */
  apply(changes: readonly Change[], commit_micros: bigint): void;
  /** The bytes of a document, where the past of a database is bounded by them too. */
  weigh?(document: StoredDocument): number;
}

/** Tells whether a document lies in what a selector looks at. */
export function isSelected(segments: readonly string[], selector: Selector): boolean {
  return isCollectionSelected(segments.slice(0, -1), selector);
}

/** Tells whether the documents directly in a collection are what a selector looks at. */
export function isCollectionSelected(collection: readonly string[], selector: Selector): boolean {
  const depth = selector.parent.length;
  if (!selector.parent.every((segment, index) => collection[index] === segment)) return false;
  if (selector.all_descendants ? collection.length <= depth : collection.length !== depth + 1) return false;
  return selector.collection_id === undefined || collection.at(-1) === selector.collection_id;
}
