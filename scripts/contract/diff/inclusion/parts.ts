import { at, entriesOf, isObject, type Json, type JsonObject, stringsOf } from '../../json.ts';
import type { World } from './world.ts';

/** A schema that a value must keep, and where its references lead. */
export interface Part {
  readonly schema: JsonObject;
  readonly world: World;
}

/** A condition of an object: what holds when, and what else. */
export interface Rule {
  readonly condition: JsonObject;
  readonly consequence: JsonObject | undefined;
  readonly otherwise: JsonObject | undefined;
  readonly world: World;
}

/** Everything that one alternative of a schema asks at once. */
export interface Alternative {
  readonly parts: readonly Part[];
  readonly rules: readonly Rule[];
  /** Keywords that no rule of inclusion knows: what they mean is not decided here. */
  readonly unknown: readonly string[];
}

/** The types of JSON; an integer is a number here. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** All of them. */
const JSON_TYPES: readonly JsonType[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

const KNOWN = new Set([
  ...[
    '$id',
    '$ref',
    '$comment',
    'title',
    'description',
    'default',
    'examples',
    'deprecated',
    'readOnly',
    'writeOnly',
  ],
  ...['type', 'enum', 'const', 'not', 'allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'format', 'items', 'minItems', 'maxItems', 'uniqueItems'],
  ...['properties', 'required', 'additionalProperties'],
]);
const DEPTH_MAX = 40;

/** Spread a list of schemas that must all hold into its alternatives: choices and references are resolved. */
export function alternativesOf(parts: readonly Part[]): readonly Alternative[] {
  return parts
    .map(spreadOnce)
    .reduce<readonly Alternative[]>(
      (before, choices) => before.flatMap((one) => choices.map((other) => joined(one, other))),
      [{ parts: [], rules: [], unknown: [] }],
    );
}

const SPREAD = new WeakMap<JsonObject, WeakMap<World, readonly Alternative[]>>();

/** The same schema is asked for in many cases and places, and what is known of its parts is known by their identity. */
function spreadOnce(part: Part): readonly Alternative[] {
  const by_world = SPREAD.get(part.schema) ?? new WeakMap<World, readonly Alternative[]>();
  SPREAD.set(part.schema, by_world);
  const found = by_world.get(part.world) ?? spread(part, 0);
  by_world.set(part.world, found);
  return found;
}

function joined(one: Alternative, other: Alternative): Alternative {
  return {
    parts: [...one.parts, ...other.parts],
    rules: [...one.rules, ...other.rules],
    unknown: [...one.unknown, ...other.unknown],
  };
}

function spread(part: Part, depth: number): readonly Alternative[] {
  const { schema, world } = part;
  const unknown = Object.keys(schema).filter(
    (key) => (!KNOWN.has(key) && !key.startsWith('x-')) || (key === 'items' && !isObject(schema[key])),
  );
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  let result: readonly Alternative[] = [{ parts: [{ schema: own, world }], rules: ruleOf(part), unknown }];
  const all = entriesOf(allOf)
    .filter(isObject)
    .map((one): Part => ({ schema: one, world }));
  const target = typeof $ref === 'string' ? world.named($ref) : undefined;
  if (target !== undefined) all.push({ schema: target, world });
  if (depth > DEPTH_MAX) return result;
  for (const one of all) result = crossed(result, spread(one, depth + 1));
  for (const choice of [anyOf, oneOf]) {
    const branches = entriesOf(choice).filter(isObject);
    if (branches.length === 0) continue;
    result = crossed(
      result,
      branches.flatMap((branch) => spread({ schema: branch, world }, depth + 1)),
    );
  }
  return result;
}

function crossed(one: readonly Alternative[], other: readonly Alternative[]): readonly Alternative[] {
  return one.flatMap((left) => other.map((right) => joined(left, right)));
}

function ruleOf({ schema, world }: Part): readonly Rule[] {
  const condition = schema['if'];
  if (!isObject(condition)) return [];
  const branch = (value: Json | undefined): JsonObject | undefined => (isObject(value) ? value : undefined);
  return [{ condition, consequence: branch(schema['then']), otherwise: branch(schema['else']), world }];
}

/** List the types that every part allows; a number that must be whole is a number. */
export function typesOf({ parts }: Alternative): readonly JsonType[] {
  return JSON_TYPES.filter((type) =>
    parts.every(({ schema }) => {
      const listed = typeof schema['type'] === 'string' ? [schema['type']] : stringsOf(schema['type']);
      const fits =
        listed.length === 0 || listed.includes(type) || (type === 'number' && listed.includes('integer'));
      return fits && valuesListed(schema).every((values) => values.some((value) => typeOf(value) === type));
    }),
  );
}

/** Give the lists of values that a schema names, by `const` and `enum`; none when it names none. */
export function valuesListed(schema: JsonObject): readonly (readonly Json[])[] {
  return [
    ...('const' in schema ? [[schema['const'] ?? null]] : []),
    ...('enum' in schema ? [entriesOf(schema['enum'])] : []),
  ];
}

/** Give the type of a value. */
export function typeOf(value: Json): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
}

/** Give the schema of a field that one part describes; undefined when it does not. */
export function fieldOf({ schema, world }: Part, field: string): Part | undefined {
  const found = at(schema['properties'], field);
  return isObject(found) && Object.hasOwn(Object(schema['properties']), field)
    ? { schema: found, world }
    : undefined;
}
