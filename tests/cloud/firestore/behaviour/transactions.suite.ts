import { FieldValue, type Firestore } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { departs, type FirestoreBackend, worldOfEachTest } from '../world.ts';

/** States that transactions are isolated, and how they end. */
export function describeTransactions(backend: () => FirestoreBackend): void {
  describeIsolation(backend);
  describeRaces(backend);
  describeConflicts(backend);
  describeLifeCycle(backend);
}

const ABORTED = { code: status.ABORTED };
const INVALID_ARGUMENT = { code: status.INVALID_ARGUMENT };

function describeIsolation(backend: () => FirestoreBackend): void {
  describe('isolation', () => {
    const world = worldOfEachTest(backend);
    test('50 concurrent increments in transactions lose no update', { timeout: 120_000 }, async () => {
      const { db } = world();
      const counter = db.doc('c/counter');
      await counter.set({ n: 0 });
      const increment = () =>
        db.runTransaction(
          async (transaction) => {
            const n: number = (await transaction.get(counter)).get('n');
            transaction.update(counter, { n: n + 1 });
          },
          { maxAttempts: 50 },
        );
      await Promise.all(Array.from({ length: 50 }, increment));
      expect((await counter.get()).data()).toEqual({ n: 50 });
    });

    test('write skew is impossible: of two on call, at least one stays', async () => {
      const { db } = world();
      await db.doc('on_call/a').set({ on: true });
      await db.doc('on_call/b').set({ on: true });
      const leave = (id: string) =>
        db.runTransaction(async (transaction) => {
          const both = await transaction.getAll(db.doc('on_call/a'), db.doc('on_call/b'));
          const on = both.filter((each) => each.get('on') === true).length;
          if (on === 2) transaction.update(db.doc(`on_call/${id}`), { on: false });
        });
      await Promise.allSettled([leave('a'), leave('b')]);
      expect((await db.collection('on_call').where('on', '==', true).get()).size).toBeGreaterThanOrEqual(1);
    });

    test('phantoms are impossible: a query for none guards what is created after it', async () => {
      const { db } = world();
      const book = (id: string) =>
        db.runTransaction(async (transaction) => {
          const taken = await transaction.get(db.collection('seats').where('row', '==', 1));
          if (taken.empty) transaction.create(db.doc(`seats/${id}`), { row: 1 });
        });
      await Promise.allSettled(['a', 'b', 'c'].map(book));
      expect((await db.collection('seats').get()).size).toBe(1);
    });

    test('a count inside a transaction guards against what is added after it', async () => {
      const { db } = world();
      const join = (id: string) =>
        db.runTransaction(async (transaction) => {
          const count = (await transaction.get(db.collection('team').count())).data().count;
          transaction.create(db.doc(`team/${id}`), { number: count });
        });
      await Promise.allSettled(['a', 'b', 'c'].map(join));
      const numbers = (await db.collection('team').orderBy('number').get()).docs.map((each) =>
        each.get('number'),
      );
      expect(numbers).toEqual(numbers.map((_, index) => index));
    });

    test('what a transaction writes is invisible until it commits, and then visible at once', async () => {
      const { db } = world();
      const seen = await db.runTransaction(async (transaction) => {
        transaction.set(db.doc('c/1'), { a: 1 }).set(db.doc('c/2'), { a: 1 });
        return (await db.collection('c').get()).size;
      });
      expect(seen).toBe(0);
      expect((await db.collection('c').get()).size).toBe(2);
    });

    test('a read-only transaction sees one moment, whatever is written meanwhile', async () => {
      const { db } = world();
      await db.doc('c/1').set({ n: 1 });
      const views = await db.runTransaction(
        async (transaction) => {
          const first = (await transaction.get(db.doc('c/1'))).get('n');
          await db.batch().set(db.doc('c/1'), { n: 2 }).set(db.doc('c/2'), { n: 2 }).commit();
          const second = (await transaction.get(db.doc('c/1'))).get('n');
          const queried = await transaction.get(db.collection('c'));
          return [first, second, queried.docs.map((each) => each.get('n'))];
        },
        { readOnly: true },
      );
      expect(views).toEqual([1, 1, [1]]);
    });
  });
}

function describeRaces(backend: () => FirestoreBackend): void {
  describe('races', () => {
    const world = worldOfEachTest(backend);
    /** Runs the same attempt from several clients at once, as several instances would. */
    const race = async (rivals: number, attempt: (db: Firestore, rival: number) => Promise<unknown>) =>
      Promise.allSettled(Array.from({ length: rivals }, (_, rival) => attempt(world().another(), rival)));
    const winners = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
      outcomes.filter(({ status: settled }) => settled === 'fulfilled').length;
    const codes = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
      new Set(outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : [])));

    test('create-if-absent has one winner, and everybody else hears ALREADY_EXISTS', async () => {
      const outcomes = await race(10, (db, rival) => db.doc('c/claim').create({ rival }));
      expect(winners(outcomes)).toBe(1);
      expect([...codes(outcomes)]).toEqual([status.ALREADY_EXISTS]);
      const winner = outcomes.findIndex(({ status: settled }) => settled === 'fulfilled');
      expect((await world().db.doc('c/claim').get()).get('rival')).toBe(winner);
    });

    test('compare-and-set by update time has one winner, and everybody else hears FAILED_PRECONDITION', async () => {
      const { writeTime } = await world().db.doc('c/1').set({ n: 0 });
      const outcomes = await race(10, (db, rival) =>
        db.doc('c/1').update({ n: rival + 1 }, { lastUpdateTime: writeTime }),
      );
      expect(winners(outcomes)).toBe(1);
      expect([...codes(outcomes)]).toEqual([status.FAILED_PRECONDITION]);
    });

    test('claims through get and create in transactions have one winner', { timeout: 60_000 }, async () => {
      const outcomes = await race(5, (db, rival) =>
        db.runTransaction(async (transaction) => {
          const claim = await transaction.get(db.doc('c/claim'));
          if (claim.exists) return claim.get('rival');
          transaction.create(claim.ref, { rival });
          return rival;
        }),
      );
      const claimed = (await world().db.doc('c/claim').get()).get('rival');
      for (const each of outcomes) if (each.status === 'fulfilled') expect(each.value).toBe(claimed);
    });

    test('writers that each merge a field of their own lose nothing', async () => {
      await race(10, (db, rival) =>
        db.doc('c/1').set({ [`rival_${rival}`]: true, n: FieldValue.increment(1) }, { merge: true }),
      );
      const merged = (await world().db.doc('c/1').get()).data() ?? {};
      expect(merged['n']).toBe(10);
      expect(Object.keys(merged)).toHaveLength(11);
    });
  });
}

function describeConflicts(backend: () => FirestoreBackend): void {
  describe('conflicts', () => {
    const world = worldOfEachTest(backend);
    const writeOf = (path: string, n: number) => ({
      update: { name: world().name(path), fields: { n: { integerValue: String(n) } } },
    });

    test('of two transactions that read and write one document, the one that commits too late is ABORTED', async () => {
      const w = world();
      await w.commit([writeOf('c/1', 0)]);
      const tokens = [await w.begin(), await w.begin()];
      for (const token of tokens) await w.read('c/1', token);
      const outcomes = await Promise.allSettled(
        tokens.map((token, index) => w.commit([writeOf('c/1', index + 1)], token)),
      );
      const failed = outcomes.filter((each) => each.status === 'rejected');
      for (const each of failed) expect(each.reason).toMatchObject(ABORTED);
      if (departs(backend(), 'rivals-both-abort')) expect([1, 2]).toContain(failed.length);
      else expect(failed).toHaveLength(1);
      const winner = outcomes.findIndex((each) => each.status === 'fulfilled');
      expect((await w.db.doc('c/1').get()).get('n')).toBe(winner + 1);
    });

    test.each([
      ['a document', 'c/1'],
      ['a missing document', 'c/missing'],
    ])('a plain write to %s that a transaction has read never lets both hold', async (_, path) => {
      const w = world();
      await w.commit([writeOf('c/1', 0)]);
      const token = await w.begin();
      await w.read(path, token);
      const plain = w.commit([writeOf(path, 1)]);
      if (departs(backend(), 'write-against-reader')) {
        await expect(plain).rejects.toMatchObject(ABORTED);
        await w.commit([writeOf('c/other', 2)], token);
      } else {
        await plain;
        await expect(w.commit([writeOf('c/other', 2)], token)).rejects.toMatchObject(ABORTED);
        expect((await w.db.doc('c/other').get()).exists).toBe(false);
      }
    });

    test('a write into what a transaction has queried never lets both hold', async () => {
      const w = world();
      const token = await w.begin();
      const equal = {
        fieldFilter: { field: { fieldPath: 'n' }, op: 'EQUAL' as const, value: { integerValue: '1' } },
      };
      await w.query({ from: [{ collectionId: 'c' }], where: equal }, { transaction: token });
      const plain = w.commit([writeOf('c/1', 1)]);
      const rest = { ...writeOf('c/other', 2) };
      if (departs(backend(), 'write-against-reader')) {
        await expect(plain).rejects.toMatchObject(ABORTED);
        await w.commit([rest], token);
      } else {
        await plain;
        await expect(w.commit([rest], token)).rejects.toMatchObject(ABORTED);
      }
    });

    test('a transaction that only wrote conflicts with nobody', async () => {
      const w = world();
      const token = await w.begin();
      await w.commit([writeOf('c/1', 1)]);
      await w.commit([writeOf('c/1', 2)], token);
      expect((await w.db.doc('c/1').get()).get('n')).toBe(2);
    });
  });
}

function describeLifeCycle(backend: () => FirestoreBackend): void {
  describe('the life of a transaction', () => {
    const world = worldOfEachTest(backend);
    const write = () => [{ update: { name: world().name('c/1') } }];

    test('a rolled back transaction leaves nothing, cannot commit, and may be rolled back again', async () => {
      const w = world();
      const transaction = await w.begin();
      await w.raw.rollback({ database: w.database, transaction }, w.once);
      await w.raw.rollback({ database: w.database, transaction }, w.once);
      await expect(w.commit(write(), transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
      expect((await w.db.doc('c/1').get()).exists).toBe(false);
    });

    test('a transaction commits once', async () => {
      const w = world();
      const transaction = await w.begin();
      await w.commit(write(), transaction);
      await expect(w.commit(write(), transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
      await expect(w.read('c/1', transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('a token that no transaction had is INVALID_ARGUMENT everywhere', async () => {
      const w = world();
      const transaction = Buffer.from('nonsense');
      await expect(w.commit([], transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
      await expect(w.read('c/1', transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
      await expect(w.raw.rollback({ database: w.database, transaction }, w.once)).rejects.toMatchObject(
        INVALID_ARGUMENT,
      );
      const readWrite = { retryTransaction: transaction };
      await expect(w.begin({ readWrite })).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('a failed precondition ends the transaction and writes nothing', async () => {
      const { db } = world();
      const failing = db.runTransaction(async (transaction) => {
        await transaction.get(db.doc('c/1'));
        transaction.set(db.doc('c/1'), { a: 1 });
        transaction.update(db.doc('c/missing'), { a: 1 });
      });
      await expect(failing).rejects.toMatchObject({ code: status.NOT_FOUND });
      expect((await db.doc('c/1').get()).exists).toBe(false);
    });

    test('an error in the callback rolls back and is handed on', async () => {
      const { db } = world();
      const failing = db.runTransaction(async (transaction) => {
        await transaction.get(db.doc('c/1'));
        transaction.set(db.doc('c/1'), { a: 1 });
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect((await db.doc('c/1').get()).exists).toBe(false);
      await db.doc('c/1').set({ free: true });
    });

    test('a read-only transaction must not write', async () => {
      const w = world();
      const transaction = await w.begin({ readOnly: {} });
      await expect(w.commit(write(), transaction)).rejects.toMatchObject(INVALID_ARGUMENT);
    });

    test('the read that begins a transaction tells its token first', async () => {
      const w = world();
      const options = { newTransaction: { readWrite: {} } };
      const [first, second] = await w.query({ from: [{ collectionId: 'c' }] }, options);
      expect(first?.transaction?.length).toBeGreaterThan(0);
      expect(second?.readTime).toBeTruthy();
      await w.commit(write(), first?.transaction as Uint8Array);
    });
  });
}
