import { isObject, type Json, type JsonObject, membersOf, stringsOf } from '../contract/json.ts';
import { describeCondition, describeSchema } from './describe.ts';
import { flattenSchema, isObjectSchema, nullableSchema, type Schemas } from './flatten.ts';

/** Say for whom a value is judged: `send` is strict, `receive` tolerates what the contract lets a receiver tolerate. */
export type Direction = 'send' | 'receive';

/** The two directions, in the order in which files list them. */
export const DIRECTIONS: readonly Direction[] = ['send', 'receive'];

/**
 * Build the schema that a validator of one direction is compiled from.
 *
 * Each field carries `x-expected`, its accepted values in words. A field that depends on others carries `x-when` and
 * `x-depends-on`. References read `<direction>.<name>`.
 */
export function variantOf(schemas: Schemas, name: string, direction: Direction): JsonObject {
  const reference = (target: string) =>
    isObjectSchema(schemas, target) ? `${direction}.${target}` : undefined;
  const flat = flattenSchema(schemas, name, reference);
  return { $id: `${direction}.${name}`, ...annotate(flat, direction) };
}

function annotate(schema: JsonObject, direction: Direction): JsonObject {
  const result: Record<string, Json> = { ...schema };
  if (isObject(schema['items'])) result['items'] = annotate(schema['items'], direction);
  if (isObject(schema['additionalProperties'])) {
    result['additionalProperties'] = annotate(schema['additionalProperties'], direction);
  }
  if (isObject(schema['properties'])) {
    const optional = direction === 'receive' ? receiverOptional(schema['properties']) : [];
    result['properties'] = Object.fromEntries(
      membersOf(schema['properties']).flatMap(([field, value]) =>
        isObject(value)
          ? [[field, annotate(optional.includes(field) ? nullableSchema(value) : value, direction)]]
          : [],
      ),
    );
    result['required'] = stringsOf(schema['required']).filter((field) => !optional.includes(field));
    if (direction === 'send') result['additionalProperties'] ??= false;
  }
  if (Array.isArray(schema['allOf'])) {
    result['allOf'] = schema['allOf'].map((part: Json) =>
      isObject(part) ? annotateRule(part, schema) : part,
    );
  }
  result['x-expected'] = '$ref' in schema ? 'an object' : describeSchema(schema);
  return result;
}

function receiverOptional(properties: JsonObject): readonly string[] {
  return membersOf(properties).flatMap(([field, value]) =>
    isObject(value) && value['x-receiver-optional'] === true ? [field] : [],
  );
}

/** Give each field of a then and an else the words for its condition, and let the condition hold only when its fields are there. */
function annotateRule(rule: JsonObject, whole: JsonObject): JsonObject {
  const condition = isObject(rule['if']) ? rule['if'] : {};
  const fields = membersOf(condition['properties']).map(([field]) => field);
  const words = describeCondition(condition);
  const branch = (part: Json | undefined, when: string): Json => {
    if (!isObject(part)) return {};
    const properties = membersOf(part['properties']).flatMap(([field, schema]) => {
      if (!isObject(schema)) return [];
      const base = isObject(whole['properties']) ? whole['properties'][field] : undefined;
      const expected = describeSchema({ ...(isObject(base) ? base : {}), ...schema });
      return [[field, { ...schema, 'x-expected': `${expected} ${when} ${words}`, 'x-depends-on': fields }]];
    });
    return { ...part, properties: Object.fromEntries(properties) };
  };
  const branches = [
    ['then', 'when'],
    ['else', 'unless'],
  ].flatMap(([part = '', when = '']) => (part in rule ? [[part, branch(rule[part], when)]] : []));
  return { if: { ...condition, required: fields }, ...Object.fromEntries(branches) };
}
