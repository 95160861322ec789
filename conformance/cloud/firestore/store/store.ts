import { type PlainValue, plainFields } from '../values/plain.ts';
import { type DatabaseName, formatDatabase } from '../wire/names.ts';
import { createDatabase, type Database } from './database.ts';

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

/** Creates the set of databases, empty. */
export function createDatabases(): Databases {
  const databases = new Map<string, Database>();
  return {
    open(name) {
      const key = formatDatabase(name);
      const database = databases.get(key) ?? createDatabase(name);
      databases.set(key, database);
      return database;
    },
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
