import type { CollectionReference, DocumentReference, Transaction } from '@google-cloud/firestore';
import type { Operation } from './operations.ts';

const ATTEMPTS = 30;

/**
 * Lets transactions contend. Each adds one to the same document; or, crosswise, each reads its own document and the
 * next one, and writes their sum and one into the next.
 *
 * @returns the counts; crosswise, whether they come from some order of the transactions. Which order is not compared.
 */
export async function contend(
  games: CollectionReference,
  { rivals, is_crosswise }: Extract<Operation, { kind: 'contend' }>,
): Promise<unknown> {
  const documents = Array.from({ length: is_crosswise ? rivals : 1 }, (_, index) =>
    games.doc(`rival-${index}`),
  );
  for (const document of documents) await document.set({ x: 0 });
  const at = (index: number) => documents[index % documents.length] as DocumentReference;
  const add = async (transaction: Transaction, index: number) => {
    const read = is_crosswise ? [at(index), at(index + 1)] : [at(0)];
    const counts = (await transaction.getAll(...read)).map((each) => Number(each.get('x')));
    transaction.set(at(index + 1), { x: counts.reduce((sum, x) => sum + x, 1) });
  };
  await Promise.all(
    Array.from({ length: rivals }, (_, index) =>
      games.firestore.runTransaction((transaction) => add(transaction, index), { maxAttempts: ATTEMPTS }),
    ),
  );
  const after = (await games.firestore.getAll(...documents)).map((each) => Number(each.get('x')));
  for (const document of documents) await document.delete();
  if (!is_crosswise) return after;
  const isSerial = ordersOf(rivals).some((order) => String(inOrder(order)) === String(after));
  return isSerial ? 'as in some order' : `as in no order: ${after}`;
}

/** What the documents hold if the transactions run one after the other. */
function inOrder(order: readonly number[]): readonly number[] {
  const counts = order.map(() => 0);
  for (const index of order) {
    const next = (index + 1) % order.length;
    counts[next] = (counts[index] ?? 0) + (counts[next] ?? 0) + 1;
  }
  return counts;
}

function ordersOf(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  const last = count - 1;
  return ordersOf(last).flatMap((order) =>
    Array.from({ length: count }, (_, place) => [...order.slice(0, place), last, ...order.slice(place)]),
  );
}
