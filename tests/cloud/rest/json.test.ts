import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../conformance/cloud/rest/json/json.ts';
import { readMessage } from '../../../conformance/cloud/rest/json/read.ts';
import { readScalar } from '../../../conformance/cloud/rest/json/scalars.ts';
import {
  readDuration,
  readTimestamp,
  writeDuration,
  writeTimestamp,
} from '../../../conformance/cloud/rest/json/times.ts';
import { WELL_KNOWN } from '../../../conformance/cloud/rest/json/well-known.ts';
import { writeMessage } from '../../../conformance/cloud/rest/json/write.ts';
import { definitionsPath } from '../../../conformance/cloud/rpc/definitions.ts';

const source = { package_name: '@google-cloud/firestore', file: 'build/protos/v1.json', service_name: '' };
const root = protobuf.Root.fromJSON(JSON.parse(readFileSync(definitionsPath(source), 'utf8')));
root.resolveAll();

/** Reads JSON into a message, sends it over the wire, and writes what arrives. */
function overTheWire(type_name: string, json: Json): Json {
  const type = root.lookupType(type_name);
  const sent = type.encode(type.fromObject(readMessage(type, json, ''))).finish();
  return writeMessage(type, { ...type.decode(sent) });
}

const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n): Json => ({ integerValue: String(n) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n): Json => ({ doubleValue: n === 0 ? 0 : n })),
    fc.constantFrom<Json>({ doubleValue: 'NaN' }, { doubleValue: 'Infinity' }, { nullValue: null }),
    fc.boolean().map((booleanValue): Json => ({ booleanValue })),
    fc.string({ unit: 'grapheme' }).map((stringValue): Json => ({ stringValue })),
    fc.uint8Array().map((bytes): Json => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc
      .array(tie('value'), { minLength: 1, maxLength: 3 })
      .map((values): Json => ({ arrayValue: { values } })),
    fc
      .dictionary(fc.string(), tie('value'), { minKeys: 1, maxKeys: 3, noNullPrototype: true })
      .filter((fields) => !Object.hasOwn(fields, '__proto__'))
      .map((fields): Json => ({ mapValue: { fields } })),
  ),
})).value;

const anything = fc
  .jsonValue()
  .filter((json) => !JSON.stringify(json).includes('__proto__')) as fc.Arbitrary<Json>;

describe('the JSON mapping of proto3', () => {
  test('every value of Firestore survives JSON, wire and JSON', () => {
    fc.assert(
      fc.property(value, (json) => {
        expect(overTheWire('google.firestore.v1.Value', json)).toEqual(json);
      }),
    );
  });

  test('every timestamp survives, with 0, 3, 6 or 9 digits', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
    const nanos = fc.oneof(fc.nat({ max: 999_999_999 }), fc.constantFrom(0, 1_000_000, 123_000, 999_999_999));
    fc.assert(
      fc.property(seconds, nanos, (whole, rest) => {
        const wire = { seconds: String(whole), nanos: rest };
        const text = writeTimestamp(wire);
        expect(text).toMatch(/:\d\d(\.(\d{3}){1,3})?Z$/);
        expect(readTimestamp(text, 'time')).toEqual(wire);
      }),
    );
  });

  test('every duration survives, also a negative one below a second', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1e9 }),
        fc.nat({ max: 999_999_999 }),
        fc.boolean(),
        (whole, rest, negative) => {
          const sign = negative && (whole > 0 || rest > 0) ? '-' : '';
          const wire = { seconds: `${sign}${whole}`, nanos: rest === 0 || sign === '' ? rest : -rest };
          const text = writeDuration(wire);
          expect(writeDuration(readDuration(text, 'length'))).toBe(text);
          expect(text).toMatch(sign === '-' ? /^-/ : /^\d/);
        },
      ),
    );
  });

  test('any JSON survives as google.protobuf.Value', () => {
    const { read, write } = WELL_KNOWN.get('.google.protobuf.Value') ?? expect.fail('Value is well known');
    fc.assert(
      fc.property(anything, (json) => {
        const wire = read(json, 'value');
        expect(JSON.stringify(write(wire))).toBe(JSON.stringify(json));
      }),
    );
  });

  test('a timestamp may come in any time zone', () => {
    const noon = { seconds: '1705320000', nanos: 0 };
    for (const text of ['2024-01-15T12:00:00Z', '2024-01-15t04:00:00-08:00', '2024-01-15T17:30:00+05:30']) {
      expect(readTimestamp(text, 'time')).toEqual(noon);
    }
  });

  test.each([
    '2024-02-30T00:00:00Z',
    '2024-01-15',
    '2024-01-15T24:00:00Z',
    '2024-01-15T12:00:00',
    'TODAY',
    5,
    null,
  ])('%j is no timestamp', (text) => {
    expect(() => readTimestamp(text, 'time')).toThrow('time must be a time such as');
  });

  test.each([
    ['int32', 2 ** 31],
    ['int32', 1.5],
    ['int32', '1e3'],
    ['uint32', -1],
    ['int64', '9223372036854775808'],
    ['int64', 2 ** 53],
    ['int64', ''],
    ['uint64', '-1'],
    ['double', 'many'],
    ['double', ''],
    ['bool', 'true'],
    ['bytes', 'a'],
    ['bytes', 'a b='],
    ['string', 1],
  ])('a field of type %s refuses %j', (type, json) => {
    expect(() => readScalar(type, json, 'writes[0].count')).toThrow(/^writes\[0\]\.count must be /);
  });

  test('a wrapper is its bare value, and null means that it is not set', () => {
    const query = 'google.firestore.v1.StructuredQuery';
    expect(overTheWire(query, { limit: 5 })).toEqual({ limit: 5 });
    expect(overTheWire(query, { limit: 0 })).toEqual({ limit: 0 });
    expect(overTheWire(query, { limit: null })).toEqual({});
  });

  test('an enum comes by name or number and goes out by name', () => {
    const order = 'google.firestore.v1.StructuredQuery.Order';
    expect(overTheWire(order, { direction: 2 })).toEqual({ direction: 'DESCENDING' });
    expect(overTheWire(order, { direction: 'DIRECTION_UNSPECIFIED' })).toEqual({});
    expect(() => overTheWire(order, { direction: 'UP' })).toThrow(
      'direction must be one of DIRECTION_UNSPECIFIED',
    );
  });

  test('one field in two spellings, or two of a oneof, are refused', () => {
    const write = 'google.firestore.v1.Write';
    const twice = { updateMask: {}, update_mask: {} };
    expect(() => overTheWire(write, twice)).toThrow('update_mask must not be set beside updateMask');
    expect(() => overTheWire(write, { delete: 'a', update: {} })).toThrow(
      'update must not be set beside delete',
    );
  });

  test('a map keeps every key, and refuses the one that an object cannot have', () => {
    const fields = JSON.parse('{"__proto__": {"nullValue": null}}');
    expect(() => overTheWire('google.firestore.v1.Document', { fields })).toThrow('"__proto__"');
  });
});
