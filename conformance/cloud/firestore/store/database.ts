import type { DatabaseName } from '../wire/names.ts';
import {
  type DocumentView,
  isCollectionSelected,
  isSelected,
  type Selector,
  type StoredDocument,
} from './document.ts';

/** What a commit puts in place: the new document per path, `undefined` where it is removed. */
export type Changes = ReadonlyMap<string, StoredDocument | undefined>;

/** A view that stays as it was when it was taken. */
export interface Snapshot extends DocumentView {
  /** Lets later commits forget what this view would still have to show. */
  release(): void;
}

/** The documents of one database, in memory. */
export interface Database extends DatabaseName, DocumentView {
  /** Counts the commits that changed something. */
  version(): number;
  /** Puts all changes in place at once. */
  apply(changes: Changes): void;
  snapshot(): Snapshot;
}

/** Creates an empty database. */
export function createDatabase(of: DatabaseName): Database {
  const collections = new Map<string, Map<string, StoredDocument>>();
  const snapshots = new Set<Map<string, StoredDocument | undefined>>();
  let version = 0;

  const get = (path: string) => collections.get(collectionOf(path))?.get(path);
  const put = (path: string, document: StoredDocument | undefined) => {
    const name = collectionOf(path);
    const collection = collections.get(name) ?? new Map<string, StoredDocument>();
    if (document === undefined) collection.delete(path);
    else collection.set(path, document);
    if (collection.size === 0) collections.delete(name);
    else collections.set(name, collection);
  };

  return {
    ...of,
    version: () => version,
    get,
    *select(selector) {
      for (const [path, documents] of collections) {
        if (isCollectionSelected(path.split('/'), selector)) yield* documents.values();
      }
    },
    apply(changes) {
      const effective = [...changes].filter(([path, document]) => get(path) !== document);
      if (effective.length > 0) version += 1;
      for (const [path, document] of effective) {
        for (const before of snapshots) if (!before.has(path)) before.set(path, get(path));
        put(path, document);
      }
    },
    snapshot() {
      const before = new Map<string, StoredDocument | undefined>();
      snapshots.add(before);
      return { ...viewThrough(before, this), release: () => void snapshots.delete(before) };
    },
  };
}

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** Shows `current`, except for the paths of which `before` remembers what they held. */
function viewThrough(
  before: ReadonlyMap<string, StoredDocument | undefined>,
  current: DocumentView,
): DocumentView {
  return {
    get: (path) => (before.has(path) ? before.get(path) : current.get(path)),
    *select(selector: Selector) {
      for (const document of current.select(selector)) if (!before.has(document.path)) yield document;
      for (const document of before.values()) {
        if (document !== undefined && isSelected(document.segments, selector)) yield document;
      }
    },
  };
}
