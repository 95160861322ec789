import type { CollectionReference, Firestore, Query } from '@google-cloud/firestore';
import type { ProcessorRunHistory } from '../../generated/models.ts';
import type { Row, TableName, Warehouse } from '../ports/ports.ts';
import { BATCH_MS_MAX, callStore, DOCUMENT_MS_MAX } from './store-call.ts';

/** Firestore's limit for one commit. */
const WRITES_MAX = 500;

/**
 * Make the warehouse port on Firestore collections.
 *
 * Rows lie at `warehouse/{dataset}.{table}/slates/{game_date}.r{run}/rows/{key}`, runs at
 * `processor_run_history/{execution_id}`. Ids are percent-encoded, since a key may hold a slash.
 */
export function createWarehouse(firestore: Firestore): Warehouse {
  const rowsOf = ({ dataset, table }: TableName, game_date: string, run: number) =>
    firestore.collection(`warehouse/${dataset}.${table}/slates/${game_date}.r${run}/rows`);
  const history = firestore.collection('processor_run_history');
  return {
    replaceRows: (table, game_date, run, rows, key) =>
      replaceRows(firestore, rowsOf(table, game_date, run), rows, key),
    async putRow(table, game_date, run, key, row) {
      const document = rowsOf(table, game_date, run).doc(encodeURIComponent(key));
      await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, document.set({ ...row }));
    },
    async rows(table, game_date, run) {
      const collection = rowsOf(table, game_date, run);
      const { docs } = await callStore(`read ${collection.path}`, BATCH_MS_MAX, collection.get());
      return docs
        .map((snapshot) => ({ key: decodeURIComponent(snapshot.id), row: snapshot.data() as Row }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ row }) => row);
    },
    async row(table, game_date, run, key) {
      const document = rowsOf(table, game_date, run).doc(encodeURIComponent(key));
      const snapshot = await callStore(`read ${document.path}`, DOCUMENT_MS_MAX, document.get());
      return snapshot.data() as Row | undefined;
    },
    async recordRun(run) {
      const document = history.doc(run.execution_id);
      await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, document.set({ ...run }));
    },
    async runs(where) {
      const query = Object.entries(where).reduce<Query>(
        (narrowed, [column, value]) => narrowed.where(column, '==', value),
        history,
      );
      const { docs } = await callStore('read processor_run_history', BATCH_MS_MAX, query.get());
      return docs
        .map((snapshot) => snapshot.data() as ProcessorRunHistory)
        .sort((a, b) => Date.parse(a.finished_at) - Date.parse(b.finished_at));
    },
  };
}

async function replaceRows(
  firestore: Firestore,
  collection: CollectionReference,
  rows: readonly Row[],
  key: (row: Row) => string,
): Promise<void> {
  const wanted = new Map(rows.map((row) => [encodeURIComponent(key(row)), row]));
  // Only ids are asked for; a first load finds none.
  const present = await callStore(`list ${collection.path}`, BATCH_MS_MAX, collection.select().get());
  const gone = present.docs.map(({ id }) => id).filter((id) => !wanted.has(id));
  const writes = [
    ...gone.map((id) => ({ id, row: undefined })),
    ...[...wanted].map(([id, row]) => ({ id, row })),
  ];
  for (let start = 0; start < writes.length; start += WRITES_MAX) {
    const batch = firestore.batch();
    for (const { id, row } of writes.slice(start, start + WRITES_MAX)) {
      if (row === undefined) batch.delete(collection.doc(id));
      else batch.set(collection.doc(id), { ...row });
    }
    await callStore(`write ${rows.length} rows to ${collection.path}`, BATCH_MS_MAX, batch.commit());
  }
}
