import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { createWorld, departs, type FirestoreBackend, worldOfEachTest } from '../../world.ts';

/** States what reads of documents and collections answer. */
export function describeReads(backend: () => FirestoreBackend): void {
  describe('reads', () => {
    const world = worldOfEachTest(backend);
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
