import type { CollectionReference, QuerySnapshot, Timestamp } from '@google-cloud/firestore';
import { documentOf, write } from './changes.ts';
import { contend } from './contending.ts';
import { type Listener, listenTo, settled } from './listening.ts';
import type { Operation } from './operations.ts';
import { aggregate, found, queryOf } from './queries.ts';
import { givenFields, shown } from './values.ts';

/** Where a sequence takes place on one cloud. */
export interface Stage {
  readonly games: CollectionReference;
  /** When the commits so far took place, the last one first. */
  readonly commits: Timestamp[];
  readonly listeners: Listener[];
}

const TOLD_WITHIN_MS = 20_000;

/** Carries a step out. @returns what it gave, or the code of its error; a refusal of the client itself is one, too. */
export async function carryOut(stage: Stage, operation: Operation): Promise<unknown> {
  const outcome = await outcomeOf(stage, operation).catch(refusalOf);
  if (operation.kind === 'listen' || stage.listeners.length === 0) return outcome;
  const told = stage.listeners.map((listener) => settled(listener, stage.games, TOLD_WITHIN_MS));
  return { outcome, told: await Promise.all(told) };
}

function refusalOf(error: unknown): unknown {
  const { code, message } = error as Error & { readonly code?: unknown };
  return code === undefined ? { error: message } : { error: code, says: message };
}

async function outcomeOf(stage: Stage, operation: Operation): Promise<unknown> {
  const { games } = stage;
  const db = games.firestore;
  const document = (id: string) => documentOf(games, id);
  switch (operation.kind) {
    case 'get':
      return shownDocument(await document(operation.id).get());
    case 'get_some': {
      const documents = operation.ids.map(document);
      const mask = operation.mask === null ? [] : [{ fieldMask: [...operation.mask] }];
      return (await db.getAll(...documents, ...mask)).map(shownDocument);
    }
    case 'list':
      return (await games.listDocuments()).map(({ id }) => id);
    case 'collections':
      return (await document(operation.id).listCollections()).map(({ id }) => id === games.id);
    case 'batch': {
      const batch = db.batch();
      for (const each of operation.writes) write(batch, games, each);
      return committed(stage, await batch.commit());
    }
    case 'bulk':
      return inBulk(stage, operation);
    case 'guarded':
      return guarded(stage, operation);
    case 'transaction':
      return transaction(stage, operation);
    case 'contend':
      return contend(games, operation);
    case 'query':
      return found(await queryOf(games, operation.query).get(), games);
    case 'aggregate':
      return aggregate(queryOf(games, operation.query));
    case 'count':
      return (await queryOf(games, operation.query).count().get()).data().count;
    case 'past':
      return past(stage, operation);
    case 'listen':
      stage.listeners.push(await listenTo(queryOf(games, operation.query), games));
      return stage.listeners.at(-1)?.told();
  }
}

function shownDocument(document: FirebaseFirestore.DocumentSnapshot): string {
  if (!document.exists) return 'missing';
  const { createTime, updateTime } = document;
  const isChanged = createTime !== undefined && updateTime !== undefined && !createTime.isEqual(updateTime);
  return `${isChanged ? 'changed since: ' : ''}${shown(document.data())}`;
}

function committed(stage: Stage, results: readonly { readonly writeTime: Timestamp }[]): number {
  const [first] = results;
  if (first !== undefined) stage.commits.unshift(first.writeTime);
  return results.length;
}

async function inBulk({ games }: Stage, operation: Extract<Operation, { kind: 'bulk' }>): Promise<unknown> {
  const writer = games.firestore.bulkWriter();
  writer.onWriteError(() => false);
  const results = operation.writes.map(async (each) => {
    try {
      await write(writer, games, each);
      return 'written';
    } catch (error) {
      return refusalOf(error);
    }
  });
  await writer.close();
  return Promise.all(results);
}

async function guarded(stage: Stage, operation: Extract<Operation, { kind: 'guarded' }>): Promise<unknown> {
  const document = documentOf(stage.games, operation.id);
  const { updateTime, createTime } = await document.get();
  const first = stage.commits.at(-1) ?? createTime;
  // A time after the last update is a known difference (`update-time-ahead`).
  const isAhead = first !== undefined && updateTime !== undefined && first.valueOf() > updateTime.valueOf();
  const guard = operation.is_current || isAhead ? updateTime : first;
  // So is a delete with the time at which the document was deleted (`update-time-of-deleted`).
  const is_gone = updateTime === undefined && operation.fields === null;
  if (guard === undefined || is_gone) return 'missing';
  const precondition = { lastUpdateTime: guard };
  const isSame = updateTime?.isEqual(guard) ?? false;
  const result =
    operation.fields === null
      ? await document.delete(precondition)
      : await document.update(givenFields(operation.fields, stage.games), precondition);
  committed(stage, [result]);
  return isSame;
}

async function transaction(
  stage: Stage,
  operation: Extract<Operation, { kind: 'transaction' }>,
): Promise<unknown> {
  const { games } = stage;
  const act = async (transaction: FirebaseFirestore.Transaction) => {
    const before = shownDocument(await transaction.get(documentOf(games, operation.read)));
    const others =
      operation.query === null
        ? []
        : found((await transaction.get(queryOf(games, operation.query))) as QuerySnapshot, games);
    for (const each of operation.writes) write(transaction, games, each);
    if (operation.is_given_up) throw new Error('given up');
    return { before, others };
  };
  return games.firestore.runTransaction(act, { maxAttempts: 1 });
}

async function past(stage: Stage, operation: Extract<Operation, { kind: 'past' }>): Promise<unknown> {
  const { games, commits } = stage;
  const readTime = commits[operation.commits_ago];
  if (readTime === undefined) return 'no such commit';
  return games.firestore.runTransaction(
    async (transaction) => {
      const document = shownDocument(await transaction.get(documentOf(games, operation.id)));
      if (operation.query === null) return document;
      const snapshot = (await transaction.get(queryOf(games, operation.query))) as QuerySnapshot;
      return { document, found: found(snapshot, games) };
    },
    { readOnly: true, readTime },
  );
}
