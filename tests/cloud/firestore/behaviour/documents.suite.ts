import { FieldPath, FieldValue, Timestamp } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, departs, type FirestoreBackend, type World } from '../world.ts';

/** States what reads and writes of single documents and batches do. */
export function describeDocuments(backend: () => FirestoreBackend): void {
  let world: World;
  beforeEach(() => {
    world = createWorld(backend());
  });
  afterEach(() => world.close());

  describeWrites(() => world);
  describeSentinels(() => world);
  describePreconditions(() => world);
  describeReads(backend, () => world);
}

function describeWrites(world: () => World): void {
  describe('writes', () => {
    test('set replaces the whole document and a missing one does not exist', async () => {
      const document = world().db.doc('teams/bos');
      expect((await document.get()).exists).toBe(false);
      await document.set({ name: 'Celtics', wins: 1 });
      await document.set({ name: 'Boston' });
      expect((await document.get()).data()).toEqual({ name: 'Boston' });
    });

    test('merge changes only the fields it names, at any depth', async () => {
      const document = world().db.doc('teams/bos');
      await document.set({ record: { wins: 1, losses: 2 }, city: 'Boston' });
      await document.set({ record: { wins: 5 }, arena: 'TD' }, { merge: true });
      await document.set({ city: 'x', arena: 'Garden' }, { mergeFields: ['arena'] });
      expect((await document.get()).data()).toEqual({
        record: { wins: 5, losses: 2 },
        city: 'Boston',
        arena: 'Garden',
      });
    });

    test('update changes nested fields and deletes, and keeps the creation time', async () => {
      const document = world().db.doc('teams/bos');
      const created = await document.set({ a: { b: 1, c: 2 }, gone: true, 'x.y': 1 });
      await document.update({ 'a.b': 7, gone: FieldValue.delete() });
      await document.update(new FieldPath('x.y'), 2);
      const snapshot = await document.get();
      expect(snapshot.data()).toEqual({ a: { b: 7, c: 2 }, 'x.y': 2 });
      expect(snapshot.createTime).toEqual(created.writeTime);
      expect(snapshot.updateTime?.valueOf()).not.toBe(created.writeTime.valueOf());
    });

    test('an update path through a value that is no map replaces the value', async () => {
      const document = world().db.doc('teams/bos');
      await document.set({ a: 3 });
      await document.update({ 'a.b': 1 });
      expect((await document.get()).data()).toEqual({ a: { b: 1 } });
    });

    test('a write that changes nothing keeps the update time', async () => {
      const document = world().db.doc('teams/bos');
      const { writeTime } = await document.set({ a: 1 });
      await document.set({ a: 1 });
      expect((await document.get()).updateTime).toEqual(writeTime);
    });

    test('a batch is atomic: one write that fails undoes all', async () => {
      const batch = world().db.batch();
      batch.set(world().db.doc('c/1'), { a: 1 });
      batch.update(world().db.doc('c/missing'), { a: 1 });
      await expect(batch.commit()).rejects.toMatchObject({ code: status.NOT_FOUND });
      expect((await world().db.doc('c/1').get()).exists).toBe(false);
    });

    test('the writes of one batch see one another and share their time', async () => {
      const document = world().db.doc('c/1');
      const batch = world().db.batch();
      batch.create(document, { n: 1 }).update(document, { n: FieldValue.increment(2) });
      const times = await batch.commit();
      expect((await document.get()).data()).toEqual({ n: 3 });
      expect(new Set(times.map(({ writeTime }) => writeTime.valueOf())).size).toBe(1);
    });

    test('commit times strictly increase', async () => {
      const times: string[] = [];
      for (let n = 0; n < 5; n++) {
        times.push((await world().db.doc('c/1').set({ n })).writeTime.valueOf());
      }
      expect([...new Set(times)].sort()).toEqual(times);
    });

    test('a bulk writer writes many documents and reports each failure on its own', async () => {
      await world().db.doc('c/5').set({ taken: true });
      const writer = world().db.bulkWriter();
      writer.onWriteError(() => false);
      const results = Array.from({ length: 40 }, (_, n) =>
        writer.create(world().db.doc(`c/${n}`), { n }).then(
          () => 'ok',
          (error: { code: number }) => status[error.code],
        ),
      );
      await writer.close();
      const outcomes = await Promise.all(results);
      expect(outcomes[5]).toBe('ALREADY_EXISTS');
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(39);
    });

    test('deleting recursively removes a document with all that is below it', async () => {
      for (const path of ['a/1', 'a/1/b/2', 'a/1/b/2/c/3', 'a/2']) await world().db.doc(path).set({});
      await world().db.recursiveDelete(world().db.doc('a/1'));
      const left = await Promise.all(
        ['a/1', 'a/1/b/2', 'a/1/b/2/c/3', 'a/2'].map(
          async (path) => (await world().db.doc(path).get()).exists,
        ),
      );
      expect(left).toEqual([false, false, false, true]);
      await world().db.recursiveDelete(world().db.collection('a'));
      expect((await world().db.doc('a/2').get()).exists).toBe(false);
    });
  });
}

function describeSentinels(world: () => World): void {
  describe('field transforms', () => {
    test('a server timestamp is the time of the commit, in milliseconds, the same for every field', async () => {
      const document = world().db.doc('c/1');
      const { writeTime } = await document.set({
        a: FieldValue.serverTimestamp(),
        b: { c: FieldValue.serverTimestamp() },
      });
      const data = (await document.get()).data() ?? {};
      expect(data['a']).toBeInstanceOf(Timestamp);
      expect(data['b']).toEqual({ c: data['a'] });
      expect(Math.abs(data['a'].toMillis() - writeTime.toMillis())).toBeLessThan(1000);
      expect(data['a'].nanoseconds % 1_000_000).toBe(0);
    });

    test('increment adds, starts from nothing and from what is no number, and turns into a double', async () => {
      const document = world().db.doc('c/1');
      await document.set({ int: 1, double: 0.5, text: 'x' });
      await document.update({
        int: FieldValue.increment(2),
        double: FieldValue.increment(1),
        text: FieldValue.increment(4),
        fresh: FieldValue.increment(-1),
      });
      await document.update({ fresh: FieldValue.increment(0.5) });
      expect((await document.get()).data()).toEqual({ int: 3, double: 1.5, text: 4, fresh: -0.5 });
    });

    test('an integer increment stops at the limits of 64 bits', async () => {
      const w = world();
      const integer = (integerValue: string) => ({ integerValue });
      const fields = { top: integer('9223372036854775807'), bottom: integer('-9223372036854775808') };
      await w.commit([{ update: { name: w.name('c/1'), fields } }]);
      const fieldTransforms = [
        { fieldPath: 'top', increment: integer('5') },
        { fieldPath: 'bottom', increment: integer('-5') },
      ];
      const writeResults = await w.commit([{ transform: { document: w.name('c/1'), fieldTransforms } }]);
      expect(writeResults[0]?.transformResults).toMatchObject([fields.top, fields.bottom]);
    });

    test('maximum and minimum keep the stored value when both are equal, and NaN wins', async () => {
      const w = world();
      const integer = { integerValue: '3' };
      const double = { doubleValue: 3 };
      const fields = { same: integer, low: integer, high: integer, nan: integer };
      await w.commit([{ update: { name: w.name('c/1'), fields } }]);
      const fieldTransforms = [
        { fieldPath: 'same', maximum: double },
        { fieldPath: 'low', maximum: { integerValue: '4' } },
        { fieldPath: 'high', minimum: { doubleValue: 2.5 } },
        { fieldPath: 'nan', minimum: { doubleValue: Number.NaN } },
      ];
      const writeResults = await w.commit([{ transform: { document: w.name('c/1'), fieldTransforms } }]);
      expect(writeResults[0]?.transformResults).toMatchObject([
        integer,
        { integerValue: '4' },
        { doubleValue: 2.5 },
        { doubleValue: Number.NaN },
      ]);
    });

    test('array union appends what is missing and array remove takes every equal element away', async () => {
      const document = world().db.doc('c/1');
      await document.set({ list: [1, 'a', 1, null], none: 'text' });
      await document.update({
        list: FieldValue.arrayUnion('a', 'b', 'b', 1),
        none: FieldValue.arrayUnion(2),
      });
      expect((await document.get()).data()).toEqual({ list: [1, 'a', 1, null, 'b'], none: [2] });
      await document.update({ list: FieldValue.arrayRemove(1, null), none: FieldValue.arrayRemove(9) });
      expect((await document.get()).data()).toEqual({ list: ['a', 'b'], none: [2] });
    });

    test('transforms run after the fields of the same write, in order', async () => {
      const w = world();
      const one = { integerValue: '1' };
      await w.commit([
        {
          update: { name: w.name('c/1'), fields: { n: { integerValue: '5' } } },
          updateTransforms: [
            { fieldPath: 'n', increment: one },
            { fieldPath: 'n', increment: one },
          ],
        },
      ]);
      expect((await w.db.doc('c/1').get()).data()).toEqual({ n: 7 });
    });
  });
}

function describePreconditions(world: () => World): void {
  describe('preconditions', () => {
    test('create is ALREADY_EXISTS for a document that exists, and changes nothing', async () => {
      const document = world().db.doc('c/1');
      await document.create({ first: true });
      await expect(document.create({ first: false })).rejects.toMatchObject({ code: status.ALREADY_EXISTS });
      expect((await document.get()).data()).toEqual({ first: true });
    });

    test('update and delete with exists are NOT_FOUND for a missing document; a plain delete is not', async () => {
      const document = world().db.doc('c/1');
      const notFound = { code: status.NOT_FOUND };
      await expect(document.update({ a: 1 })).rejects.toMatchObject(notFound);
      await expect(document.delete({ exists: true })).rejects.toMatchObject(notFound);
      await document.delete();
    });

    test('lastUpdateTime lets a write through only while the document is as it was read', async () => {
      const document = world().db.doc('c/1');
      const { writeTime } = await document.set({ n: 1 });
      const next = await document.update({ n: 2 }, { lastUpdateTime: writeTime });
      const stale = { code: status.FAILED_PRECONDITION };
      await expect(document.update({ n: 3 }, { lastUpdateTime: writeTime })).rejects.toMatchObject(stale);
      await expect(document.delete({ lastUpdateTime: writeTime })).rejects.toMatchObject(stale);
      await document.delete({ lastUpdateTime: next.writeTime });
      await expect(document.delete({ lastUpdateTime: next.writeTime })).rejects.toMatchObject(stale);
    });
  });
}

function describeReads(backend: () => FirestoreBackend, world: () => World): void {
  describe('reads', () => {
    test('getAll answers in the order asked, with missing documents and field masks', async () => {
      const { db } = world();
      await db.doc('c/1').set({ a: { b: 1, c: 2 }, d: 3 });
      const [missing, masked] = await db.getAll(db.doc('c/0'), db.doc('c/1'), { fieldMask: ['a.b', 'none'] });
      expect(missing?.exists).toBe(false);
      expect(masked?.data()).toEqual({ a: { b: 1 } });
    });

    test('listDocuments names also the documents that only have collections below them', async () => {
      const { db } = world();
      await Promise.all(['c/1', 'c/3', 'c/2/sub/x', 'd/1'].map((path) => db.doc(path).set({})));
      const listed = await db.collection('c').listDocuments();
      expect(listed.map(({ path }) => path)).toEqual(['c/1', 'c/2', 'c/3']);
    });

    test('documents are listed in pages, by name', async () => {
      const w = world();
      await Promise.all(['1', '2', '3'].map((id) => w.db.doc(`c/${id}`).set({})));
      const request = { parent: w.name(''), collectionId: 'c', pageSize: 2 };
      const page = { ...w.once, autoPaginate: false };
      const [first, , head] = await w.raw.listDocuments(request, page);
      expect(first.map(({ name }) => name)).toEqual([w.name('c/1'), w.name('c/2')]);
      const pageToken = head.nextPageToken ?? '';
      const [second, , tail] = await w.raw.listDocuments({ ...request, pageToken }, page);
      expect(second.map(({ name }) => name)).toEqual([w.name('c/3')]);
      expect(tail.nextPageToken ?? '').toBe('');
      await expect(w.raw.listDocuments({ ...request, pageToken: 'zz' }, page)).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
    });

    test('a page of listed documents has a bounded size', async () => {
      const w = world();
      const writes = Array.from({ length: 310 }, (_, n) => ({ update: { name: w.name(`c/${n}`) } }));
      await w.commit(writes);
      const request = { parent: w.name(''), collectionId: 'c', pageSize: 1000 };
      const [documents] = await w.raw.listDocuments(request, { ...w.once, autoPaginate: false });
      expect(documents).toHaveLength(departs(backend(), 'list-page-size') ? 150 : 300);
    });

    test('listCollections names the collections of the root and of a document', async () => {
      const { db } = world();
      await Promise.all(['b/1', 'a/1', 'a/1/z/1', 'a/1/y/1/x/1'].map((path) => db.doc(path).set({})));
      expect((await db.listCollections()).map(({ id }) => id)).toEqual(['a', 'b']);
      expect((await db.doc('a/1').listCollections()).map(({ id }) => id)).toEqual(['y', 'z']);
    });

    test('the calls for one document create, update, get and delete it', async () => {
      const w = world();
      const fields = { a: { integerValue: '1' } };
      const target = { parent: w.name(''), collectionId: 'c' };
      const [created] = await w.raw.createDocument(
        { ...target, documentId: '1', document: { fields } },
        w.once,
      );
      expect(created).toMatchObject({ name: w.name('c/1'), fields });
      const [unnamed] = await w.raw.createDocument({ ...target, document: { fields } }, w.once);
      expect(unnamed.name?.split('/').at(-1)).toMatch(/^[A-Za-z0-9]{20}$/);
      const document = { name: w.name('c/1'), fields: { b: { integerValue: '2' } } };
      const mask = { fieldPaths: ['b'] };
      const [updated] = await w.raw.updateDocument({ document, updateMask: mask, mask }, w.once);
      expect(Object.keys(updated.fields ?? {})).toEqual(['b']);
      const [got] = await w.raw.getDocument({ name: document.name }, w.once);
      expect(Object.keys(got.fields ?? {}).sort()).toEqual(['a', 'b']);
      await w.raw.deleteDocument({ name: document.name }, w.once);
      await expect(w.raw.getDocument({ name: document.name }, w.once)).rejects.toMatchObject({
        code: status.NOT_FOUND,
      });
    });

    test('projects and databases share nothing', async () => {
      const elsewhere = createWorld(backend());
      await world().db.doc('c/1').set({ here: true });
      const other = world().another('second');
      expect((await other.doc('c/1').get()).exists).toBe(false);
      expect((await elsewhere.db.doc('c/1').get()).exists).toBe(false);
      await other.doc('c/1').set({ here: false });
      expect((await world().db.doc('c/1').get()).data()).toEqual({ here: true });
      await elsewhere.close();
    });
  });
}
