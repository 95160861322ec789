import { AggregateField, FieldPath, Timestamp } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { collect, departs, type FirestoreBackend, type World, worldOfEachTest } from '../../world.ts';
import { idsOf, store } from './collection.ts';

/** States what a query looks at and returns, and what it counts and sums. */
export function describeAnswers(backend: () => FirestoreBackend): void {
  describeScope(backend);
  describeAggregation(backend);
}

function describeScope(backend: () => FirestoreBackend): void {
  describe('what a query looks at', () => {
    const world = worldOfEachTest(backend);
    beforeEach(async () => {
      const paths = ['c/1', 'c/1/c/2', 'd/1/c/3', 'd/1/e/4'];
      await Promise.all(
        paths.map((path) =>
          world()
            .db.doc(path)
            .set({ a: { b: 1, c: 2 }, path }),
        ),
      );
    });

    test('a collection is only itself and a collection group is every collection of that id', async () => {
      expect(await idsOf(world().db.collection('c'))).toEqual(['1']);
      expect(await idsOf(world().db.collection('d/1/c'))).toEqual(['3']);
      const group = await world().db.collectionGroup('c').get();
      expect(group.docs.map(({ ref }) => ref.path)).toEqual(['c/1', 'c/1/c/2', 'd/1/c/3']);
    });

    test('documents are found by their names', async () => {
      const { db } = world();
      await db.doc('c/9').set({});
      const named = db.collection('c').where(FieldPath.documentId(), 'in', ['1', '9', 'none']);
      expect(await idsOf(named)).toEqual(['1', '9']);
      expect(await idsOf(db.collection('c').where(FieldPath.documentId(), '>', '1'))).toEqual(['9']);
    });

    test('select returns only the fields it names, and only the name without any', async () => {
      const collection = world().db.collection('c');
      expect((await collection.select('a.b', 'none').get()).docs[0]?.data()).toEqual({ a: { b: 1 } });
      expect((await collection.select().get()).docs[0]?.data()).toEqual({});
    });

    test('a query without results still says when it read', async () => {
      const snapshot = await world().db.collection('nothing').get();
      expect(snapshot.empty).toBe(true);
      expect(snapshot.readTime).toBeInstanceOf(Timestamp);
    });
  });
}

function describeAggregation(backend: () => FirestoreBackend): void {
  describe('aggregations', () => {
    const world = worldOfEachTest(backend);
    test('count counts the documents of the query, within its limit', async () => {
      await store(world(), { a: 1, b: 2, c: 3 });
      const query = world().db.collection('c').where('v', '>', 1);
      expect((await query.count().get()).data()).toEqual({ count: 2 });
      expect((await query.limit(1).count().get()).data()).toEqual({ count: 1 });
    });

    test('sum and average are not asked of a query with select, and count may be', async () => {
      const query = world().db.collection('c').select('v');
      const sum = query.aggregate({ sum: AggregateField.sum('v') }).get();
      await expect(sum).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      expect((await query.count().get()).data().count).toBeGreaterThanOrEqual(0);
    });

    test('sum and average use numbers only, of documents that have every aggregated field', async () => {
      await store(world(), { a: 1, b: 2.5, c: 'text' });
      await world().db.doc('c/d').set({});
      const query = world()
        .db.collection('c')
        .aggregate({
          sum: AggregateField.sum('v'),
          average: AggregateField.average('v'),
          count: AggregateField.count(),
        });
      expect((await query.get()).data()).toEqual({ sum: 3.5, average: 1.75, count: 3 });
    });

    test('nothing sums to zero and has no average', async () => {
      const query = world()
        .db.collection('c')
        .aggregate({
          sum: AggregateField.sum('v'),
          average: AggregateField.average('v'),
        });
      expect((await query.get()).data()).toEqual({ sum: 0, average: null });
    });

    test('count stops at up_to', async () => {
      await store(world(), { a: 1, b: 2, c: 3 });
      const answer = aggregate(world(), [{ alias: 'some', count: { upTo: { value: '2' } } }, { count: {} }]);
      const aggregateFields = { some: { integerValue: '2' }, field_1: { integerValue: '3' } };
      expect(await answer).toMatchObject([{ result: { aggregateFields } }]);
    });

    test('more than five aggregations are refused', async () => {
      const answer = aggregate(world(), Array(6).fill({ count: {} }));
      const code = departs(backend(), 'too-many-aggregations') ? status.UNKNOWN : status.INVALID_ARGUMENT;
      await expect(answer).rejects.toMatchObject({ code });
    });
  });
}

function aggregate(world: World, aggregations: object[]): Promise<readonly unknown[]> {
  const structuredAggregationQuery = {
    structuredQuery: { from: [{ collectionId: 'c' }] },
    aggregations,
  };
  const request = { parent: world.name(''), structuredAggregationQuery };
  return collect(world.raw.runAggregationQuery(request, world.once));
}
