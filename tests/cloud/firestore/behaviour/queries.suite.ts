import { AggregateField, FieldPath, Filter, GeoPoint, type Query, Timestamp } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, createWorld, departs, type FirestoreBackend, type World } from '../world.ts';

/** States what queries, cursors and aggregations answer. */
export function describeQueries(backend: () => FirestoreBackend): void {
  let world: World;
  beforeEach(() => {
    world = createWorld(backend());
  });
  afterEach(() => world.close());

  describeFilters(() => world);
  describeOrder(backend, () => world);
  describeScope(() => world);
  describeAggregation(backend, () => world);
}

/** Writes one document per entry into the collection `c`, each with its value in the field `v`. */
async function store(world: World, values: Readonly<Record<string, unknown>>): Promise<void> {
  const batch = world.db.batch();
  for (const [id, v] of Object.entries(values)) batch.set(world.db.doc(`c/${id}`), { v });
  await batch.commit();
}

async function idsOf(query: Query): Promise<readonly string[]> {
  return (await query.get()).docs.map(({ id }) => id);
}

function describeFilters(world: () => World): void {
  describe('filters', () => {
    const VALUES = {
      null: null,
      nan: Number.NaN,
      one: 1,
      two: 2,
      half: 0.5,
      text: 'a',
      list: [1, 'x'],
      map: { a: 1 },
      yes: true,
    };
    const where = (op: FirebaseFirestore.WhereFilterOp, operand: unknown) =>
      idsOf(world().db.collection('c').where('v', op, operand));

    beforeEach(async () => {
      await store(world(), VALUES);
      await world().db.doc('c/unset').set({ other: 1 });
    });

    test('equality finds equal values, of whichever numeric type, and null and NaN by name', async () => {
      expect(await where('==', 1)).toEqual(['one']);
      expect(await where('==', { a: 1 })).toEqual(['map']);
      expect(await where('==', [1, 'x'])).toEqual(['list']);
      expect(await where('==', null)).toEqual(['null']);
      expect(await where('==', Number.NaN)).toEqual(['nan']);
    });

    test('a range holds only values of its own type, and never NaN', async () => {
      expect(await where('<', 2)).toEqual(['half', 'one']);
      expect(await where('>=', 1)).toEqual(['one', 'two']);
      expect(await where('>', '')).toEqual(['text']);
      expect(await where('<=', true)).toEqual(['yes']);
    });

    test('inequality leaves out null and documents without the field', async () => {
      expect(await where('!=', 1)).toEqual(['yes', 'nan', 'half', 'two', 'text', 'list', 'map']);
      expect(await where('!=', null)).toEqual(['yes', 'nan', 'half', 'one', 'two', 'text', 'list', 'map']);
      expect(await where('!=', Number.NaN)).toEqual(['yes', 'half', 'one', 'two', 'text', 'list', 'map']);
    });

    test('in and not-in compare with each value; null and NaN among them find nothing', async () => {
      expect(await where('in', [2, 'a', null, Number.NaN])).toEqual(['text', 'two']);
      expect(await where('in', [[1, 'x']])).toEqual(['list']);
      expect(await where('not-in', [1, 2, 0.5, 'a'])).toEqual(['yes', 'nan', 'list', 'map']);
      expect(await where('not-in', [1, null])).toEqual([]);
    });

    test('array-contains and array-contains-any look into arrays only', async () => {
      expect(await where('array-contains', 1)).toEqual(['list']);
      expect(await where('array-contains', 'a')).toEqual([]);
      expect(await where('array-contains-any', ['a', 'x'])).toEqual(['list']);
    });

    test('conditions combine with and, and with or at any depth', async () => {
      const collection = world().db.collection('c');
      expect(await idsOf(collection.where('v', '>', 0.5).where('v', '<', 2))).toEqual(['one']);
      const either = Filter.or(
        Filter.where('v', '==', 'a'),
        Filter.and(Filter.where('v', '==', 1), Filter.where('v', 'in', [1, 2])),
      );
      expect(await idsOf(collection.where(either))).toEqual(['one', 'text']);
    });

    test('an inequality below an or leaves out documents without its field', async () => {
      const either = Filter.or(Filter.where('v', '>', 1), Filter.where('other', '==', 1));
      expect(await idsOf(world().db.collection('c').where(either))).toEqual(['two']);
    });

    test('nested and quoted field paths are filtered on', async () => {
      await world()
        .db.doc('d/1')
        .set({ a: { b: 1 }, 'x.y': 2 });
      const collection = world().db.collection('d');
      expect(await idsOf(collection.where('a.b', '==', 1))).toEqual(['1']);
      expect(await idsOf(collection.where(new FieldPath('x.y'), '==', 2))).toEqual(['1']);
      expect(await idsOf(collection.where('x.y', '==', 2))).toEqual([]);
    });

    test.each<[string, ReturnType<typeof compare>]>([
      ['two negative filters', both('AND', compare('v', 'NOT_EQUAL', 1), compare('w', 'NOT_EQUAL', 2))],
      ['not-in beside or', both('OR', compare('v', 'NOT_IN', [1]), compare('v', 'EQUAL', 1))],
      ['not-in beside in', both('AND', compare('v', 'NOT_IN', [1]), compare('v', 'IN', [1]))],
      ['not-in with eleven values', compare('v', 'NOT_IN', [...Array(11).keys()])],
      ['in with 31 values', compare('v', 'IN', [...Array(31).keys()])],
      ['in with no value', compare('v', 'IN', [])],
      [
        'two array filters in one conjunction',
        both('AND', compare('v', 'ARRAY_CONTAINS', 1), compare('v', 'ARRAY_CONTAINS_ANY', [2])),
      ],
      [
        'more than thirty disjunctions',
        both('AND', compare('v', 'IN', [1, 2, 3, 4, 5, 6]), compare('w', 'IN', [1, 2, 3, 4, 5, 6])),
      ],
    ])('%s are INVALID_ARGUMENT', async (_, where) => {
      const query = world().query({ from: [{ collectionId: 'c' }], where });
      await expect(query).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });
  });
}

type WireFilter = NonNullable<Parameters<World['query']>[0]['where']>;
type Operator = NonNullable<NonNullable<WireFilter['fieldFilter']>['op']>;

function compare(fieldPath: string, op: Operator, operand: number | readonly number[]): WireFilter {
  const integer = (value: number) => ({ integerValue: String(value) });
  const value =
    typeof operand === 'number' ? integer(operand) : { arrayValue: { values: operand.map(integer) } };
  return { fieldFilter: { field: { fieldPath }, op, value } };
}

function both(op: 'AND' | 'OR', ...filters: WireFilter[]): WireFilter {
  return { compositeFilter: { op, filters } };
}

function describeOrder(backend: () => FirestoreBackend, world: () => World): void {
  describe('order and cursors', () => {
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

function describeScope(world: () => World): void {
  describe('what a query looks at', () => {
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

function describeAggregation(backend: () => FirestoreBackend, world: () => World): void {
  describe('aggregations', () => {
    test('count counts the documents of the query, within its limit', async () => {
      await store(world(), { a: 1, b: 2, c: 3 });
      const query = world().db.collection('c').where('v', '>', 1);
      expect((await query.count().get()).data()).toEqual({ count: 2 });
      expect((await query.limit(1).count().get()).data()).toEqual({ count: 1 });
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
