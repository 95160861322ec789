import { FieldPath, FieldValue } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { departs, type FirestoreBackend, worldOfEachTest } from '../../world.ts';

/** States what writes of single documents and batches do, and when a precondition refuses them. */
export function describeWriting(backend: () => FirestoreBackend): void {
  describeWrites(backend);
  describePreconditions(backend);
}

function describeWrites(backend: () => FirestoreBackend): void {
  describe('writes', () => {
    const world = worldOfEachTest(backend);
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

function describePreconditions(backend: () => FirestoreBackend): void {
  describe('preconditions', () => {
    const world = worldOfEachTest(backend);
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

    test('the time of its deletion is no update time of a document that is gone', async () => {
      const document = world().db.doc('c/1');
      await document.set({ n: 1 });
      const { writeTime } = await document.delete();
      const again = document.delete({ lastUpdateTime: writeTime });
      if (departs(backend(), 'update-time-of-deleted')) await again;
      else await expect(again).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
    });
  });
}
