import { formatFieldPath } from '../values/field-path.ts';
import { rowOf } from '../values/row.ts';
import {
  type Documents,
  type Equality,
  isCollectionSelected,
  type Selector,
  type StoredDocument,
} from './document.ts';
import { createEqualValues, type EqualValues, isFindable } from './equal-values.ts';

/** Fewer documents are looked through faster than they are sorted. */
const SORTED_FROM = 32;

/** The documents of one collection, and those fields by which they were looked for. */
interface Collection {
  readonly documents: Map<string, StoredDocument>;
  readonly sorted: Map<string, EqualValues>;
}

/** Creates the documents of one database in memory, by collection. */
export function memoryDocuments(): Documents {
  const collections = new Map<string, Collection>();
  /** Paths of collections by their last segment. */
  const by_id = new Map<string, Set<string>>();

  const open = (name: string): Collection => {
    const collection = { documents: new Map(), sorted: new Map() };
    collections.set(name, collection);
    const id = idOf(name);
    by_id.set(id, (by_id.get(id) ?? new Set()).add(name));
    return collection;
  };
  const close = (name: string): void => {
    collections.delete(name);
    const same = by_id.get(idOf(name));
    same?.delete(name);
    if (same?.size === 0) by_id.delete(idOf(name));
  };
  const selected = (selector: Selector): readonly string[] => {
    const { parent, collection_id, all_descendants } = selector;
    if (collection_id !== undefined && !all_descendants) return [[...parent, collection_id].join('/')];
    const names = collection_id === undefined ? collections.keys() : (by_id.get(collection_id) ?? []);
    return [...names].filter((name) => isCollectionSelected(name.split('/'), selector));
  };

  return {
    get: (path) => collections.get(collectionOf(path))?.documents.get(path),
    *select(selector, equalities = []) {
      for (const name of selected(selector)) {
        const collection = collections.get(name);
        if (collection !== undefined)
          yield* (fewest(collection, equalities) ?? collection.documents).values();
      }
    },
    apply(changes) {
      for (const { path, before, after } of changes) {
        const name = collectionOf(path);
        const collection = collections.get(name) ?? open(name);
        const stored = after === undefined ? undefined : { ...after, fields: rowOf(after.fields) };
        if (stored === undefined) collection.documents.delete(path);
        else collection.documents.set(path, stored);
        for (const values of collection.sorted.values()) values.change(path, before, stored);
        if (collection.documents.size === 0) close(name);
      }
    },
  };
}

/** The smallest set of documents that holds all which meet the equalities; undefined where none was sorted. */
function fewest(
  { documents, sorted }: Collection,
  equalities: readonly Equality[],
): ReadonlyMap<string, StoredDocument> | undefined {
  if (documents.size < SORTED_FROM) return undefined;
  return equalities
    .filter(({ value }) => isFindable(value))
    .map(({ path, value }) => {
      const key = formatFieldPath(path);
      const values = sorted.get(key) ?? createEqualValues(path, documents.values());
      sorted.set(key, values);
      return values.of(value);
    })
    .reduce<ReadonlyMap<string, StoredDocument> | undefined>(
      (least, one) => (least === undefined || one.size < least.size ? one : least),
      undefined,
    );
}

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function idOf(collection: string): string {
  return collection.slice(collection.lastIndexOf('/') + 1);
}
