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
import { type Folded, foldWishes, type Granted, shareCommits, type Wish } from './share-commits.ts';
import { BATCH_MS_MAX, callStore, DOCUMENT_MS_MAX } from './store-call.ts';
import { runDocument } from './warehouse.ts';

const ATTEMPTS_MAX = 25;
const BACKOFF_MS_MAX = 150;
/** The one field that Firestore needs as a timestamp: its time-to-live policy reads it. */
const TTL_FIELD = 'expire_at';

type Where = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Make the documents port on Firestore.
 *
 * Compare-and-set goes by the time of the last update (or `create` for a new document), not by transactions: rivals
 * do not wait for each other's locks, and a commit that lands late cannot overwrite what was decided meanwhile. Within
 * this process the updates of one path do not race each other; they share commits.
 */
export function createDocuments(firestore: Firestore, check: DocumentCheck = TRUSTED): Documents {
  const known = new Map<string, Look>();
  const share = shareCommits((path, wishes) => compareAndSet(firestore.doc(path), wishes, known));
  return {
    async get<Value extends object>(path: string) {
      const value = fromStore<Value>(await readDocument(firestore.doc(path)));
      return value === undefined || check(path, value) ? value : undefined;
    },
    update: share,
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

/** A document as it was at one moment; without `updateTime` there was none. */
interface Look {
  readonly value: object | undefined;
  readonly updateTime: Timestamp | undefined;
}

/** How a document that nobody has written looks. */
const NONE: Look = { value: undefined, updateTime: undefined };

/** How many documents this process remembers; each is a few kilobytes. */
const KNOWN_MAX = 500;

async function compareAndSet(
  document: DocumentReference,
  wishes: readonly Wish[],
  known: Map<string, Look>,
): Promise<readonly Granted[]> {
  const { path } = document;
  const own = known.get(path) ?? (wishes[0]?.is_mostly_new === true ? NONE : undefined);
  known.delete(path);
  // Whoever wrote a document last mostly writes it next. What is known of it is tried before it is read again: when
  // another wrote in between the precondition fails, and what writes nothing is only trusted after a fresh look.
  if (own !== undefined) {
    const folded = foldWishes(own.value, wishes);
    if (folded.next !== own.value && (await attemptWrite(document, own, folded, known)))
      return folded.granted;
  }
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const snapshot = await readDocument(document);
    const look = { value: fromStore(snapshot), updateTime: snapshot.updateTime };
    const folded = foldWishes(look.value, wishes);
    if (await attemptWrite(document, look, folded, known)) return folded.granted;
    await wait(Math.random() * Math.min(BACKOFF_MS_MAX, 5 * 2 ** attempt));
  }
  throw new PipelineError(
    'STORE_CONFLICT',
    `expected to win ${path} within ${ATTEMPTS_MAX} attempts, others wrote each time; the redelivery tries again`,
    { path },
  );
}

/** @returns false when another wrote after the look. */
async function attemptWrite(
  document: DocumentReference,
  look: Look,
  { next, runs }: Folded,
  known: Map<string, Look>,
): Promise<boolean> {
  if (next === look.value) {
    remember(known, document.path, look);
    return true;
  }
  try {
    const commit = commitChange(document, look, next, runs);
    const confirmed = await callStore(`write ${document.path}`, DOCUMENT_MS_MAX, commit);
    if (next !== undefined)
      remember(known, document.path, { value: next, updateTime: confirmed[0]?.writeTime });
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'STORE_CONFLICT') return false;
    throw error;
  }
}

function remember(known: Map<string, Look>, path: string, look: Look): void {
  if (look.updateTime === undefined) return;
  known.set(path, look);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}

function commitChange(
  document: DocumentReference,
  { value, updateTime }: Look,
  next: object | undefined,
  runs: Folded['runs'],
): Promise<readonly WriteResult[]> {
  const batch = document.firestore.batch();
  if (updateTime === undefined) {
    if (next === undefined) return Promise.resolve([]);
    batch.create(document, toStore(next));
  } else if (next === undefined) batch.delete(document, { lastUpdateTime: updateTime });
  else {
    const [first, ...others] = changedFields(value ?? {}, next);
    if (first === undefined) return Promise.resolve([]);
    batch.update(document, ...first, ...others.flat(), { lastUpdateTime: updateTime });
  }
  for (const run of runs) batch.set(runDocument(document.firestore, run), { ...run });
  return batch.commit();
}

/**
 * `set` takes no precondition, so a document is updated field by field: what is another object than before, or else
 * everything, and what is gone is deleted by name.
 */
function changedFields(value: object, next: object): readonly (readonly [FieldPath, unknown])[] {
  const before = new Map(Object.entries(value));
  const changed = Object.entries(next).filter(([name, field]) => before.get(name) !== field);
  const gone = [...before.keys()].filter((name) => !(name in next));
  const sent = changed.length + gone.length === 0 ? next : Object.fromEntries(changed);
  return [...Object.entries(toStore(sent)), ...gone.map((name) => [name, FieldValue.delete()] as const)].map(
    ([name, field]) => [new FieldPath(name), field] as const,
  );
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

function fromStore<Value extends object = object>(snapshot: DocumentSnapshot): Value | undefined {
  const fields = snapshot.data();
  if (fields === undefined) return undefined;
  const expire_at: unknown = fields[TTL_FIELD];
  if (!(expire_at instanceof Timestamp)) return fields as Value;
  return { ...fields, [TTL_FIELD]: expire_at.toDate().toISOString() } as unknown as Value;
}
