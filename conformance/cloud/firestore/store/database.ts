import type { DatabaseName } from '../wire/names.ts';
import {
  type Change,
  type Documents,
  type DocumentView,
  type Equality,
  isSameVersion,
  isSelected,
  type Leading,
  type Selector,
  type StoredDocument,
} from './document.ts';
import { memoryDocuments } from './memory.ts';
import { createPast } from './past.ts';

/** What a commit puts in place: the new document per path, `undefined` where it is removed. */
export type Changes = ReadonlyMap<string, StoredDocument | undefined>;

/** A view that stays as it was when it was taken. */
export interface Snapshot extends DocumentView {
  /** Lets later commits forget what this view would still have to show. */
  release(): void;
}

/** One database: its documents, and what they were. */
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

/**
 * Creates a database over documents that are there, none by default.
 *
 * @param begun_micros the time of the last commit before this process; what was before it is not remembered.
 */
export function createDatabase(
  of: DatabaseName,
  documents: Documents = memoryDocuments(),
  begun_micros = 0n,
): Database {
  const snapshots = new Set<Map<string, StoredDocument | undefined>>();
  const listeners = new Set<(changes: readonly Change[]) => void>();
  const past = createPast(begun_micros, documents.weigh);
  let version = 0;

  const openSnapshot = (current: DocumentView, held: Map<string, StoredDocument | undefined>): Snapshot => {
    snapshots.add(held);
    return { ...viewThrough(held, current), release: () => void snapshots.delete(held) };
  };

  return {
    ...of,
    version: () => version,
    get: documents.get,
    select: documents.select,
    apply(changes, commit_micros) {
      const effective = [...changes]
        .map(([path, after]) => ({ path, before: documents.get(path), after }))
        .filter(({ before, after }) => !isSameVersion(before, after));
      if (effective.length === 0) return;
      version += 1;
      for (const { path, before } of effective) {
        for (const held of snapshots) if (!held.has(path)) held.set(path, before);
        past.remember(path, before, commit_micros);
      }
      documents.apply(effective, commit_micros);
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

/** Shows `current`, except for the paths of which `before` remembers what they held. */
function viewThrough(
  before: ReadonlyMap<string, StoredDocument | undefined>,
  current: DocumentView,
): DocumentView {
  return {
    get: (path) => (before.has(path) ? before.get(path) : current.get(path)),
    *select(selector: Selector, equalities?: readonly Equality[], leading?: Leading) {
      // What is hidden here must not count among the first.
      const first = before.size === 0 ? leading : undefined;
      for (const document of current.select(selector, equalities, first))
        if (!before.has(document.path)) yield document;
      for (const document of before.values()) {
        if (document !== undefined && isSelected(document.segments, selector)) yield document;
      }
    },
  };
}
