import { FieldValue, GeoPoint, Timestamp } from '@google-cloud/firestore';
import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { type FirestoreBackend, worldOfEachTest } from '../../world.ts';

const NESTED_LEVELS_MAX = 20;

/** States what values are stored and how they come back. */
export function describeValues(backend: () => FirestoreBackend): void {
  describe('values', () => {
    const world = worldOfEachTest(backend);
    test('every type comes back as it was written', async () => {
      const document = world().db.doc('c/1');
      const written = {
        nothing: null,
        yes: true,
        no: false,
        integer: -7,
        double: 1.5,
        nan: Number.NaN,
        negative_zero: -0,
        infinity: Number.POSITIVE_INFINITY,
        negative_infinity: Number.NEGATIVE_INFINITY,
        text: 'Jokić 🏀',
        empty: '',
        bytes: Buffer.from([0, 255]),
        reference: world().db.doc('a/b/c/d'),
        place: new GeoPoint(-90, 180),
        list: [1, 'a', { deep: [null] }],
        empty_list: [],
        map: { a: { b: {} } },
        vector: FieldValue.vector([1, 2.5]),
        before_1970: new Timestamp(-1, 999_999_000),
      };
      await document.set(written);
      const read = (await document.get()).data() ?? {};
      expect(read).toEqual(written);
      expect(Object.is(read['negative_zero'], -0)).toBe(true);
    });

    test('64-bit integers are exact', async () => {
      const fields = { a: { integerValue: '9223372036854775807' }, b: { integerValue: '-9007199254740993' } };
      await world().commit([{ update: { name: world().name('c/1'), fields } }]);
      const [document] = await world().raw.getDocument({ name: world().name('c/1') }, world().once);
      expect(document.fields).toMatchObject(fields);
    });

    test('timestamps are cut to microseconds', async () => {
      await world()
        .db.doc('c/1')
        .set({ at: new Timestamp(5, 123_456_789) });
      expect((await world().db.doc('c/1').get()).get('at')).toEqual(new Timestamp(5, 123_456_000));
    });

    test('field names may hold dots, backticks and anything but the reserved form', async () => {
      const fields = { 'a.b': 1, 'tick`\\': 2, '3x': 3, é: 4, ' ': 5 };
      await world().db.doc('c/1').set(fields, { merge: true });
      expect((await world().db.doc('c/1').get()).data()).toEqual(fields);
    });

    test.each([
      ['an array in an array', { arrayValue: { values: [{ arrayValue: { values: [] } }] } }],
      ['a latitude beyond 90', { geoPointValue: { latitude: 91, longitude: 0 } }],
      ['a year beyond 9999', { timestampValue: { seconds: '253402300800' } }],
      ['a reference to a collection', { referenceValue: 'projects/p/databases/(default)/documents/c' }],
      ['a reserved field name', { mapValue: { fields: { __x__: { nullValue: 'NULL_VALUE' as const } } } }],
      ['an empty field name', { mapValue: { fields: { '': { nullValue: 'NULL_VALUE' as const } } } }],
      ['a value without a type', {}],
      ['text beyond 1 MiB', { stringValue: 'x'.repeat(1_048_577) }],
    ])('%s is INVALID_ARGUMENT', async (_, value) => {
      const write = { update: { name: world().name('c/1'), fields: { a: value } } };
      await expect(world().commit([write])).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });

    test('a vector stands in a field or in a map, and not directly in an array', async () => {
      const document = world().db.doc('c/vectors');
      await document.set({ list: [{ of: FieldValue.vector([1, 2]) }] });
      const bare = document.set({ list: [FieldValue.vector([1, 2])] });
      await expect(bare).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    });

    test('maps nest twenty levels deep and no deeper', async () => {
      const nested = (levels: number): object =>
        levels === 0 ? { integerValue: '1' } : { mapValue: { fields: { a: nested(levels - 1) } } };
      const write = (levels: number) => [
        { update: { name: world().name('c/1'), fields: { a: nested(levels) } } },
      ];
      await world().commit(write(NESTED_LEVELS_MAX));
      await expect(world().commit(write(NESTED_LEVELS_MAX + 1))).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
    });

    test.each(['c', 'c/.', 'c/..', 'c/__reserved__', `c/${'x'.repeat(1501)}`, 'c//d'])(
      'the document name %s is INVALID_ARGUMENT',
      async (path) => {
        const write = { update: { name: world().name(path) } };
        await expect(world().commit([write])).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
      },
    );
  });
}
