import { FieldValue, type VectorQueryOptions } from '@google-cloud/firestore';
import { describe, expect, test } from 'vitest';
import { departs, type FirestoreBackend, worldOfEachTest } from '../../world.ts';

/** States what a search for the nearest vectors finds. */
export function describeVectors(backend: () => FirestoreBackend): void {
  describe('vector search', () => {
    const world = worldOfEachTest(backend);

    const store = async (documents: Readonly<Record<string, object>>) => {
      for (const [id, fields] of Object.entries(documents)) await world().db.doc(`plays/${id}`).set(fields);
    };
    const find = async (options: Partial<VectorQueryOptions>, queryVector: number[] = [10, 10]) => {
      const search = { vectorField: 'at', queryVector, limit: 10, distanceMeasure: 'EUCLIDEAN' as const };
      return (
        await world()
          .db.collection('plays')
          .findNearest({ ...search, ...options })
          .get()
      ).docs;
    };
    const idsOf = (documents: readonly { readonly id: string }[]) => documents.map(({ id }) => id);
    const at = (...numbers: number[]) => ({ at: FieldValue.vector(numbers) });

    test.each([
      ['EUCLIDEAN', ['near', 'middle', 'far']],
      ['COSINE', ['far', 'near', 'middle']],
      ['DOT_PRODUCT', ['far', 'near', 'middle']],
    ] as const)('%s gives the order %j', async (distanceMeasure, order) => {
      await store({ far: at(100, 100), middle: at(0, 9), near: at(9, 11) });
      expect(idsOf(await find({ distanceMeasure }))).toEqual(order);
    });

    test('a limit keeps the nearest ones', async () => {
      await store({ a: at(1, 1), b: at(9, 9), c: at(50, 50) });
      expect(idsOf(await find({ limit: 2 }))).toEqual(['b', 'a']);
    });

    test('documents without a vector of the same dimension are left out', async () => {
      const others = {
        none: {},
        list: { at: [10, 10] },
        text: { at: 'x' },
        short: at(10),
        long: at(1, 2, 3),
      };
      await store({ ...others, wanted: at(1, 1) });
      expect(idsOf(await find({}))).toEqual(['wanted']);
    });

    test('a threshold leaves out what is farther, or less alike by the dot product', async () => {
      await store({ a: at(10, 10), b: at(10, 13), c: at(100, 0) });
      expect(idsOf(await find({ distanceThreshold: 3 }))).toEqual(['a', 'b']);
      const product = { distanceMeasure: 'DOT_PRODUCT' as const, distanceThreshold: 230 };
      expect(idsOf(await find(product))).toEqual(['c', 'b']);
    });

    test('the distance is shown in a field of that name, over a stored one', async () => {
      await store({ a: at(10, 13), b: { ...at(10, 10), distance: 'stored' } });
      const documents = await find({ distanceResultField: 'distance' });
      expect(documents.map((document) => document.get('distance'))).toEqual([0, 3]);
    });

    test('filters apply first', async () => {
      await store({ a: { ...at(10, 10), phase: 'one' }, b: { ...at(50, 50), phase: 'two' } });
      const search = world()
        .db.collection('plays')
        .where('phase', '==', 'two')
        .findNearest({
          vectorField: 'at',
          queryVector: [10, 10],
          limit: 1,
          distanceMeasure: 'EUCLIDEAN',
        });
      expect(idsOf((await search.get()).docs)).toEqual(['b']);
    });

    test('a vector inside a map is found by its path', async () => {
      await store({ a: { place: at(10, 10) }, b: { place: at(1, 1) } });
      const found = idsOf(await find({ vectorField: 'place.at' }));
      expect(found).toEqual(departs(backend(), 'nested-vectors') ? [] : ['a', 'b']);
    });
  });
}
