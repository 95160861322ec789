import type { DocumentSnapshot, QuerySnapshot } from '@google-cloud/firestore';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, departs, type FirestoreBackend, type World } from '../world.ts';

/** What a listener was told, one entry after the other. */
interface Told<Entry> {
  /** Awaits the next entry that it was not asked for before. */
  next(): Promise<Entry>;
  stop(): void;
}

/** Collects what a listener is told. */
function collect<Entry>(
  subscribe: (next: (entry: Entry) => void, failed: (error: Error) => void) => () => void,
): Told<Entry> {
  const told: Entry[] = [];
  const waiting: { resolve: (entry: Entry) => void; reject: (error: Error) => void }[] = [];
  const stop = subscribe(
    (entry) => {
      const first = waiting.shift();
      if (first === undefined) told.push(entry);
      else first.resolve(entry);
    },
    (error) => {
      for (const { reject } of waiting) reject(error);
    },
  );
  return {
    next() {
      const first = told.shift();
      if (first !== undefined) return Promise.resolve(first);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    stop,
  };
}

/** States what listeners to documents and queries are told. */
export function describeListening(backend: () => FirestoreBackend): void {
  describe('listeners', () => {
    let world: World;
    const opened: Told<unknown>[] = [];
    beforeEach(() => {
      world = createWorld(backend());
    });
    afterEach(async () => {
      for (const { stop } of opened.splice(0)) stop();
      await world.close();
    });

    const remember = <Entry>(told: Told<Entry>) => {
      opened.push(told);
      return told;
    };
    const document = (path: string) =>
      remember(collect<DocumentSnapshot>((next, failed) => world.db.doc(path).onSnapshot(next, failed)));
    const query = (build: (games: FirebaseFirestore.CollectionReference) => FirebaseFirestore.Query) =>
      remember(
        collect<QuerySnapshot>((next, failed) =>
          build(world.db.collection('games')).onSnapshot(next, failed),
        ),
      );
    const changesOf = (snapshot: QuerySnapshot) =>
      snapshot.docChanges().map(({ type, doc }) => `${type} ${doc.id}`);

    test('a document that is missing, created, changed and deleted is told in this order', async () => {
      const told = document('games/a');
      expect((await told.next()).exists).toBe(false);
      await world.db.doc('games/a').set({ points: 1 });
      expect((await told.next()).data()).toEqual({ points: 1 });
      await world.db.doc('games/a').update({ points: 2 });
      expect((await told.next()).data()).toEqual({ points: 2 });
      await world.db.doc('games/a').delete();
      expect((await told.next()).exists).toBe(false);
    });

    test('a query tells what it finds, then what comes, changes and goes', async () => {
      await world.db.doc('games/a').set({ points: 10 });
      await world.db.doc('games/low').set({ points: 1 });
      const told = query((games) => games.where('points', '>=', 10));
      expect(changesOf(await told.next())).toEqual(['added a']);
      await world.db.doc('games/b').set({ points: 20 });
      expect(changesOf(await told.next())).toEqual(['added b']);
      await world.db.doc('games/a').update({ points: 11 });
      expect(changesOf(await told.next())).toEqual(['modified a']);
      await world.db.doc('games/a').update({ points: 2 });
      expect(changesOf(await told.next())).toEqual(['removed a']);
      await world.db.doc('games/b').delete();
      const last = await told.next();
      expect(changesOf(last)).toEqual(['removed b']);
      expect(last.empty).toBe(true);
    });

    test('a query that finds nothing tells that at once', async () => {
      expect((await query((games) => games).next()).empty).toBe(true);
    });

    test('a commit of several documents is told as one change', async () => {
      const told = query((games) => games);
      await told.next();
      const batch = world.db.batch();
      for (const id of ['a', 'b', 'c']) batch.set(world.db.doc(`games/${id}`), { points: 1 });
      await batch.commit();
      expect(changesOf(await told.next())).toEqual(['added a', 'added b', 'added c']);
    });

    test('a limited query lets a document in as another leaves', async () => {
      for (const [id, points] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ] as const) {
        await world.db.doc(`games/${id}`).set({ points });
      }
      const told = query((games) => games.orderBy('points').limit(2));
      expect((await told.next()).docs.map(({ id }) => id)).toEqual(['a', 'b']);
      await world.db.doc('games/a').delete();
      const next = await told.next();
      expect(next.docs.map(({ id }) => id)).toEqual(['b', 'c']);
      expect(changesOf(next).sort()).toEqual(['added c', 'removed a']);
      await world.db.doc('games/first').set({ points: 0 });
      expect((await told.next()).docs.map(({ id }) => id)).toEqual(['first', 'b']);
    });

    test('what a listener does not look at is not told', async () => {
      const told = query((games) => games.where('points', '==', 1));
      await told.next();
      await world.db.doc('games/other').set({ points: 2 });
      await world.db.doc('teams/a').set({ points: 1 });
      await world.db.doc('games/wanted').set({ points: 1 });
      expect(changesOf(await told.next())).toEqual(['added wanted']);
    });

    test('a transaction is told once it commits', async () => {
      await world.db.doc('games/a').set({ points: 1 });
      const told = document('games/a');
      await told.next();
      await world.db.runTransaction(async (transaction) => {
        const before = await transaction.get(world.db.doc('games/a'));
        transaction.update(world.db.doc('games/a'), { points: Number(before.get('points')) + 1 });
      });
      expect((await told.next()).data()).toEqual({ points: 2 });
    });

    test('many listeners hear of one change', async () => {
      const all = Array.from({ length: 40 }, () => document('games/a'));
      await Promise.all(all.map((told) => told.next()));
      await world.db.doc('games/a').set({ points: 1 });
      const heard = await Promise.all(all.map((told) => told.next()));
      expect(heard.every((snapshot) => snapshot.get('points') === 1)).toBe(true);
    });

    test('a stream tells what changed since its resume token, and no more', async () => {
      await world.db.doc('games/a').set({ points: 1 });
      await world.db.doc('games/gone').set({ points: 1 });
      const { raw, once, database, name } = world;
      const structuredQuery = { from: [{ collectionId: 'games' }] };
      const target = { query: { parent: name(''), structuredQuery }, targetId: 1 };
      const openTarget = (resumeToken: Uint8Array | null) => {
        const stream = raw.listen(once);
        stream.write({
          database,
          addTarget: { ...target, ...(resumeToken === null ? {} : { resumeToken }) },
        });
        return stream;
      };
      const first = await untilMoment(openTarget(null));
      expect(first.documents).toEqual([name('games/a'), name('games/gone')]);
      await world.db.doc('games/gone').delete();
      await world.db.doc('games/b').set({ points: 2 });
      const resumed = await untilMoment(openTarget(first.token));
      const again = departs(backend(), 'resumed-listener') ? [name('games/a')] : [];
      expect(resumed).toMatchObject({ documents: [...again, name('games/b')] });
    });
  });
}

interface Moment {
  readonly documents: readonly string[];
  readonly token: Uint8Array;
}

/** Reads a stream until it has told everything up to a moment, and ends it. */
function untilMoment(stream: NodeJS.ReadWriteStream): Promise<Moment> {
  const documents: string[] = [];
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', (response: ListenAnswer) => {
      const { documentChange, targetChange } = response;
      if (documentChange?.targetIds?.length) documents.push(documentChange.document.name);
      const current = targetChange?.targetChangeType === 'NO_CHANGE' && !targetChange.targetIds?.length;
      if (!current || !targetChange.resumeToken?.length) return;
      stream.end();
      resolve({ documents: documents.sort(), token: targetChange.resumeToken });
    });
  });
}

/** As much of a response as the test reads. */
interface ListenAnswer {
  readonly documentChange?: {
    readonly targetIds?: readonly number[];
    readonly document: { readonly name: string };
  };
  readonly targetChange?: {
    readonly targetChangeType: string;
    readonly targetIds?: readonly number[];
    readonly resumeToken?: Uint8Array;
  };
}
