import { FieldValue, Timestamp } from '@google-cloud/firestore';
import { describe, expect, test } from 'vitest';
import { type FirestoreBackend, worldOfEachTest } from '../../world.ts';

/** States what a write makes of a field by the value that stands there. */
export function describeTransforms(backend: () => FirestoreBackend): void {
  describe('field transforms', () => {
    const world = worldOfEachTest(backend);
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
