import { type PlainValue, plainFields } from '../values/plain.ts';
import { type DatabaseName, formatDatabase } from '../wire/names.ts';
import { createDatabase, type Database } from './database.ts';
import type { Documents } from './document.ts';

/** A document as a judge reads it. */
export interface PlainDocument {
  /** Below `…/documents/`, such as `phase3_completion/2024-01-15`. */
  readonly path: string;
  /** @see PlainValue for the shapes; timestamps are Dates, references full names. */
  readonly fields: Readonly<Record<string, PlainValue>>;
  /** UTC, RFC 3339 with microseconds. */
  readonly create_time: string;
  readonly update_time: string;
}

/** The documents of all projects and databases, without the API around them. */
export interface FirestoreStore {
  /** The committed documents of a project's database, now; in no particular order. */
  documents(project: string, database?: string): Iterable<PlainDocument>;
}

/** The databases, each created when it is first named. */
export interface Databases {
  open(name: DatabaseName): Database;
  /** Those that were named so far. */
  opened(): Iterable<Database>;
  readonly store: FirestoreStore;
}

/** What an earlier process left: which databases there are, with their documents, and when it committed last. */
export interface DatabasesBefore {
  readonly names: readonly DatabaseName[];
  readonly committed_micros: bigint;
  documents(of: DatabaseName): Documents;
}

/** Creates the set of databases, empty or as an earlier process left them. */
export function createDatabases(before?: DatabasesBefore): Databases {
  const databases = new Map<string, Database>();
  const open = (name: DatabaseName) => {
    const key = formatDatabase(name);
    const known = databases.get(key);
    if (known !== undefined) return known;
    const database = createDatabase(name, before?.documents(name), before?.committed_micros);
    databases.set(key, database);
    return database;
  };
  for (const name of before?.names ?? []) open(name);
  return {
    open,
    opened: () => databases.values(),
    store: {
      *documents(project, database = '(default)') {
        const opened = databases.get(formatDatabase({ project, database }));
        const everything = { parent: [], collection_id: undefined, all_descendants: true };
        for (const document of opened?.select(everything) ?? []) {
          yield {
            path: document.path,
            fields: plainFields(document.fields),
            create_time: formatMicros(document.create_micros),
            update_time: formatMicros(document.update_micros),
          };
        }
      },
    },
  };
}

function formatMicros(micros: bigint): string {
  const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000n).padStart(6, '0')}Z`;
}
