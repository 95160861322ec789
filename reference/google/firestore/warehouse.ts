import type { DocumentReference, Firestore, Query, Timestamp } from '@google-cloud/firestore';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Row, RowsNote, TableName, Warehouse } from '../../ports/ports.ts';
import { type DocumentCheck, TRUSTED } from '../check.ts';
import { BATCH_MS_MAX, callStore, DOCUMENT_MS_MAX } from './store-call.ts';

/** How many notes are read to find one that hands something on: more than a date has runs. */
const LOOK_BACK_MAX = 10;

/** Firestore's limit for one commit. */
const WRITES_MAX = 500;
const ATTEMPTS_MAX = 5;

/** Collection of the runs. */
const HISTORY = 'processor_run_history';

/**
 * Make the warehouse port on Firestore collections.
 *
 * Rows lie at `warehouse/{dataset}.{table}/slates/{game_date}.r{run}/rows/{key}` below the note of who wrote them, runs
 * at `processor_run_history/{execution_id}`. Ids are percent-encoded, since a key may hold a slash.
 */
export function createWarehouse(firestore: Firestore, check: DocumentCheck = TRUSTED): Warehouse {
  const slateOf = ({ dataset, table }: TableName, game_date: string, run: number) =>
    firestore.doc(`warehouse/${dataset}.${table}/slates/${game_date}.r${run}`);
  const rowsOf = (table: TableName, game_date: string, run: number) =>
    slateOf(table, game_date, run).collection('rows');
  const history = firestore.collection(HISTORY);
  return {
    replaceRows: (table, game_date, run, rows, key, decide) =>
      replaceRows(slateOf(table, game_date, run), { game_date, run }, rows, key, decide),
    async putRow(table, game_date, run, key, row) {
      const document = rowsOf(table, game_date, run).doc(encodeURIComponent(key));
      await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, document.set({ ...row }));
    },
    async rows(table, game_date, run) {
      const collection = rowsOf(table, game_date, run);
      const { docs } = await callStore(`read ${collection.path}`, BATCH_MS_MAX, collection.get());
      return docs
        .map((snapshot) => ({ key: decoded(snapshot.id), row: snapshot.data() as Row }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ row }) => row);
    },
    async row(table, game_date, run, key) {
      const document = rowsOf(table, game_date, run).doc(encodeURIComponent(key));
      const snapshot = await callStore(`read ${document.path}`, DOCUMENT_MS_MAX, document.get());
      return snapshot.data() as Row | undefined;
    },
    async handedOnBefore({ dataset, table }, game_date) {
      const slates = firestore.collection(`warehouse/${dataset}.${table}/slates`);
      // Only notes that hand something on have a date, and each of Firestore's fields has an index of its own.
      const query = slates
        .where('handed_on_date', '<', game_date)
        .orderBy('handed_on_date', 'desc')
        .limit(LOOK_BACK_MAX);
      const { docs } = await callStore(`read ${slates.path}`, BATCH_MS_MAX, query.get());
      const notes = docs.map((snapshot) => snapshot.data() as HandedOnNote);
      const last = notes.filter(({ handed_on_date }) => handed_on_date === notes[0]?.handed_on_date);
      return last.reduce<HandedOnNote | undefined>(
        (highest, note) => (highest === undefined || note.run > highest.run ? note : highest),
        undefined,
      )?.handed_on;
    },
    async recordRun(run) {
      const document = runDocument(firestore, run);
      await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, document.set({ ...run }));
    },
    async runs(where) {
      const query = Object.entries(where).reduce<Query>(
        (narrowed, [column, value]) => narrowed.where(column, '==', value),
        history,
      );
      const { docs } = await callStore('read processor_run_history', BATCH_MS_MAX, query.get());
      return docs
        .filter((snapshot) => check(snapshot.ref.path, snapshot.data()))
        .map((snapshot) => snapshot.data() as ProcessorRunHistory)
        .sort((a, b) => Date.parse(a.finished_at) - Date.parse(b.finished_at));
    },
  };
}

/** Find the document of a run in the history. */
export function runDocument(firestore: Firestore, { execution_id }: ProcessorRunHistory): DocumentReference {
  return firestore.collection(HISTORY).doc(execution_id);
}

/** How a note that hands something on is found. */
interface HandedOnNote {
  readonly handed_on_date: string;
  readonly run: number;
  readonly handed_on: string;
}

/** Reads an id; one that nobody encoded stands for itself. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/**
 * Every commit compares and sets the note of the slate beside its rows, so that a run which was overtaken in the middle
 * writes no further.
 */
async function replaceRows<Result>(
  slate: DocumentReference,
  { game_date, run }: { readonly game_date: string; readonly run: number },
  rows: readonly Row[],
  key: (row: Row) => string,
  decide: (held: RowsNote | undefined) => readonly [RowsNote, Result],
): Promise<Result> {
  const wanted = new Map(rows.map((row) => [encodeURIComponent(key(row)), row]));
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const look = await callStore(`read ${slate.path}`, DOCUMENT_MS_MAX, slate.get());
    const held = look.data() as RowsNote | undefined;
    const [next, result] = decide(held);
    if (next === held) return result;
    try {
      const found_by = next.handed_on === undefined ? {} : { handed_on_date: game_date, run };
      await writeRows(slate, look.updateTime, { ...next, ...found_by }, wanted);
      return result;
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'STORE_CONFLICT') throw error;
    }
  }
  throw new PipelineError(
    'STORE_CONFLICT',
    `expected to win ${slate.path} within ${ATTEMPTS_MAX} attempts, others wrote each time; the redelivery tries again`,
    { path: slate.path },
  );
}

/** @throws {PipelineError} STORE_CONFLICT when the note is not the one that was looked at any more. */
async function writeRows(
  slate: DocumentReference,
  looked_at: Timestamp | undefined,
  note: RowsNote,
  wanted: ReadonlyMap<string, Row>,
): Promise<void> {
  const collection = slate.collection('rows');
  // Only ids are asked for. The first commit of a load creates the note, so without a note there are no rows.
  const present =
    looked_at === undefined
      ? []
      : (await callStore(`list ${collection.path}`, BATCH_MS_MAX, collection.select().get())).docs;
  const gone = present.map(({ id }) => id).filter((id) => !wanted.has(id));
  const writes = [
    ...gone.map((id) => ({ id, row: undefined })),
    ...[...wanted].map(([id, row]) => ({ id, row })),
  ];
  let lastUpdateTime = looked_at;
  for (let start = 0; start === 0 || start < writes.length; start += WRITES_MAX - 1) {
    const batch = slate.firestore.batch();
    if (lastUpdateTime === undefined) batch.create(slate, { ...note });
    else batch.update(slate, { ...note }, { lastUpdateTime });
    for (const { id, row } of writes.slice(start, start + WRITES_MAX - 1)) {
      if (row === undefined) batch.delete(collection.doc(id));
      else batch.set(collection.doc(id), { ...row });
    }
    const what = `write ${wanted.size} rows to ${collection.path}`;
    const [confirmed] = await callStore(what, BATCH_MS_MAX, batch.commit());
    lastUpdateTime = confirmed?.writeTime;
  }
}
