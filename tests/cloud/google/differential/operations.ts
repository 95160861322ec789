import { fc } from '@fast-check/vitest';
import {
  type CollectionReference,
  FieldValue,
  type Query,
  type WhereFilterOp,
} from '@google-cloud/firestore';

/** What is written to one document. */
export type Change =
  | {
      readonly kind: 'create' | 'set' | 'merge' | 'update';
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'increment'; readonly by: number }
  | { readonly kind: 'union' | 'remove'; readonly elements: readonly number[] }
  | { readonly kind: 'delete' | 'delete_existing' | 'delete_field' };

/** One step of a sequence. */
export type Operation =
  | { readonly kind: 'get'; readonly id: string }
  | { readonly kind: 'write'; readonly id: string; readonly change: Change }
  | { readonly kind: 'batch'; readonly writes: readonly (readonly [string, Change])[] }
  /** Reads one document and writes to others, all or none. */
  | {
      readonly kind: 'transaction';
      readonly read: string;
      readonly writes: readonly (readonly [string, Change])[];
    }
  /** Two transactions that read the same document and add to it at the same time. */
  | { readonly kind: 'contend'; readonly id: string }
  | {
      readonly kind: 'query';
      readonly where: readonly (readonly [string, WhereFilterOp, unknown])[];
      readonly order: readonly (readonly [string, 'asc' | 'desc'])[];
      readonly limit: number | null;
      readonly start: unknown;
    }
  | { readonly kind: 'count'; readonly field: string; readonly value: unknown };

const anyId = fc.constantFrom('a', 'b', 'c');
const anyField = fc.constantFrom('x', 'y', 'nested.z');
const anyValue = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('text', '', 'é', null, true, false, 0.5, Number.NaN),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }),
  fc.record({ z: fc.integer({ min: 0, max: 2 }) }),
);
const anyFields = fc.dictionary(fc.constantFrom('x', 'y', 'nested'), anyValue, { maxKeys: 3 });
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('create', 'set', 'merge', 'update'), fields: anyFields }),
  fc.record({ kind: fc.constant('increment' as const), by: fc.constantFrom(1, -2, 0.5) }),
  fc.record({
    kind: fc.constantFrom('union', 'remove'),
    elements: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ kind: fc.constantFrom('delete', 'delete_existing', 'delete_field') }),
);
/** One write per document: what a second one sees is a known difference (`create-after-write`). */
const anyWrites = fc.uniqueArray(fc.tuple(anyId, anyChange), {
  minLength: 1,
  maxLength: 3,
  selector: ([id]) => id,
});
const anyFilter = fc.tuple(
  anyField,
  fc.constantFrom<WhereFilterOp>('==', '!=', '<', '>=', 'array-contains', 'in'),
  anyValue,
);

/** Draws one step. */
export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), id: anyId }),
  fc.record({ kind: fc.constant('write' as const), id: anyId, change: anyChange }),
  fc.record({ kind: fc.constant('batch' as const), writes: anyWrites }),
  fc.record({ kind: fc.constant('transaction' as const), read: anyId, writes: anyWrites }),
  fc.record({
    kind: fc.constant('query' as const),
    where: fc.array(anyFilter, { maxLength: 2 }),
    order: fc.array(fc.tuple(anyField, fc.constantFrom('asc' as const, 'desc' as const)), { maxLength: 1 }),
    limit: fc.constantFrom(null, 1, 2),
    start: fc.constantFrom(undefined, 0, 'text'),
  }),
  fc.record({ kind: fc.constant('count' as const), field: anyField, value: anyValue }),
);

/** Carries a step out. @returns what it gave, or the code of its error; a refusal of the client itself is one, too. */
export async function carryOut(games: CollectionReference, operation: Operation): Promise<unknown> {
  try {
    return await outcomeOf(games, operation);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return { error: code ?? (error as Error).message };
  }
}

async function outcomeOf(games: CollectionReference, operation: Operation): Promise<unknown> {
  const document = (id: string) => games.doc(id);
  const db = games.firestore;
  switch (operation.kind) {
    case 'get':
      return shown((await document(operation.id).get()).data());
    case 'write':
    case 'batch': {
      const batch = db.batch();
      const writes =
        operation.kind === 'write' ? [[operation.id, operation.change] as const] : operation.writes;
      for (const [id, change] of writes) write(batch, document(id), change);
      return (await batch.commit()).length;
    }
    case 'transaction':
      return db.runTransaction(
        async (transaction) => {
          const before = (await transaction.get(document(operation.read))).data();
          for (const [id, change] of operation.writes) write(transaction, document(id), change);
          return shown(before);
        },
        { maxAttempts: 1 },
      );
    case 'contend':
      return contend(games, operation.id);
    case 'query':
      return namesOf(await queryOf(games, operation).get());
    case 'count': {
      const query = games.where(operation.field, '==', operation.value);
      return (await query.count().get()).data().count;
    }
  }
}

/** Both add one; whoever loses tries again, so both count. */
async function contend(games: CollectionReference, id: string): Promise<unknown> {
  const reference = games.doc(id);
  await reference.set({ x: 0 });
  const add = () =>
    games.firestore.runTransaction(async (transaction) => {
      const x = Number((await transaction.get(reference)).get('x'));
      transaction.set(reference, { x: x + 1 });
    });
  await Promise.all([add(), add()]);
  return shown((await reference.get()).data());
}

interface Writer {
  create(reference: FirebaseFirestore.DocumentReference, fields: object): unknown;
  set(reference: FirebaseFirestore.DocumentReference, fields: object, options?: { merge: boolean }): unknown;
  update(reference: FirebaseFirestore.DocumentReference, fields: object): unknown;
  delete(reference: FirebaseFirestore.DocumentReference, precondition?: { exists: boolean }): unknown;
}

function write(writer: Writer, reference: FirebaseFirestore.DocumentReference, change: Change): void {
  switch (change.kind) {
    case 'create':
    case 'set':
    case 'update':
      writer[change.kind](reference, change.fields);
      break;
    case 'merge':
      writer.set(reference, change.fields, { merge: true });
      break;
    case 'increment':
      writer.set(reference, { x: FieldValue.increment(change.by) }, { merge: true });
      break;
    case 'union':
      writer.set(reference, { y: FieldValue.arrayUnion(...change.elements) }, { merge: true });
      break;
    case 'remove':
      writer.set(reference, { y: FieldValue.arrayRemove(...change.elements) }, { merge: true });
      break;
    case 'delete':
      writer.delete(reference);
      break;
    case 'delete_existing':
      writer.delete(reference, { exists: true });
      break;
    case 'delete_field':
      writer.update(reference, { x: FieldValue.delete() });
      break;
  }
}

function queryOf(games: CollectionReference, operation: Extract<Operation, { kind: 'query' }>): Query {
  let query: Query = games;
  for (const [field, operator, value] of operation.where) {
    query = query.where(field, operator, operator === 'in' ? [value, 1] : value);
  }
  for (const [field, direction] of operation.order) query = query.orderBy(field, direction);
  if (operation.order.length > 0 && operation.start !== undefined) query = query.startAt(operation.start);
  return operation.limit === null ? query : query.limit(operation.limit);
}

function namesOf(snapshot: FirebaseFirestore.QuerySnapshot): unknown {
  return snapshot.docs.map((document) => [document.id, shown(document.data())]);
}

/** Keeps NaN apart from null, and fields in order. */
function shown(fields: object | undefined): unknown {
  if (fields === undefined) return 'missing';
  return JSON.stringify(Object.entries(fields).sort(), (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
