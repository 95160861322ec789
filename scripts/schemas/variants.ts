import {
  entriesOf,
  isList,
  isObject,
  type Json,
  type JsonObject,
  membersOf,
  stringsOf,
} from '../contract/json.ts';
import { describeCondition, describeSchema } from './describe.ts';
import { flattenSchema, isObjectSchema, type Schemas } from './flatten.ts';

/** Say for whom a value is judged: `send` is strict, `receive` tolerates what the contract lets a receiver tolerate. */
export type Direction = 'send' | 'receive';

/** The two directions, in the order in which files list them. */
export const DIRECTIONS: readonly Direction[] = ['send', 'receive'];

/** What annotating one schema needs to know. */
interface Context {
  readonly schemas: Schemas;
  readonly direction: Direction;
}

/**
 * Build the schema that a validator of one direction is compiled from.
 *
 * Each field carries `x-expected`, its accepted values in words. A field that depends on others carries
 * `x-depends-on`. References read `<direction>.<name>`.
 */
export function variantOf(schemas: Schemas, name: string, direction: Direction): JsonObject {
  const context = { schemas, direction };
  const flat = flattenSchema(schemas, name, (target) => `${direction}.${target}`);
  return { $id: `${direction}.${name}`, ...annotate(context, flat) };
}

function annotate(context: Context, schema: JsonObject): JsonObject {
  const { description: _said, default: _value, oneOf, ...rest } = schema;
  const nullable = nullableBranch(oneOf);
  if (nullable !== undefined) return annotate(context, nullableSchema(writtenOut(context, nullable)));

  const result: Record<string, Json> = { ...rest };
  if (oneOf !== undefined) result['oneOf'] = oneOf;
  for (const keyword of ['items', 'additionalProperties']) {
    const value = schema[keyword];
    if (isObject(value)) result[keyword] = annotate(context, value);
  }
  if (isObject(schema['properties']))
    Object.assign(result, annotateObject(context, schema, schema['properties']));
  if (isList(schema['allOf'])) {
    result['allOf'] = schema['allOf'].map((part: Json) =>
      isObject(part) ? annotateRule(context, part, schema) : part,
    );
  }
  result['x-expected'] = describeSchema(writtenOut(context, schema));
  return result;
}

function annotateObject(context: Context, schema: JsonObject, properties: JsonObject): JsonObject {
  const optional = context.direction === 'receive' ? receiverOptional(properties) : [];
  const annotated = membersOf(properties).flatMap(([field, value]) => {
    if (!isObject(value)) return [];
    const accepted = optional.includes(field) ? nullableSchema(writtenOut(context, value)) : value;
    return [[field, annotate(context, accepted)]];
  });
  return {
    properties: Object.fromEntries(annotated),
    required: stringsOf(schema['required']).filter((field) => !optional.includes(field)),
    ...(context.direction === 'send'
      ? { additionalProperties: schema['additionalProperties'] ?? false }
      : {}),
    ...(isObject(schema['additionalProperties'])
      ? { additionalProperties: annotate(context, schema['additionalProperties']) }
      : {}),
  };
}

function receiverOptional(properties: JsonObject): readonly string[] {
  return membersOf(properties).flatMap(([field, value]) =>
    isObject(value) && value['x-receiver-optional'] === true ? [field] : [],
  );
}

/** Write out a reference to a scalar schema; a reference to an object stays, described as an object. */
function writtenOut(context: Context, schema: JsonObject): JsonObject {
  const { $ref, ...siblings } = schema;
  if (typeof $ref !== 'string') return schema;
  const name = $ref.replace(`${context.direction}.`, '');
  if (isObjectSchema(context.schemas, name)) return { ...schema, type: 'object' };
  return { ...flattenSchema(context.schemas, name, () => undefined), ...siblings };
}

/** Give the one branch of `oneOf: [scalar, null]` that is not null. */
function nullableBranch(oneOf: Json | undefined): JsonObject | undefined {
  const parts = entriesOf(oneOf).filter(isObject);
  const others = parts.filter((part) => part['type'] !== 'null');
  return parts.length === 2 && others.length === 1 ? others[0] : undefined;
}

function nullableSchema(schema: JsonObject): JsonObject {
  if ('$ref' in schema) return { anyOf: [schema, { type: 'null' }] };
  const types = typeof schema['type'] === 'string' ? [schema['type']] : stringsOf(schema['type']);
  const values = isList(schema['enum'])
    ? { enum: [...schema['enum'].filter((value: Json) => value !== null), null] }
    : {};
  return { ...schema, type: [...types.filter((type) => type !== 'null'), 'null'], ...values };
}

/** Put each condition into words at the fields it rules, and let it hold only when the fields it reads are there. */
function annotateRule(context: Context, rule: JsonObject, whole: JsonObject): JsonObject {
  const condition = isObject(rule['if']) ? rule['if'] : {};
  const fields = membersOf(condition['properties']).map(([field]) => field);
  const words = describeCondition(condition);
  const branch = (part: Json | undefined, when: string): Json => {
    if (!isObject(part)) return {};
    const properties = membersOf(part['properties']).flatMap(([field, schema]) => {
      if (!isObject(schema)) return [];
      const base = isObject(whole['properties']) ? whole['properties'][field] : undefined;
      const expected = describeSchema({ ...(isObject(base) ? writtenOut(context, base) : {}), ...schema });
      return [[field, { ...schema, 'x-expected': `${expected} ${when} ${words}`, 'x-depends-on': fields }]];
    });
    const inner = isObject(part['if']) ? annotateRule(context, part, whole) : {};
    return { ...part, properties: Object.fromEntries(properties), ...inner };
  };
  const branches = [
    ['then', 'when'],
    ['else', 'unless'],
  ].flatMap(([part = '', when = '']) => (part in rule ? [[part, branch(rule[part], when)]] : []));
  return { if: { ...condition, required: fields }, ...Object.fromEntries(branches) };
}
