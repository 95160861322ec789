import fc from 'fast-check';
import {
  at,
  isList,
  isObject,
  type Json,
  type JsonObject,
  membersOf,
  stringsOf,
} from '../../scripts/contract/json.ts';
import { isObjectSchema, type Schemas } from '../../scripts/schemas/flatten.ts';
import { type Direction, variantOf } from '../../scripts/schemas/variants.ts';

/** Values that are hard on a reader of JSON: other types, edges of numbers and texts, dates that no calendar has. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  1.5,
  1e21,
  1e-7,
  123456789012345680000,
  2 ** 53,
  '',
  ' ',
  'TODAY',
  '2024-02-30',
  '2024-02-29',
  '2023-02-29',
  '2024-01-15\n',
  '٢٠٢٤-٠١-١٥',
  '2024-01-15T11:00:00Z',
  '2024-01-15T11:00:00.123Z',
  '2024-01-15T23:59:60Z',
  '2024-01-15T22:59:60Z',
  '2024-01-15t11:00:00z',
  '2024-01-15 11:00:00Z',
  '2024-01-15T24:00:00Z',
  '2f6c1f0e-5d0a-4c39-9f4b-6a1d5c0e7b21',
  'urn:uuid:2F6C1F0E-5D0A-4C39-9F4B-6A1D5C0E7B21',
  '2f6c1f0e5d0a4c399f4b6a1d5c0e7b21',
  'é€😀'.repeat(43),
  '\ud800 alone',
  '"quoted" \\ and \u0001',
  [],
  [null],
  {},
  { 2: 'b', 1: 'a', 'a b/c~d': [1.0, { x: -0.5 }] },
];

/** Draw a value that keeps the schema but for its conditions. */
export function drawnValue(
  schemas: Schemas,
  direction: Direction,
  schema: JsonObject,
): fc.Arbitrary<unknown> {
  const draw = (part: Json): fc.Arbitrary<unknown> =>
    drawnValue(schemas, direction, isObject(part) ? part : {});
  const target = schema['$ref'];
  if (typeof target === 'string') return draw(variantOf(schemas, target.replace(/^\w+\./, ''), direction));
  if ('const' in schema) return fc.constant(schema['const']);
  if (isList(schema['enum'])) return fc.constantFrom(...schema['enum']);
  for (const choice of ['oneOf', 'anyOf']) {
    const branches = schema[choice];
    if (isList(branches)) return fc.oneof(...branches.map((branch: Json) => draw(branch)));
  }
  const types = typeof schema['type'] === 'string' ? [schema['type']] : stringsOf(schema['type']);
  if (types.length === 0) return fc.constantFrom(...ODD);
  return fc.oneof(...types.map((type) => typed(type, schema, draw)));
}

function typed(
  type: string,
  schema: JsonObject,
  draw: (part: Json) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const minimum = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -5);
  const maximum = Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? minimum + 1000);
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'array':
      return fc.array(draw(schema['items'] ?? {}), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: 4,
      });
    case 'object':
      return objectOf(schema, draw);
    default:
      return textOf(schema);
  }
}

function objectOf(schema: JsonObject, draw: (part: Json) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    membersOf(schema['properties']).map(([name, part]) => [name, draw(part)]),
  );
  const required = stringsOf(schema['required']).filter((name) => name in fields);
  const named = fc.record(fields, { requiredKeys: required });
  const others = schema['additionalProperties'];
  if (!isObject(others) && others !== true) return named;
  const names = fc.constantFrom('x', 'a b', '10', '2', 'über', 'processor_a', 'x/y~z');
  const added = fc.dictionary(names, draw(others), { maxKeys: 3 });
  return fc.tuple(added, named).map(([one, other]) => ({ ...one, ...other }));
}

function textOf(schema: JsonObject): fc.Arbitrary<unknown> {
  const format = schema['format'];
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'hostname') return fc.domain();
  const days = fc.date({ min: new Date('1999-01-01'), max: new Date('2101-01-01'), noInvalidDate: true });
  if (format === 'date') return days.map((day) => day.toISOString().slice(0, 10));
  if (format === 'date-time') return days.map((day) => day.toISOString());
  const pattern = schema['pattern'];
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({
    unit: 'grapheme',
    minLength: Number(schema['minLength'] ?? 0),
    maxLength: Math.min(Number(schema['maxLength'] ?? 20), 20),
  });
}

/** Draw a value in which nothing, or a few things, are wrong: fields gone, added, renamed or of another kind. */
function brokenOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const edit = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('remove', 'replace', 'replace', 'add'),
    odd: fc.constantFrom<unknown>(...ODD),
  });
  const edits = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(edit, { maxLength: 3 }) },
  );
  return fc
    .tuple(value, edits)
    .map(([whole, list]) =>
      list.reduce((now, { at: place, kind, odd }) => edited(now, place, kind, odd), whole),
    );
}

function edited(value: unknown, place: number, kind: string, odd: unknown): unknown {
  if (typeof value !== 'object' || value === null) return kind === 'replace' ? odd : value;
  const keys = Object.keys(value);
  const key = keys[place % Math.max(keys.length, 1)];
  if (key === undefined) return kind === 'add' && !Array.isArray(value) ? { ...value, added: odd } : odd;
  const inner: unknown = at(value as Json, key);
  const deeper = typeof inner === 'object' && inner !== null && place % 3 > 0;
  const next = deeper ? edited(inner, Math.floor(place / 3), kind, odd) : odd;
  if (Array.isArray(value)) return value.map((one: unknown, index) => (String(index) === key ? next : one));
  if (deeper || kind === 'replace') return { ...value, [key]: next };
  if (kind === 'add') return { ...value, [`${key}_2`]: odd };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

/** Draw values for every schema of a contract, the same ones for the same seed. */
export function drawnQuestions(
  schemas: Schemas,
  seed: number,
  each: number,
): readonly { readonly direction: Direction; readonly name: string; readonly value: unknown }[] {
  return (['send', 'receive'] as const).flatMap((direction) =>
    Object.keys(schemas).flatMap((name) => {
      const drawn = drawnValue(schemas, direction, variantOf(schemas, name, direction));
      const values = fc.sample(brokenOf(drawn), { seed, numRuns: isObjectSchema(schemas, name) ? each : 15 });
      // As it comes over the wire, where -0 is 0.
      return values.map((value) => ({
        direction,
        name,
        value: JSON.parse(JSON.stringify(value)) as unknown,
      }));
    }),
  );
}
