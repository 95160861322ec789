import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { entriesOf, isObject, type Json, type JsonObject } from '../../json.ts';
import { type Around, type Draw, drawList, drawObject } from './members.ts';
import { hotFields, type SchemaSide as Side } from './shape.ts';
import { drawNumber, drawText, typesNamed, valuesNamed } from './values.ts';

const DEPTH_MAX = 6;
const SPARES = 150;
const AJV = new Ajv({ strict: false, logger: false });
addFormats.default(AJV);
const VALIDATORS = new Map<string, (value: Json) => boolean>();
const SCALAR_KEYWORDS = [
  ...[
    'type',
    'enum',
    'const',
    'not',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
  ],
  ...['minLength', 'maxLength', 'pattern', 'format'],
];

/** Where nothing is asked, one value of each type. */
const FREE_VALUES: readonly Json[] = [null, true, 0, 0.5, 'text', [], {}];

/**
 * Draw values of one schema that lie near the edges of another: where both sides agree mostly what the example has, and where
 * they differ a limit of either side. Not every value keeps the schema; whoever draws asks its validator.
 */
export function drawMessage(one: Side, other: Side, example: Json | undefined): fc.Arbitrary<Json> {
  return draw([one], [other], { example, is_hot: true, depth: 0 });
}

const draw: Draw = (own, peers, around) => {
  const peer = peers.flatMap((side) => branchesOf(side).flat());
  const drawn = choicesOf(own).map((sides) => drawPlain(sides, peer, around));
  const { example, is_hot } = around;
  if (example === undefined || !own.every((side) => scalarHolds(side, example))) return fc.oneof(...drawn);
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(example), weight: (is_hot ? 1 : 20) * drawn.length },
    ...drawn.map((arbitrary) => ({ arbitrary, weight: is_hot ? 4 : 1 })),
  );
};

function choicesOf(own: readonly Side[]): readonly (readonly Side[])[] {
  const none: readonly (readonly Side[])[] = [[]];
  return own
    .map(branchesOf)
    .reduce((before, next) => before.flatMap((left) => next.map((right) => [...left, ...right])), none);
}

/** Resolve references and choices: each entry is a list of schemas without either. */
function branchesOf({ world, schema }: Side): readonly (readonly Side[])[] {
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const target = typeof $ref === 'string' ? world.named($ref) : undefined;
  const parts = [...entriesOf(allOf).filter(isObject), ...(target === undefined ? [] : [target])];
  const factors = parts.map((part) => branchesOf({ world, schema: part }));
  for (const choice of [anyOf, oneOf]) {
    const branches = entriesOf(choice).filter(isObject);
    if (branches.length > 0) factors.push(branches.flatMap((part) => branchesOf({ world, schema: part })));
  }
  const first: readonly (readonly Side[])[] = [[{ world, schema: own }]];
  return factors.reduce(
    (before, next) => before.flatMap((left) => next.map((right) => [...left, ...right])),
    first,
  );
}

function drawPlain(sides: readonly Side[], peers: readonly Side[], around: Around): fc.Arbitrary<Json> {
  if (sides.length === 0) return fc.constantFrom(...FREE_VALUES);
  const schema = merged(sides);
  const hints = peers.map((side) => side.schema);
  const holds = validatorOf(scalarOf(schema));
  const named = valuesNamed(schema).filter(holds);
  if (named.length > 0) return fc.constantFrom(...named);
  const arbitraries = typesNamed(schema).flatMap((type): readonly fc.Arbitrary<Json>[] => {
    if (type === 'string')
      return [checked(holds, drawText(schema, hints), around, [{ type: 'string' }, schema, ...hints])];
    if (type === 'integer' || type === 'number')
      return [checked(holds, drawNumber(schema, hints), around, [{ type: 'number' }, schema, ...hints])];
    if (type === 'boolean') return [fc.boolean()];
    if (type === 'null') return [fc.constant(null)];
    if (around.depth > DEPTH_MAX) return [];
    if (type === 'array') return [drawList(draw, sides, peers, around)];
    return [drawObject({ draw, validatorOf }, sides, peers, hotFields(sides, peers), around)];
  });
  return arbitraries.length > 0 ? fc.oneof(...arbitraries) : fc.constant(null);
}

/** Schemas that must all hold, in one: the later word counts, and of types only those that all name. */
function merged(sides: readonly Side[]): JsonObject {
  const types = sides
    .map(({ schema }) => typesNamed(schema))
    .reduce((before, next) => {
      const kept = before.filter(
        (type) => next.includes(type) || (type === 'integer' && next.includes('number')),
      );
      return before.includes('number') && next.includes('integer') ? [...kept, 'integer'] : kept;
    });
  return Object.assign({}, ...sides.map(({ schema }) => schema), { type: [...new Set(types)] });
}

function scalarOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => SCALAR_KEYWORDS.includes(key)));
}

function scalarHolds({ schema }: Side, value: Json): boolean {
  return validatorOf(scalarOf(schema))(value);
}

/** Put one of the values that the schema takes in the place of one that it does not; they are looked for when they are needed. */
function checked(
  holds: (value: Json) => boolean,
  arbitrary: fc.Arbitrary<Json>,
  { example }: Around,
  about: readonly JsonObject[],
): fc.Arbitrary<Json> {
  let spare: readonly Json[] | undefined;
  const spares = (): readonly Json[] => {
    const own = example !== undefined && holds(example) ? [example] : [];
    return [...own, ...sparesOf(holds, arbitrary, JSON.stringify(about.map(scalarOf)))];
  };
  return fc.tuple(arbitrary, fc.nat(SPARES)).map(([value, index]) => {
    if (holds(value)) return value;
    spare ??= spares();
    return spare[index % Math.max(1, spare.length)] ?? value;
  });
}

/** Fields of the same form stand in many messages: what their form takes is looked for once. */
const KNOWN_SPARES = new Map<string, readonly Json[]>();

function sparesOf(
  holds: (value: Json) => boolean,
  arbitrary: fc.Arbitrary<Json>,
  form: string,
): readonly Json[] {
  const drawn = (): readonly Json[] => fc.sample(arbitrary, { numRuns: SPARES, seed: 7 });
  const known = KNOWN_SPARES.get(form) ?? [...new Set(drawn())].filter(holds);
  KNOWN_SPARES.set(form, known);
  return known;
}

/** Compile a schema without references; one that does not compile takes everything, and the validator of the message decides. */
function validatorOf(schema: JsonObject): (value: Json) => boolean {
  const text = JSON.stringify(schema);
  const known = VALIDATORS.get(text) ?? compile(text);
  VALIDATORS.set(text, known);
  return known;
}

function compile(text: string): (value: Json) => boolean {
  try {
    const compiled = AJV.compile<Json>(JSON.parse(text));
    return (value) => compiled(value);
  } catch {
    return () => true;
  }
}
