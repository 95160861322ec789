import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../../../conformance/cloud/firestore/store/document.ts';
import { formatFieldPath } from '../../../../conformance/cloud/firestore/values/field-path.ts';
import type { Fields, Value } from '../../../../conformance/cloud/firestore/values/value.ts';
import { applyWrite, applyWrites } from '../../../../conformance/cloud/firestore/writes/apply.ts';
import { writeFromWire } from '../../../../conformance/cloud/firestore/writes/from-wire.ts';
import { applyTransform } from '../../../../conformance/cloud/firestore/writes/transform.ts';
import type { Write } from '../../../../conformance/cloud/firestore/writes/write.ts';
import { anyValue, integer, storedDocument } from './arbitraries.ts';

const NOW = 1_700_000_000_123_456n;

function update(fields: Fields, extra: Partial<Extract<Write['change'], { kind: 'update' }>> = {}): Write {
  const { name, path, segments } = storedDocument('1', fields);
  const change = { kind: 'update', fields, mask: undefined, transforms: [], ...extra } as const;
  return { name, path, segments, precondition: { kind: 'none' }, change };
}

const anyFields = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c.d', 'é'), anyValue()), { maxLength: 4 })
  .map((entries): Fields => new Map(entries));

describe('a write', () => {
  test('without a mask leaves exactly its own fields, and the second time changes nothing', () => {
    fc.assert(
      fc.property(anyFields, anyFields, (before, fields) => {
        const stored = storedDocument('1', before);
        const first = applyWrite(stored, update(fields), NOW).document;
        expect(first?.fields).toEqual(fields);
        expect(first?.create_micros).toBe(stored.create_micros);
        expect(applyWrite(first, update(fields), NOW + 1n).document).toBe(first);
      }),
    );
  });

  test('with a mask of top-level fields is a merge: what the mask names comes from it, the rest stays', () => {
    const anyMask = fc.subarray(['a', 'b', 'c.d', 'é', 'none']);
    fc.assert(
      fc.property(anyFields, anyFields, anyMask, (before, fields, names) => {
        const mask = names.map((name) => [name]);
        const after = applyWrite(storedDocument('1', before), update(fields, { mask }), NOW).document?.fields;
        for (const name of ['a', 'b', 'c.d', 'é', 'none']) {
          expect(after?.get(name)).toEqual((names.includes(name) ? fields : before).get(name));
        }
      }),
    );
  });

  test('sees what the writes before it in the same commit did', () => {
    const read = (): StoredDocument | undefined => undefined;
    const create: Write = { ...update(new Map()), precondition: { kind: 'exists', exists: false } };
    const remove: Write = { ...update(new Map()), change: { kind: 'delete' } };
    const { changes } = applyWrites(read, [create, remove, create], NOW);
    expect([...changes.values()].map((document) => document?.create_micros)).toEqual([NOW]);
    expect(() => applyWrites(read, [create, create], NOW)).toThrow(/exists already/);
  });

  test('of more than 1 MiB is refused with its size', () => {
    const text: Value = { type: 'string', value: 'x'.repeat(1_048_576) };
    expect(() => applyWrite(undefined, update(new Map([['a', text]])), NOW)).toThrow(/1048576/);
  });

  test('that has a field this server does not know is refused by the name of the field', () => {
    const database = { project: 'demo-p', database: '(default)' };
    expect(() => writeFromWire({ operation: 'verify', verify: 'x' }, database)).toThrow(/Write\.verify/);
  });
});

describe('a transform', () => {
  const at = (fieldPath: string) => ({ path: [fieldPath] });

  test('server time is the commit time cut to milliseconds', () => {
    const { stored } = applyTransform(undefined, { ...at('a'), kind: 'request_time' }, NOW);
    expect(stored).toEqual({ type: 'timestamp', micros: 1_700_000_000_123_000n });
  });

  test('integer increments add exactly and stop at 64 bits', () => {
    const int64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
    fc.assert(
      fc.property(int64, int64, (before, by) => {
        const operand = { type: 'integer', value: by } as const;
        const { stored } = applyTransform(integer(before), { ...at('a'), kind: 'increment', operand }, NOW);
        const sum = before + by;
        const clamped = sum > 2n ** 63n - 1n ? 2n ** 63n - 1n : sum < -(2n ** 63n) ? -(2n ** 63n) : sum;
        expect(stored).toEqual(integer(clamped));
      }),
    );
  });

  test('appending and removing the same elements twice is the same as once', () => {
    const elements = [integer(1), { type: 'double', value: 1 }, { type: 'null' }] as const;
    for (const kind of ['append_missing', 'remove_all'] as const) {
      const transform = { ...at('a'), kind, elements };
      const once = applyTransform({ type: 'array', values: [integer(2)] }, transform, NOW).stored;
      expect(applyTransform(once, transform, NOW).stored).toEqual(once);
    }
  });

  test('the path it changes may be quoted', () => {
    expect(formatFieldPath(['a', 'b.c', '`'])).toBe('a.`b.c`.`\\``');
  });
});
