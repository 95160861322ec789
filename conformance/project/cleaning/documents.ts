import type { DocumentReference, Firestore, Query } from '@google-cloud/firestore';
import type { DateRange } from '../../targets/description.ts';
import { answerOf } from '../connection.ts';
import { namesDayOf, type PathStep, stepsOf } from './patterns.ts';

/** How many documents are deleted at the same time, and how long that may take with all that is below them. */
const TOGETHER = 20;
const DELETING_MS_MAX = 120_000;

/** Finds the documents that belong to reserved dates; a document stands for everything below it. */
export async function findDocuments(
  firestore: Firestore,
  paths: readonly string[],
  ranges: readonly DateRange[],
): Promise<readonly DocumentReference[]> {
  const found = new Map<string, DocumentReference>();
  const looks = paths.map(stepsOf).map((steps) => walk(firestore, steps, ranges));
  for (const documents of await Promise.all(looks)) {
    for (const document of documents) found.set(document.path, document);
  }
  return [...found.values()].filter(
    ({ path }) => ![...found.keys()].some((above) => path.startsWith(`${above}/`)),
  );
}

/** Deletes documents with everything below them. @throws {CloudUnavailableError} when the project refuses it. */
export async function deleteDocuments(
  firestore: Firestore,
  documents: readonly DocumentReference[],
): Promise<void> {
  for (let start = 0; start < documents.length; start += TOGETHER) {
    const some = documents.slice(start, start + TOGETHER);
    const deleting = Promise.all(some.map((document) => firestore.recursiveDelete(document)));
    await answerOf('delete the documents of the reserved dates', deleting, DELETING_MS_MAX);
  }
}

async function walk(
  parent: Firestore | DocumentReference,
  [step, ...rest]: readonly PathStep[],
  ranges: readonly DateRange[],
): Promise<readonly DocumentReference[]> {
  if (step === undefined) return [];
  const collection = parent.collection(step.collection);
  switch (step.documents.kind) {
    case 'dated': {
      const is_reserved = namesDayOf(ranges);
      return (await collection.listDocuments()).filter(({ id }) => is_reserved(id));
    }
    case 'field':
      return (await Promise.all(ranges.map((range) => withField(collection, range)))).flat();
    case 'every': {
      const below = (await collection.listDocuments()).map((document) => walk(document, rest, ranges));
      return (await Promise.all(below)).flat();
    }
    case 'one':
      return walk(collection.doc(step.documents.id), rest, ranges);
  }
}

async function withField(collection: Query, { from, to }: DateRange): Promise<readonly DocumentReference[]> {
  const query = collection.where('game_date', '>=', from).where('game_date', '<=', to);
  return (await query.select('game_date').get()).docs.map(({ ref }) => ref);
}
