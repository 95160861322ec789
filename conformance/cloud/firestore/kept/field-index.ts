import type { Equality, Leading, StoredDocument } from '../store/document.ts';
import { equalKey, isFindable } from '../store/equal-values.ts';
import { compareUtf8 } from '../values/compare.ts';
import { type FieldPath, fieldAt, formatFieldPath } from '../values/field-path.ts';

/** Paths of the documents of some collections, by what stands in the fields by which they were looked for. */
export interface FieldIndexes {
  /**
   * Finds the paths of the documents of a collection that a query may find.
   *
   * @param all lists the collection's documents; asked where a field is looked for the first time.
   * @returns   undefined where no index helps.
   */
  find(
    collection: string,
    wish: { readonly equalities: readonly Equality[]; readonly leading: Leading | undefined },
    all: () => Iterable<StoredDocument>,
  ): Iterable<string> | undefined;
  /** Takes over what a commit changed in a collection. */
  change(
    collection: string,
    path: string,
    before: StoredDocument | undefined,
    after: StoredDocument | undefined,
  ): void;
}

/** Paths by value, one index per field. */
type Index = Readonly<{ field: FieldPath; by_value: Map<string, Set<string>> }>;

/** Creates no index yet; keeps those of the `collections_max` collections that were looked through last. */
export function createFieldIndexes(collections_max: number): FieldIndexes {
  const collections = new Map<string, Map<string, Index>>();
  const open = (collection: string): Map<string, Index> => {
    const indexes = collections.get(collection) ?? new Map<string, Index>();
    // A map lists its keys in the order in which they were set.
    collections.delete(collection);
    collections.set(collection, indexes);
    const [oldest] = collections.keys();
    if (collections.size > collections_max && oldest !== undefined) collections.delete(oldest);
    return indexes;
  };
  return {
    find(collection, { equalities, leading }, all) {
      const found = equalities.filter(({ value }) => isFindable(value));
      if (leading === undefined && found.length === 0) return undefined;
      const indexes = open(collection);
      const indexOf = (field: FieldPath): Index => {
        const name = formatFieldPath(field);
        const index = indexes.get(name) ?? build(field, all());
        indexes.set(name, index);
        return index;
      };
      if (leading !== undefined) return firstOf(indexOf(leading.path), leading);
      return found
        .map(({ path, value }) => indexOf(path).by_value.get(equalKey(value) ?? '') ?? NONE)
        .reduce((least, one) => (one.size < least.size ? one : least));
    },
    change(collection, path, before, after) {
      for (const index of collections.get(collection)?.values() ?? []) {
        take(index, path, before);
        put(index, path, after);
      }
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function build(field: FieldPath, documents: Iterable<StoredDocument>): Index {
  const index: Index = { field, by_value: new Map() };
  for (const document of documents) put(index, document.path, document);
  return index;
}

function keyIn({ field }: Index, document: StoredDocument | undefined): string | undefined {
  const value = document === undefined ? undefined : fieldAt(document.fields, field);
  return value === undefined ? undefined : equalKey(value);
}

function put(index: Index, path: string, document: StoredDocument | undefined): void {
  const key = keyIn(index, document);
  if (key === undefined) return;
  const same = index.by_value.get(key);
  if (same === undefined) index.by_value.set(key, new Set([path]));
  else same.add(path);
}

function take(index: Index, path: string, document: StoredDocument | undefined): void {
  const key = keyIn(index, document);
  const same = key === undefined ? undefined : index.by_value.get(key);
  same?.delete(path);
  if (key !== undefined && same?.size === 0) index.by_value.delete(key);
}

/** Documents of the first texts of an order that lie within its bounds, until there are enough. */
function firstOf({ by_value }: Index, { descending, count, isWithin }: Leading): readonly string[] {
  const texts = [...by_value.keys()]
    .flatMap((key) => (key.startsWith(TEXT) ? [key.slice(TEXT.length)] : []))
    .filter(isWithin)
    .sort((a, b) => (descending ? compareUtf8(b, a) : compareUtf8(a, b)));
  const paths: string[] = [];
  for (const text of texts) {
    if (paths.length >= count) break;
    paths.push(...(by_value.get(`${TEXT}${text}`) ?? []));
  }
  return paths;
}

/** How the key of a text begins. */
const TEXT = 's';
