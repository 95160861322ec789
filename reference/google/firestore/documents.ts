import { setTimeout as wait } from 'node:timers/promises';
import {
  type DocumentData,
  type DocumentReference,
  type DocumentSnapshot,
  FieldPath,
  FieldValue,
  type Firestore,
  type Query,
  Timestamp,
  type WriteResult,
} from '@google-cloud/firestore';
import { PipelineError } from '../../errors/pipeline-error.ts';
import type { Documents } from '../../ports/ports.ts';
import { type DocumentCheck, TRUSTED } from '../check.ts';
import { BATCH_MS_MAX, callStore, DOCUMENT_MS_MAX } from './store-call.ts';

const ATTEMPTS_MAX = 25;
const BACKOFF_MS_MAX = 150;
/** The one field that Firestore needs as a timestamp: its time-to-live policy reads it. */
const TTL_FIELD = 'expire_at';

type Where = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Make the documents port on Firestore.
 *
 * Compare-and-set goes by the time of the last update (or `create` for a new document), not by transactions: rivals
 * do not wait for each other's locks, and a commit that lands late cannot overwrite what was decided meanwhile.
 */
export function createDocuments(firestore: Firestore, check: DocumentCheck = TRUSTED): Documents {
  const queues = new Map<string, Promise<unknown>>();
  const written = new Map<string, Look>();
  return {
    async get<Value extends object>(path: string) {
      const value = fromStore<Value>(await readDocument(firestore.doc(path)));
      return value === undefined || check(path, value) ? value : undefined;
    },
    update: <Value extends object, Result>(path: string, decide: Decide<Value, Result>) =>
      inTurn(queues, path, () => compareAndSet(firestore.doc(path), decide, written)),
    async query<Value extends object>(
      collection: string,
      where: Where = {},
      from: Readonly<Record<string, string>> = {},
    ) {
      const bounded = Object.entries(from).reduce<Query>(
        (query, [path, value]) => query.where(new FieldPath(...path.split('.')), '>=', value),
        select(firestore, collection, where),
      );
      const { docs } = await callStore(`query ${collection}`, BATCH_MS_MAX, bounded.get());
      return docs.flatMap((snapshot) => {
        const value = fromStore<Value>(snapshot);
        return value === undefined || !check(snapshot.ref.path, value) ? [] : [{ id: snapshot.id, value }];
      });
    },
    async count(collection, where = {}) {
      const counted = select(firestore, collection, where).count().get();
      return (await callStore(`count ${collection}`, BATCH_MS_MAX, counted)).data().count;
    },
  };
}

type Decide<Value, Result> = (current: Value | undefined) => readonly [Value | undefined, Result];

/** A document as it was at one moment; without `updateTime` there was none. */
interface Look {
  readonly value: object | undefined;
  readonly updateTime: Timestamp | undefined;
}

/** How many documents of its own this process remembers; each is a few kilobytes. */
const WRITTEN_MAX = 500;

async function compareAndSet<Value extends object, Result>(
  document: DocumentReference,
  decide: Decide<Value, Result>,
  written: Map<string, Look>,
): Promise<Result> {
  const { path } = document;
  const own = written.get(path);
  written.delete(path);
  // Whoever wrote a document last mostly writes it next. What we wrote is tried before it is read again: when another
  // wrote in between the precondition fails, and a decision that writes nothing, or throws, is only trusted after a
  // fresh look.
  if (own !== undefined && wouldWrite(own, decide)) {
    const outcome = await attemptWrite(document, decide, own, written);
    if (outcome !== undefined) return outcome[0];
  }
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const snapshot = await readDocument(document);
    const look = { value: fromStore<Value>(snapshot), updateTime: snapshot.updateTime };
    const outcome = await attemptWrite(document, decide, look, written);
    if (outcome !== undefined) return outcome[0];
    await wait(Math.random() * Math.min(BACKOFF_MS_MAX, 5 * 2 ** attempt));
  }
  throw new PipelineError(
    'STORE_CONFLICT',
    `expected to win ${path} within ${ATTEMPTS_MAX} attempts, others wrote each time; the redelivery tries again`,
    { path },
  );
}

function wouldWrite<Value extends object, Result>(look: Look, decide: Decide<Value, Result>): boolean {
  try {
    return decide(look.value as Value | undefined)[0] !== look.value;
  } catch {
    return false;
  }
}

/** @returns undefined when another wrote after the look. */
async function attemptWrite<Value extends object, Result>(
  document: DocumentReference,
  decide: Decide<Value, Result>,
  look: Look,
  written: Map<string, Look>,
): Promise<readonly [Result] | undefined> {
  const [next, result] = decide(look.value as Value | undefined);
  if (next === look.value) return [result];
  try {
    const commit = commitChange(document, look, next);
    const confirmed = await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, commit);
    if (next !== undefined)
      remember(written, document.path, { value: next, updateTime: confirmed?.writeTime });
    return [result];
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'STORE_CONFLICT') return undefined;
    throw error;
  }
}

function remember(written: Map<string, Look>, path: string, look: Look): void {
  if (look.updateTime === undefined) return;
  written.set(path, look);
  const [oldest] = written.keys();
  if (written.size > WRITTEN_MAX && oldest !== undefined) written.delete(oldest);
}

async function commitChange(
  document: DocumentReference,
  { value, updateTime }: Look,
  next: object | undefined,
): Promise<WriteResult | undefined> {
  if (updateTime === undefined) return next === undefined ? undefined : document.create(toStore(next));
  const precondition = { lastUpdateTime: updateTime };
  if (next === undefined) return document.delete(precondition);
  // `set` takes no precondition, so the document is updated field by field and what is gone is deleted by name.
  const fields = Object.entries(toStore(next));
  const gone = Object.keys(value ?? {}).filter((name) => !(name in next));
  const changes = [...fields, ...gone.map((name) => [name, FieldValue.delete()] as const)];
  const [first, ...others] = changes.map(([name, field]) => [new FieldPath(name), field] as const);
  if (first === undefined) return undefined;
  return document.update(first[0], first[1], ...others.flat(), precondition);
}

function readDocument(document: DocumentReference): Promise<DocumentSnapshot> {
  return callStore(`read ${document.path}`, DOCUMENT_MS_MAX, document.get());
}

function select(firestore: Firestore, collection: string, where: Where): Query {
  return Object.entries(where).reduce<Query>(
    (query, [path, value]) => query.where(new FieldPath(...path.split('.')), '==', value),
    firestore.collection(collection),
  );
}

function toStore(value: object): DocumentData {
  const fields: DocumentData = { ...value };
  const expire_at: unknown = fields[TTL_FIELD];
  return typeof expire_at === 'string'
    ? { ...fields, [TTL_FIELD]: Timestamp.fromDate(new Date(expire_at)) }
    : fields;
}

function fromStore<Value extends object>(snapshot: DocumentSnapshot): Value | undefined {
  const fields = snapshot.data();
  if (fields === undefined) return undefined;
  const expire_at: unknown = fields[TTL_FIELD];
  if (!(expire_at instanceof Timestamp)) return fields as Value;
  return { ...fields, [TTL_FIELD]: expire_at.toDate().toISOString() } as unknown as Value;
}

/** Runs acts on one path one after the other, so that deliveries within a process do not race each other. */
async function inTurn<Result>(
  queues: Map<string, Promise<unknown>>,
  path: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const before = queues.get(path);
  const turn = before === undefined ? act() : before.then(act, act);
  queues.set(path, turn);
  try {
    return await turn;
  } finally {
    if (queues.get(path) === turn) queues.delete(path);
  }
}
