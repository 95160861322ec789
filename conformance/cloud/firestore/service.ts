import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import {
  type RpcSurroundings,
  type ServedService,
  type ServiceHandlers,
  serveService,
  type Wire,
} from '../rpc/service.ts';
import type { Storage } from '../storage/storage.ts';
import { optionsFromWire, tokenFromWire } from './handlers/consistency.ts';
import { listCollectionIds, listDocuments } from './handlers/listing.ts';
import { runAggregationQuery, runQuery } from './handlers/querying.ts';
import { batchGetDocuments, getDocument } from './handlers/reading.ts';
import { batchWrite, commit, createDocument, deleteDocument, updateDocument } from './handlers/writing.ts';
import { openKeptDatabases } from './kept/databases.ts';
import { listen } from './listen/stream.ts';
import { createDatabases, type Databases, type FirestoreStore } from './store/store.ts';
import { type Access, createAccess } from './transactions/access.ts';
import { messageOf, requireServedFields, textOf } from './wire/fields.ts';
import { type DatabaseName, parseDatabaseName } from './wire/names.ts';

/** Where a service keeps what it is told, and how often it was started there. */
export interface Kept {
  readonly storage: Storage;
  readonly life: number;
}

/** How the service behaves. */
export interface FirestoreOptions {
  /** Gives every timestamp, lease and wait. */
  readonly clock: Clock;
  /**
   * How long a transaction that has read and stays silent keeps its rivals waiting for the same documents;
   * afterwards they go on, and whoever commits first wins. Default 250. With 0 no call ever waits for another.
   */
  readonly patience_ms?: number;
  /** Default: everything ends with the process. */
  readonly kept?: Kept | undefined;
}

/** The service, ready to be served, and a look at what it stores. */
export interface FirestoreService extends ServedService {
  readonly store: FirestoreStore;
  /** Removes every document of one database. */
  clear(name: DatabaseName): void;
  /** Removes every document of every database. */
  reset(): void;
}

/** Builds google.firestore.v1.Firestore; every project and database has documents of its own. */
export function createFirestoreService(options: FirestoreOptions, around: RpcSurroundings): FirestoreService {
  const { clock, patience_ms = 250, kept } = options;
  const before = kept === undefined ? undefined : openKeptDatabases(kept.storage);
  const databases = createDatabases(before);
  const access = createAccess(clock, patience_ms, around.observe, {
    life: kept?.life ?? 0,
    committed_micros: before?.committed_micros ?? 0n,
  });
  const source = {
    package_name: '@google-cloud/firestore',
    file: 'build/protos/v1.json',
    service_name: 'google.firestore.v1.Firestore',
    older_versions: ['v1beta1'],
  };
  const handlers = handlersOf(databases, access, clock);
  return {
    ...serveService(source, handlers, around),
    store: databases.store,
    clear: (name) => access.clear(databases.open(name)),
    reset() {
      for (const database of databases.opened()) access.clear(database);
    },
  };
}

function handlersOf(databases: Databases, access: Access, clock: Clock): ServiceHandlers {
  const listening = { databases, access, clock, token_mark: randomUUID() };
  return {
    unary: {
      GetDocument: (request) => getDocument(databases, access, request),
      ListDocuments: (request) => listDocuments(databases, access, request),
      ListCollectionIds: (request) => listCollectionIds(databases, access, request),
      CreateDocument: (request) => createDocument(databases, access, request),
      UpdateDocument: (request) => updateDocument(databases, access, request),
      DeleteDocument: (request) => deleteDocument(databases, access, request),
      Commit: (request) => commit(databases, access, request),
      BatchWrite: (request) => batchWrite(databases, access, request),
      BeginTransaction: (request) => beginTransaction(databases, access, request),
      Rollback: (request) => rollback(databases, access, request),
    },
    server_stream: {
      BatchGetDocuments: (request) => batchGetDocuments(databases, access, request),
      RunQuery: (request) => runQuery(databases, access, request),
      RunAggregationQuery: (request) => runAggregationQuery(databases, access, request),
    },
    duplex: {
      Listen: (call, first) => listen(listening, call, first),
    },
  };
}

function beginTransaction(databases: Databases, access: Access, request: Wire): Wire {
  requireServedFields(request, 'BeginTransaction', ['database', 'options']);
  const database = databases.open(parseDatabaseName(textOf(request, 'database')));
  const options = optionsFromWire(messageOf(request, 'options') ?? {});
  return { transaction: access.begin(database, options) };
}

function rollback(databases: Databases, access: Access, request: Wire): Wire {
  requireServedFields(request, 'Rollback', ['database', 'transaction']);
  const database = databases.open(parseDatabaseName(textOf(request, 'database')));
  access.rollback(database, tokenFromWire(request));
  return {};
}
