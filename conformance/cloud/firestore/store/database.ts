import type { DatabaseName } from '../wire/names.ts';
import {
  type DocumentView,
  isCollectionSelected,
  isSelected,
  type Selector,
  type StoredDocument,
} from './document.ts';
import { createPast } from './past.ts';

/** What a commit puts in place: the new document per path, `undefined` where it is removed. */
export type Changes = ReadonlyMap<string, StoredDocument | undefined>;

/** One document that a commit replaced, created or removed. */
export interface Change {
  readonly path: string;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
}

/** A view that stays as it was when it was taken. */
export interface Snapshot extends DocumentView {
  /** Lets later commits forget what this view would still have to show. */
  release(): void;
}

/** The documents of one database, in memory. */
export interface Database extends DatabaseName, DocumentView {
  /** Counts the commits that changed something. */
  version(): number;
  /** Puts all changes in place at once, as of a commit time. */
  apply(changes: Changes, commit_micros: bigint): void;
  /** The database as it is now, or as it was; `undefined` when that is further back than it remembers. */
  snapshot(): Snapshot;
  snapshotAt(micros: bigint): Snapshot | undefined;
  /** Tells of every commit that changed something, once it holds. @returns stops telling. */
  onCommit(listener: (changes: readonly Change[]) => void): () => void;
}

/** Creates an empty database. */
export function createDatabase(of: DatabaseName): Database {
  const collections = new Map<string, Map<string, StoredDocument>>();
  const snapshots = new Set<Map<string, StoredDocument | undefined>>();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const past = createPast();
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

  const openSnapshot = (current: DocumentView, held: Map<string, StoredDocument | undefined>): Snapshot => {
    snapshots.add(held);
    return { ...viewThrough(held, current), release: () => void snapshots.delete(held) };
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
    apply(changes, commit_micros) {
      const effective = [...changes]
        .map(([path, after]) => ({ path, before: get(path), after }))
        .filter(({ before, after }) => before !== after);
      if (effective.length === 0) return;
      version += 1;
      for (const { path, before, after } of effective) {
        for (const held of snapshots) if (!held.has(path)) held.set(path, before);
        past.remember(path, before, commit_micros);
        put(path, after);
      }
      for (const listener of [...listeners]) listener(effective);
    },
    snapshot() {
      return openSnapshot(this, new Map());
    },
    snapshotAt(micros) {
      const held = past.since(micros);
      return held === undefined ? undefined : openSnapshot(this, held);
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
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
