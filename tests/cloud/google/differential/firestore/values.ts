import { fc } from '@fast-check/vitest';
import {
  type CollectionReference,
  FieldValue,
  GeoPoint,
  Timestamp,
  VectorValue,
} from '@google-cloud/firestore';

/** A value as it is drawn and printed: JSON, or an object with `$` for what JSON does not have. */
export type Drawn = unknown;

/** A kind of value that JSON does not have. */
type Special =
  | { readonly $: 'time'; readonly seconds: number; readonly nanos: number }
  | { readonly $: 'place'; readonly latitude: number; readonly longitude: number }
  | { readonly $: 'document'; readonly id: string }
  | { readonly $: 'bytes'; readonly base64: string }
  | { readonly $: 'vector'; readonly of: readonly number[] };

/** A timestamp that is later than this was given by a server, and so differs between two of them. */
const SERVER_TIMES_FROM = 1_600_000_000;

const anySpecial: fc.Arbitrary<Special> = fc.oneof(
  fc.record({
    $: fc.constant('time' as const),
    seconds: fc.constantFrom(-1, 0, 1_000_000_000),
    nanos: fc.constantFrom(0, 1000, 999_999_000),
  }),
  fc.record({
    $: fc.constant('place' as const),
    latitude: fc.constantFrom(-90, 0, 45.5),
    longitude: fc.constantFrom(-180, 0, 45.5),
  }),
  fc.record({ $: fc.constant('document' as const), id: fc.constantFrom('a', 'b') }),
  fc.record({ $: fc.constant('bytes' as const), base64: fc.constantFrom('', 'AA==', 'AAE=', '/w==') }),
  fc.record({ $: fc.constant('vector' as const), of: fc.constantFrom([0, 1], [1, 0], [1, 2, 3]) }),
);

const anyScalar = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      'text',
      '',
      'é',
      '\u{1F3C0}',
      '\uFF5E',
      null,
      true,
      false,
      0.5,
      -0.5,
      -0,
      1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.MAX_SAFE_INTEGER,
    ),
  },
  { weight: 2, arbitrary: anySpecial },
);

/** Draws a value of any type of Firestore's. */
export const anyValue: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 5, arbitrary: anyScalar },
  { weight: 1, arbitrary: fc.array(anyScalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ z: anyScalar }) },
  { weight: 1, arbitrary: fc.array(fc.record({ z: anyScalar }), { maxLength: 2 }) },
);

/** Draws the fields of a document. */
export const anyFields: fc.Arbitrary<Readonly<Record<string, Drawn>>> = fc.dictionary(
  fc.constantFrom('x', 'y', 'nested', 'odd.näme'),
  anyValue,
  { maxKeys: 3 },
);

/** Draws the path of a field. */
export const anyField = fc.constantFrom('x', 'y', 'nested', 'nested.z');

/** Turns what was drawn into what the client takes. */
export function givenValue(drawn: Drawn, games: CollectionReference): unknown {
  if (Array.isArray(drawn)) return drawn.map((each) => givenValue(each, games));
  if (typeof drawn !== 'object' || drawn === null) return drawn;
  if ('$' in drawn) return specialOf(drawn as Special, games);
  return givenFields(drawn as Readonly<Record<string, Drawn>>, games);
}

/** Turns drawn fields into what the client takes. */
export function givenFields(fields: Readonly<Record<string, Drawn>>, games: CollectionReference) {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, givenValue(value, games)]));
}

function specialOf(special: Special, games: CollectionReference): unknown {
  switch (special.$) {
    case 'time':
      return new Timestamp(special.seconds, special.nanos);
    case 'place':
      return new GeoPoint(special.latitude, special.longitude);
    case 'document':
      return games.doc(special.id);
    case 'bytes':
      return Buffer.from(special.base64, 'base64');
    case 'vector':
      return FieldValue.vector([...special.of]);
  }
}

/** Makes text of a value that two servers must agree on: every type told apart, fields in order, no server's time. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (value instanceof Timestamp) {
    return value.seconds > SERVER_TIMES_FROM
      ? 'time of the server'
      : `time ${value.seconds}.${value.nanoseconds}`;
  }
  if (value instanceof GeoPoint) return `place ${value.latitude} ${value.longitude}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  if (value instanceof VectorValue) return `vector ${value.toArray()}`;
  if ('firestore' in value && 'path' in value) return `document ${String(value.path)}`;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, field]) => `${name}: ${shown(field)}`).join(', ')}}`;
}
