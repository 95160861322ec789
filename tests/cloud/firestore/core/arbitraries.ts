import * as fc from 'fast-check';
import type { StoredDocument } from '../../../../conformance/cloud/firestore/store/document.ts';
import type { Fields, Value } from '../../../../conformance/cloud/firestore/values/value.ts';

const ROOT = 'projects/demo-p/databases/(default)/documents';

/** Any value that can be stored, often close to another one so that ties and near misses occur. */
export function anyValue(): fc.Arbitrary<Value> {
  const { value } = fc.letrec<{ value: Value; map: Value }>((tie) => ({
    map: fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'é', '\uffff', '\u{10000}'), tie('value')), { maxLength: 3 })
      .map((entries): Value => ({ type: 'map', fields: new Map(entries) })),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      anyScalar(),
      fc
        .array(fc.oneof(anyScalar(), tie('map')), { maxLength: 3 })
        .map((values): Value => ({ type: 'array', values })),
      tie('map'),
      anyVector(),
    ),
  }));
  return value;
}

function anyScalar(): fc.Arbitrary<Value> {
  return fc.oneof(
    fc.constant<Value>({ type: 'null' }),
    fc.boolean().map((value): Value => ({ type: 'boolean', value })),
    fc
      .oneof(
        fc.bigInt(-2n, 2n),
        fc.bigInt(2n ** 53n - 2n, 2n ** 53n + 2n),
        fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      )
      .map((value): Value => ({ type: 'integer', value })),
    fc
      .oneof(fc.double(), fc.constantFrom(0, -0, 1, 0.5, Number.NaN, 2 ** 53, 2 ** 53 + 2))
      .map((value): Value => ({ type: 'double', value })),
    fc.bigInt(-5n, 5_000_000n).map((micros): Value => ({ type: 'timestamp', micros })),
    anyText().map((value): Value => ({ type: 'string', value })),
    fc.uint8Array({ maxLength: 3 }).map((bytes): Value => ({ type: 'bytes', value: Buffer.from(bytes) })),
    fc
      .constantFrom('a/b', 'a/b/c/d', 'a/__id2__', 'a/__id10__', 'b/a')
      .map((path): Value => ({ type: 'reference', name: `${ROOT}/${path}` })),
    fc
      .tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 }))
      .map(([latitude, longitude]): Value => ({ type: 'geo_point', latitude, longitude })),
  );
}

function anyVector(): fc.Arbitrary<Value> {
  return fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }).map((numbers): Value => {
    const values = numbers.map((value): Value => ({ type: 'double', value }));
    const fields = new Map<string, Value>([
      ['__type__', { type: 'string', value: '__vector__' }],
      ['value', { type: 'array', values }],
    ]);
    return { type: 'map', fields };
  });
}

/** Text whose UTF-16 order and UTF-8 order differ now and then; no lone surrogates. */
export function anyText(): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'), {
      maxLength: 3,
    })
    .map((letters) => letters.join(''));
}

/** A document of the collection `c`, last changed at microsecond 1. */
export function storedDocument(id: string, fields: Fields): StoredDocument {
  const segments = ['c', id];
  const path = segments.join('/');
  return { name: `${ROOT}/${path}`, path, segments, fields, create_micros: 1n, update_micros: 1n };
}

/** An integer value. */
export function integer(value: number | bigint): Value {
  return { type: 'integer', value: BigInt(value) };
}
