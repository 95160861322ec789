import { FieldPath, GeoPoint, Timestamp } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { departs, type FirestoreBackend, worldOfEachTest } from '../../world.ts';
import { idsOf, store } from './collection.ts';

/** States in which order a query answers, and where a cursor cuts it. */
export function describeOrder(backend: () => FirestoreBackend): void {
  describe('order and cursors', () => {
    const world = worldOfEachTest(backend);
    test('values of all types have one order, and its reverse', async () => {
      const { db } = world();
      const ordered = [
        ['null', null],
        ['false', false],
        ['true', true],
        ['nan', Number.NaN],
        ['minus_infinity', Number.NEGATIVE_INFINITY],
        ['minus_one', -1],
        ['zero', 0],
        ['half', 0.5],
        ['one', 1],
        ['infinity', Number.POSITIVE_INFINITY],
        ['time', new Timestamp(5, 0)],
        ['text_empty', ''],
        ['text_a', 'a'],
        ['text_last_of_the_basic_plane', '\uffff'],
        ['text_beyond_it', '\u{10000}'],
        ['bytes', Buffer.from('a')],
        ['reference_numeric', db.doc('a/__id10__')],
        ['reference', db.doc('a/b')],
        ['reference_below', db.doc('a/b/c/d')],
        ['place', new GeoPoint(1, 2)],
        ['list_empty', []],
        ['list_1', [1]],
        ['list_1_2', [1, 2]],
        ['list_2', [2]],
        ['map_empty', {}],
        ['map_a1', { a: 1 }],
        ['map_a1_b1', { a: 1, b: 1 }],
        ['map_a2', { a: 2 }],
        ['map_b0', { b: 0 }],
      ] as const;
      await store(world(), Object.fromEntries(ordered));
      const expected = ordered.map(([id]) => id);
      const collection = db.collection('c');
      expect(await idsOf(collection.orderBy('v'))).toEqual(expected);
      expect(await idsOf(collection.orderBy('v', 'desc'))).toEqual([...expected].reverse());
    });

    test('equal values are ordered by name, in the direction of the last order', async () => {
      await store(world(), { a: 1, b: 1, c: 0 });
      const collection = world().db.collection('c');
      expect(await idsOf(collection.orderBy('v'))).toEqual(['c', 'a', 'b']);
      expect(await idsOf(collection.orderBy('v', 'desc'))).toEqual(['b', 'a', 'c']);
      expect(await idsOf(collection)).toEqual(['a', 'b', 'c']);
    });

    test('ordering by a field leaves out documents without it', async () => {
      await store(world(), { a: 1 });
      await world().db.doc('c/b').set({});
      expect(await idsOf(world().db.collection('c').orderBy('v'))).toEqual(['a']);
    });

    test('documents can be ordered by name, descending', async () => {
      await store(world(), { a: 1, b: 1 });
      const query = world().db.collection('c').orderBy(FieldPath.documentId(), 'desc');
      if (departs(backend(), 'name-descending')) {
        await expect(query.get()).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
      } else expect(await idsOf(query)).toEqual(['b', 'a']);
    });

    test('cursors of values and of documents cut the order, before or after what they name', async () => {
      await store(world(), { a: 1, b: 2, c: 2, d: 3 });
      const query = world().db.collection('c').orderBy('v');
      expect(await idsOf(query.startAt(2))).toEqual(['b', 'c', 'd']);
      expect(await idsOf(query.startAfter(2))).toEqual(['d']);
      expect(await idsOf(query.endBefore(2))).toEqual(['a']);
      expect(await idsOf(query.endAt(2))).toEqual(['a', 'b', 'c']);
      const after = await world().db.doc('c/b').get();
      expect(await idsOf(query.startAfter(after).endAt(3))).toEqual(['c', 'd']);
      const descending = world().db.collection('c').orderBy('v', 'desc');
      expect(await idsOf(descending.startAt(2))).toEqual(['c', 'b', 'a']);
    });

    test('limit, offset and limitToLast take a part of the order', async () => {
      await store(world(), { a: 1, b: 2, c: 3, d: 4 });
      const query = world().db.collection('c').orderBy('v');
      expect(await idsOf(query.limit(2))).toEqual(['a', 'b']);
      expect(await idsOf(query.offset(1).limit(2))).toEqual(['b', 'c']);
      expect(await idsOf(query.limitToLast(2))).toEqual(['c', 'd']);
      expect(await idsOf(query.endBefore(4).limitToLast(2))).toEqual(['b', 'c']);
    });

    test.each<[string, object]>([
      ['a cursor with more values than orders', { startAt: { values: [{ integerValue: '1' }] } }],
      ['a negative limit', { limit: { value: -1 } }],
      ['a negative offset', { offset: -1 }],
      ['an order named twice', { orderBy: [{ field: { fieldPath: 'v' } }, { field: { fieldPath: 'v' } }] }],
      ['a broken field path', { orderBy: [{ field: { fieldPath: 'v..w' } }] }],
      ['two collections', { from: [{ collectionId: 'c' }, { collectionId: 'd' }] }],
    ])('%s is INVALID_ARGUMENT', async (_, part) => {
      const query = world().query({ from: [{ collectionId: 'c' }], ...part });
      await expect(query).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });
  });
}
