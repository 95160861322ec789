import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareUtf8, compareValues } from '../../../../conformance/cloud/firestore/values/compare.ts';
import {
  fieldAt,
  formatFieldPath,
  parseFieldPath,
  withFieldAt,
  withoutFieldAt,
} from '../../../../conformance/cloud/firestore/values/field-path.ts';
import { identicalFields } from '../../../../conformance/cloud/firestore/values/identical.ts';
import { plainFields } from '../../../../conformance/cloud/firestore/values/plain.ts';
import { rowOf } from '../../../../conformance/cloud/firestore/values/row.ts';
import type { Value } from '../../../../conformance/cloud/firestore/values/value.ts';
import { microsFromWire, microsToWire } from '../../../../conformance/cloud/firestore/wire/timestamps.ts';
import { documentSize } from '../../../../conformance/cloud/firestore/writes/size.ts';
import { anyText, anyValue, integer } from './arbitraries.ts';

const sign = (order: number) => Math.sign(order);

describe('the order of values', () => {
  test('is total: any two values compare, and the other way round the opposite comes out', () => {
    fc.assert(
      fc.property(anyValue(), anyValue(), (a, b) => {
        expect(sign(compareValues(a, b))).toBe(0 - sign(compareValues(b, a)));
        expect(compareValues(a, a)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('is transitive, so that every sorting of the same values agrees', () => {
    fc.assert(
      fc.property(anyValue(), anyValue(), anyValue(), (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort(compareValues);
        if (low === undefined || middle === undefined || high === undefined) return;
        expect(compareValues(low, high)).toBeLessThanOrEqual(0);
        if (compareValues(low, middle) === 0) {
          expect(sign(compareValues(low, high))).toBe(sign(compareValues(middle, high)));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('of text is the order of its UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (a, b) => {
        expect(sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('tells an integer beyond 2^53 from the double next to it', () => {
    const double: Value = { type: 'double', value: 2 ** 53 };
    expect(compareValues(integer(2n ** 53n + 1n), double)).toBeGreaterThan(0);
    expect(compareValues(integer(2n ** 53n), double)).toBe(0);
  });
});

describe('identity of fields', () => {
  test('tells 1 from 1.0 and 0.0 from -0.0, which compare as equal', () => {
    const one = new Map<string, Value>([['n', integer(1)]]);
    const double = new Map<string, Value>([['n', { type: 'double', value: 1 }]]);
    const zero = new Map<string, Value>([['n', { type: 'double', value: 0 }]]);
    const negative = new Map<string, Value>([['n', { type: 'double', value: -0 }]]);
    expect([identicalFields(one, double), identicalFields(zero, negative)]).toEqual([false, false]);
  });

  test('holds of every value with itself, and implies that both compare as equal', () => {
    fc.assert(
      fc.property(anyValue(), anyValue(), (a, b) => {
        expect(identicalFields(new Map([['v', a]]), new Map([['v', a]]))).toBe(true);
        if (identicalFields(new Map([['v', a]]), new Map([['v', b]]))) expect(compareValues(a, b)).toBe(0);
      }),
    );
  });
});

describe('field paths', () => {
  const anyPath = fc.array(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 1, maxLength: 4 });

  test('come back from their written form, whatever the names are', () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        expect(parseFieldPath(formatFieldPath(path))).toEqual(path);
      }),
    );
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '3a', 'a b', '`a', 'a`b`', '``'])('%j is refused', (text) => {
    expect(() => parseFieldPath(text)).toThrow(/field path/);
  });

  test('what is set at a path is found there, and is gone when it is removed', () => {
    fc.assert(
      fc.property(anyPath, anyValue(), (path, value) => {
        const set = withFieldAt(new Map([['other', integer(1)]]), path, value);
        expect(fieldAt(set, path)).toEqual(value);
        expect(fieldAt(withoutFieldAt(set, path), path)).toBeUndefined();
      }),
    );
  });
});

describe('timestamps on the wire', () => {
  test('come back to the microsecond, also before 1970', () => {
    fc.assert(
      fc.property(fc.bigInt(-62_135_596_800_000_000n, 253_402_300_799_999_999n), (micros) => {
        expect(microsFromWire(microsToWire(micros))).toBe(micros);
      }),
    );
  });
});

describe('what a judge reads', () => {
  test('is plain JavaScript', () => {
    const fields = new Map<string, Value>([
      ['small', integer(7)],
      ['large', integer(2n ** 60n)],
      ['at', { type: 'timestamp', micros: 1_500_999n }],
      [
        'list',
        { type: 'array', values: [{ type: 'null' }, { type: 'geo_point', latitude: 1, longitude: 2 }] },
      ],
      ['map', { type: 'map', fields: new Map([['ref', { type: 'reference', name: 'x' }]]) }],
    ]);
    expect(plainFields(fields)).toEqual({
      small: 7,
      large: 2n ** 60n,
      at: new Date(1500),
      list: [null, { latitude: 1, longitude: 2 }],
      map: { ref: 'x' },
    });
  });
});

describe('the size of a document', () => {
  test('follows the documented example: a task in a sub-collection takes 147 bytes', () => {
    const fields = new Map<string, Value>([
      ['type', { type: 'string', value: 'Personal' }],
      ['done', { type: 'boolean', value: false }],
      ['priority', integer(1)],
      ['description', { type: 'string', value: 'Learn Cloud Firestore' }],
    ]);
    expect(documentSize(['users', 'jeff', 'tasks', 'my_task_id'], fields)).toBe(147);
  });
});

describe('the fields of a stored document, which share their names with other documents', () => {
  const anyFields = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', 'c', '__proto__'), anyText()), anyValue()))
    .map((pairs) => new Map(pairs));

  test('are the same map as before, whichever way they are read', () => {
    fc.assert(
      fc.property(anyFields, anyText(), (fields, absent) => {
        const row = rowOf(fields);
        expect(row.size).toBe(fields.size);
        expect([...row]).toEqual([...fields]);
        expect([...row.entries()]).toEqual([...fields.entries()]);
        expect([...row.keys()]).toEqual([...fields.keys()]);
        expect([...row.values()]).toEqual([...fields.values()]);
        expect(new Map(row)).toEqual(fields);
        for (const name of [...fields.keys(), absent]) {
          expect(row.get(name)).toBe(fields.get(name));
          expect(row.has(name)).toBe(fields.has(name));
        }
        const seen: unknown[] = [];
        row.forEach((value, name) => void seen.push([name, value]));
        expect(seen).toEqual([...fields]);
      }),
    );
  });
});
