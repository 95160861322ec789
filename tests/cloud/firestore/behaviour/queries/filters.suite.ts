import { FieldPath, FieldValue, Filter } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { type FirestoreBackend, type World, worldOfEachTest } from '../../world.ts';
import { idsOf, store } from './collection.ts';

/** States which documents a filter finds. */
export function describeFilters(backend: () => FirestoreBackend): void {
  describe('filters', () => {
    const world = worldOfEachTest(backend);
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

    test('a name that is equal to something stands beside no inequality of another field', async () => {
      const collection = world().db.collection('c');
      const named = collection.where(FieldPath.documentId(), '==', 'number');
      await expect(named.where('v', '<', 2).get()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      await expect(named.where('v', '!=', 2).get()).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      expect(await idsOf(named.where('v', '==', -1))).toEqual([]);
      expect(await idsOf(named.where('v', '<', 2).where(FieldPath.documentId(), '>', 'number'))).toEqual([]);
    });

    test('an array with a vector in it can be compared with, and equals nothing', async () => {
      expect(await where('==', [FieldValue.vector([1])])).toEqual([]);
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
