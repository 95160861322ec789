import fc from 'fast-check';
import { at, entriesOf, type Json, type JsonObject, stringsOf } from '../../json.ts';
import { PROBES } from '../inclusion/probes.ts';

const TEXT_MAX = 2_000;
const DAY_FROM = new Date('2000-01-01T00:00:00Z');
const DAY_TO = new Date('2049-12-31T00:00:00Z');

const moments = fc
  .date({ min: DAY_FROM, max: DAY_TO, noInvalidDate: true })
  .map((date) => date.toISOString());

/** Texts of each format that validators of the contract know; made when they are needed. */
const FORMATS: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  date: () => moments.map((text) => text.slice(0, 10)),
  'date-time': () =>
    fc.oneof(
      moments,
      moments.map((text) => text.replace(/Z$/, '+02:00')),
    ),
  time: () => moments.map((text) => text.slice(11)),
  uuid: () => fc.uuid(),
  email: () => fc.emailAddress(),
  uri: () => fc.webUrl(),
  'uri-reference': () => fc.webUrl(),
  hostname: () => fc.domain(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
};

/** Made once: fast-check prepares much for an arbitrary of texts. */
const SHORT_TEXTS = fc.string({ maxLength: 12 });
const BY_FORMAT = new Map<string, fc.Arbitrary<string>>();
const BY_PATTERN = new Map<string, readonly fc.Arbitrary<string>[]>();

/**
 * Draw texts of one schema, often at the edges of what the others ask.
 *
 * @param peers  schemas that the same field has on the other side.
 */
export function drawText(schema: JsonObject, peers: readonly JsonObject[]): fc.Arbitrary<Json> {
  const all = [schema, ...peers];
  const lengths = all.flatMap((one) =>
    [one['minLength'], one['maxLength']].filter((length) => typeof length === 'number'),
  );
  const edges = lengths
    .flatMap((length) => [length - 1, length, length + 1])
    .filter((length) => length >= 0 && length < TEXT_MAX);
  const shaped = all.flatMap((one) => [...formatted(one), ...matching(one)]);
  const named = all.flatMap(valuesNamed).filter((value) => typeof value === 'string');
  return fc.oneof(
    fc.constantFrom(...PROBES),
    SHORT_TEXTS,
    ...shaped,
    ...edgeTexts(edges),
    ...(named.length > 0 ? [fc.constantFrom(...named)] : []),
  );
}

/** Twice, since a length of one side is what most often decides where there is one. */
function edgeTexts(lengths: readonly number[]): readonly fc.Arbitrary<string>[] {
  if (lengths.length === 0) return [];
  const texts = fc.constantFrom(...new Set(lengths.map((length) => 'a'.repeat(length))));
  return [texts, texts];
}

function formatted(schema: JsonObject): readonly fc.Arbitrary<string>[] {
  const format = String(schema['format']);
  const known = BY_FORMAT.get(format) ?? FORMATS[format]?.();
  if (known === undefined) return [];
  BY_FORMAT.set(format, known);
  return [known];
}

function matching(schema: JsonObject): readonly fc.Arbitrary<string>[] {
  return typeof schema['pattern'] === 'string' ? textsMatching(schema['pattern']) : [];
}

/** Give an arbitrary of texts that match a pattern; none for one that nobody can draw from. */
export function textsMatching(pattern: string): readonly fc.Arbitrary<string>[] {
  const known = BY_PATTERN.get(pattern) ?? drawnFrom(pattern);
  BY_PATTERN.set(pattern, known);
  return known;
}

function drawnFrom(pattern: string): readonly fc.Arbitrary<string>[] {
  try {
    const texts = fc.stringMatching(new RegExp(pattern, 'u'));
    fc.sample(texts, { numRuns: 1, seed: 1 });
    return [texts];
  } catch {
    return [];
  }
}

/** Draw numbers of one schema, often at the edges of what the others ask. */
export function drawNumber(schema: JsonObject, peers: readonly JsonObject[]): fc.Arbitrary<Json> {
  const all = [schema, ...peers];
  const limits = all.flatMap((one) =>
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].flatMap((key) => {
      const limit = one[key];
      return typeof limit === 'number' ? [limit] : [];
    }),
  );
  const edges = limits.flatMap((limit) => [
    limit,
    limit - 1,
    limit + 1,
    limit - 0.5,
    limit + 0.5,
    Math.floor(limit),
    Math.ceil(limit),
  ]);
  const named = all.flatMap(valuesNamed).filter((value) => typeof value === 'number');
  return fc.oneof(
    fc.constantFrom(0, 1, -1, 0.5, ...edges, ...named),
    fc.integer({ min: -1000, max: 100_000 }),
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: -4_000, max: 400_000 }).map((value) => value / 4),
  );
}

/** Give every value that a schema names. */
export function valuesNamed(schema: JsonObject): readonly Json[] {
  const named = ['const' in schema ? [schema['const'] ?? null] : [], entriesOf(schema['enum'])].flat();
  const excluded = at(schema['not'], 'const');
  return excluded === undefined ? named : [...named, excluded];
}

/** Give the types that a schema allows; all of them when it says nothing. */
export function typesNamed(schema: JsonObject): readonly string[] {
  if (typeof schema['type'] === 'string') return [schema['type']];
  const listed = stringsOf(schema['type']);
  return listed.length > 0 ? listed : ['string', 'number', 'boolean', 'null', 'array', 'object'];
}
