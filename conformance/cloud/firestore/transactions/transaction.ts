import type { Database, Snapshot } from '../store/database.ts';
import { type DocumentView, isSameVersion, type StoredDocument } from '../store/document.ts';

/** One document as a read saw it: `undefined` where there was none. */
export interface Sighting {
  readonly path: string;
  readonly document: StoredDocument | undefined;
}

/** A read that can be asked again, and what it saw. A query is one, and so is a look at missing documents. */
export interface Observation {
  /** What was read, for messages. */
  readonly label: string;
  readonly read: (view: DocumentView) => readonly Sighting[];
  readonly seen: readonly Sighting[];
}

/** What the server remembers of one transaction. Its times are milliseconds of the clock. */
export interface Transaction {
  readonly token: string;
  readonly of: Database;
  readonly begun_ms: number;
  used_ms: number;
  /** The time as of which a read-only transaction sees the database. */
  readonly begun_micros: bigint;
  state: 'open' | 'aborted' | 'closed' | 'expired';
  /** The unchanging view of a read-only transaction; a read-write one reads what is committed. */
  readonly snapshot: Snapshot | undefined;
  /** Everything that a read-write transaction has read, in order. */
  readonly observations: Observation[];
  /** The database's version at which all observations were last found to hold. */
  valid_at_version: number;
}

/**
 * Decides whether what a transaction has read still holds.
 *
 * A transaction may commit exactly when every one of its reads, asked again now, gives the same answer: then
 * it is as if it had run from begin to end at this moment, which is what serialisable means.
 *
 * @returns the first observation that no longer holds, or `undefined`.
 */
export function findConflict(
  observations: readonly Observation[],
  view: DocumentView,
): Observation | undefined {
  return observations.find(({ read, seen }) => !sameSightings(read(view), seen));
}

function sameSightings(a: readonly Sighting[], b: readonly Sighting[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ path, document }, index) => path === b[index]?.path && isSameVersion(document, b[index]?.document),
    )
  );
}
