import fc from 'fast-check';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import type { SchemaSide as Side } from './shape.ts';
import { textsMatching } from './values.ts';

/** What is known around the value that is drawn. */
export interface Around {
  /** What the contract has as an example in this place. */
  readonly example: Json | undefined;
  /** True where the two sides differ: there the values vary most. */
  readonly is_hot: boolean;
  readonly depth: number;
}

/** Draws a value that keeps every schema of its own side. */
export type Draw = (own: readonly Side[], peers: readonly Side[], around: Around) => fc.Arbitrary<Json>;

/** What drawing an object needs. */
interface Tools {
  readonly draw: Draw;
  readonly validatorOf: (schema: JsonObject) => (value: Json) => boolean;
}

const ODD_NAMES: readonly string[] = ['', 'A', 'a', 'a b', 'a-b', 'a.b', '0', 'ä'];
const ITEMS_MAX = 2;
const LENGTH_MAX = 40;

/** Draw lists whose lengths lie at the edges of both sides. */
export function drawList(
  draw: Draw,
  sides: readonly Side[],
  peers: readonly Side[],
  around: Around,
): fc.Arbitrary<Json> {
  const numbers = (from: readonly Side[], keyword: string): readonly number[] =>
    from.flatMap(({ schema }) => (typeof schema[keyword] === 'number' ? [schema[keyword]] : []));
  const hints = ['minItems', 'maxItems'].flatMap((keyword) => numbers([...sides, ...peers], keyword));
  const least = Math.max(0, ...numbers(sides, 'minItems'));
  const most = Math.max(least + ITEMS_MAX, ...hints.map((value) => value + 1));
  const example = entriesOf(around.example)[0];
  const entry = draw(below(sides, 'items'), below(peers, 'items'), {
    ...around,
    example,
    depth: around.depth + 1,
  });
  const lists = fc.array(entry, { minLength: least, maxLength: Math.min(most, LENGTH_MAX) });
  const repeated = fc
    .tuple(entry, fc.integer({ min: 2, max: 3 }))
    .map(([value, times]): Json => Array(times).fill(value));
  return sides.some(({ schema }) => schema['uniqueItems'] === true)
    ? lists.map(withoutRepeats)
    : fc.oneof({ arbitrary: lists, weight: 4 }, repeated);
}

function withoutRepeats(list: readonly Json[]): Json {
  const seen = new Set<string>();
  return list.filter((value) => !seen.has(JSON.stringify(value)) && seen.add(JSON.stringify(value)));
}

/** Draw objects: required fields always, others at times, and the conditions of the schema kept. */
export function drawObject(
  tools: Tools,
  sides: readonly Side[],
  peers: readonly Side[],
  hot: ReadonlySet<string>,
  around: Around,
): fc.Arbitrary<Json> {
  const plain = sides.filter(({ schema }) => !('if' in schema));
  const field = (from: readonly Side[], name: string): fc.Arbitrary<Json> =>
    tools.draw(fieldSides(from, name), fieldSides(peers, name), {
      example: at(around.example, name),
      is_hot: around.is_hot && hot.has(name),
      depth: around.depth + 1,
    });
  const described = Object.fromEntries(namesOf(plain).map((name) => [name, field(plain, name)]));
  const all = { ...described, ...extraFields(tools.draw, plain, peers, hot, around) };
  const required = plain.flatMap(({ schema }) => stringsOf(schema['required']));
  const undescribed = [...new Set(required)].filter((name) => !(name in all));
  for (const name of undescribed) all[name] = fc.constant(null);
  const most = Math.min(
    ...plain.map(({ schema }) =>
      typeof schema['maxProperties'] === 'number' ? schema['maxProperties'] : Infinity,
    ),
  );
  const whole = fc
    .record(all, { requiredKeys: [...new Set(required)] })
    .map((value): Json => withoutSurplus(value, required, most));
  return sides
    .filter(({ schema }) => 'if' in schema)
    .reduce((before, rule) => ruled(tools, before, plain, rule, field), whole);
}

/** Leave out fields that need not be there, where there may not be so many. */
function withoutSurplus(value: JsonObject, required: readonly string[], most: number): JsonObject {
  const names = Object.keys(value);
  if (names.length <= most) return value;
  const kept = [...required, ...names.filter((name) => !required.includes(name))].slice(0, most);
  return Object.fromEntries(kept.map((name) => [name, value[name] ?? null]));
}

/** Give the schemas of one field, also those that a pattern of names and the branches of a condition give it. */
function fieldSides(sides: readonly Side[], field: string): readonly Side[] {
  return sides.flatMap(({ world, schema }) => {
    const found = [schema, at(schema, 'then'), at(schema, 'else')].flatMap((branch) => {
      const fields = at(branch, 'properties');
      return isObject(fields) && Object.hasOwn(fields, field) ? [fields[field]] : [];
    });
    const named = membersOf(schema['patternProperties']).filter(([pattern]) => isNamedBy(pattern, field));
    return [...found, ...named.map(([, form]) => form)]
      .filter(isObject)
      .map((form) => ({ world, schema: form }));
  });
}

function isNamedBy(pattern: string, field: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(field);
  } catch {
    return false;
  }
}

function namesOf(sides: readonly Side[]): readonly string[] {
  return [...new Set(sides.flatMap(({ schema }) => membersOf(schema['properties']).map(([field]) => field)))];
}

function below(sides: readonly Side[], keyword: string): readonly Side[] {
  return sides.flatMap(({ world, schema }) => {
    const found = schema[keyword];
    return isObject(found) ? [{ world, schema: found }] : [];
  });
}

/** Fields that the schema does not describe: those of the other side, and some that nobody knows. */
function extraFields(
  draw: Draw,
  sides: readonly Side[],
  peers: readonly Side[],
  hot: ReadonlySet<string>,
  around: Around,
): Record<string, fc.Arbitrary<Json>> {
  const is_closed = sides.some(({ schema }) => schema['additionalProperties'] === false);
  const own = namesOf(sides);
  const additional = below(sides, 'additionalProperties');
  const names = is_closed
    ? namesByPattern(sides)
    : [...namesOf(peers).filter((field) => !own.includes(field)), ...strangeNames(sides, peers)];
  return Object.fromEntries(
    names.map((field) => {
      const named = fieldSides(sides, field);
      const asked = named.length > 0 ? named : additional;
      const peer = fieldSides(peers, field);
      const hints = peer.length > 0 ? peer : below(peers, 'additionalProperties');
      const next = {
        example: at(around.example, field),
        is_hot: around.is_hot && hot.has(field),
        depth: around.depth + 1,
      };
      const free =
        asked.length > 0
          ? draw(asked, hints, next)
          : fc.constantFrom<Json>(null, true, 0, 'text', 0.5, [], {});
      return [
        field,
        hints.length > 0 && asked.length === 0 ? fc.oneof(free, draw(hints, hints, next)) : free,
      ];
    }),
  );
}

/** Names that a keyword of either side may be about; one that nobody knows always. */
function strangeNames(sides: readonly Side[], peers: readonly Side[]): readonly string[] {
  const all = [...sides, ...peers];
  const odd = all.some(({ schema }) => 'propertyNames' in schema) ? ODD_NAMES : [];
  const counts = all.flatMap(({ schema }) =>
    ['minProperties', 'maxProperties'].flatMap((key) =>
      typeof schema[key] === 'number' ? [schema[key]] : [],
    ),
  );
  const many = Array.from(
    { length: Math.min(LENGTH_MAX, Math.max(0, ...counts) + 1) },
    (_, index) => `a_field_of_nobody_${index}`,
  );
  return ['a_field_of_nobody', ...namesByPattern(all), ...odd, ...(counts.length > 0 ? many : [])];
}

function namesByPattern(sides: readonly Side[]): readonly string[] {
  const patterns = new Set(
    sides.flatMap(({ schema }) => membersOf(schema['patternProperties']).map(([pattern]) => pattern)),
  );
  return [...patterns].flatMap((pattern) =>
    textsMatching(pattern).flatMap((texts) => fc.sample(texts, { numRuns: 2, seed: 1 })),
  );
}

/** Let a condition rule what was drawn: fields that break the branch that applies are drawn anew for it. */
function ruled(
  tools: Tools,
  arbitrary: fc.Arbitrary<Json>,
  sides: readonly Side[],
  rule: Side,
  field: (from: readonly Side[], name: string) => fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  const condition = rule.schema['if'];
  const applies = tools.validatorOf(isObject(condition) ? condition : {});
  const branch = (key: 'then' | 'else') => {
    const side = below([rule], key);
    const asked = side.flatMap(({ schema }) => stringsOf(schema['required']));
    const names = [...new Set([...namesOf(side), ...asked])];
    return {
      asked,
      values: fc.record(Object.fromEntries(names.map((name) => [name, field([...sides, ...side], name)]))),
    };
  };
  const [when, otherwise] = [branch('then'), branch('else')];
  return fc.tuple(arbitrary, when.values, otherwise.values).map(([value, yes, no]): Json => {
    if (!isObject(value)) return value;
    const is_met = applies(value);
    const fields = at(rule.schema, is_met ? 'then' : 'else', 'properties');
    const wanted = Object.entries(is_met ? yes : no).filter(([name]) => {
      if (!(name in value)) return (is_met ? when : otherwise).asked.includes(name);
      const schema = isObject(fields) ? fields[name] : undefined;
      return isObject(schema) && !tools.validatorOf(schema)(value[name] ?? null);
    });
    return wanted.length === 0 ? value : { ...value, ...Object.fromEntries(wanted) };
  });
}
