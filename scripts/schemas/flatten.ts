import { at, entriesOf, isList, isObject, type Json, type JsonObject, membersOf } from '../contract/json.ts';

/** Hold the named schemas of the contract (`components.schemas`). */
export type Schemas = Readonly<Record<string, JsonObject>>;

/** Give the text of the reference that stands for a named schema; undefined to write the schema out in place. */
export type Reference = (name: string) => string | undefined;

const PREFIX = '#/components/schemas/';

/** Take the named schemas out of a contract document. */
export function schemasOf(document: JsonObject): Schemas {
  const named = membersOf(at(document, 'components', 'schemas'));
  return Object.fromEntries(named.flatMap(([name, schema]) => (isObject(schema) ? [[name, schema]] : [])));
}

/**
 * Flatten one named schema: `allOf` of object schemas becomes one object schema, and each reference is replaced by
 * what `reference` says. if/then/else stay in `allOf`.
 *
 * @throws {Error} when a reference names no schema.
 */
export function flattenSchema(schemas: Schemas, name: string, reference: Reference): JsonObject {
  return flatten(schemas, schemaNamed(schemas, name), reference);
}

/** Tell whether a named schema describes an object. */
export function isObjectSchema(schemas: Schemas, name: string): boolean {
  const schema = schemaNamed(schemas, name);
  if (schema['type'] === 'object') return true;
  return entriesOf(schema['allOf']).some((part) => {
    const target = isObject(part) ? referenced(part) : undefined;
    return target === undefined ? at(part, 'type') === 'object' : isObjectSchema(schemas, target);
  });
}

/** Give the name that a schema's `$ref` points to; undefined when it has none. */
function referenced(schema: JsonObject): string | undefined {
  const target = schema['$ref'];
  return typeof target === 'string' ? target.replace(PREFIX, '') : undefined;
}

function schemaNamed(schemas: Schemas, name: string): JsonObject {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`expected a schema ${name} under components.schemas, found none`);
  return schema;
}

function flatten(schemas: Schemas, schema: JsonObject, reference: Reference): JsonObject {
  const target = referenced(schema);
  if (target !== undefined) {
    const { $ref: _dropped, ...siblings } = schema;
    const kept = reference(target);
    if (kept !== undefined) return { $ref: kept, ...siblings };
    return { ...flatten(schemas, schemaNamed(schemas, target), reference), ...siblings };
  }
  const { allOf, ...rest } = schema;
  const flat = flattenMembers(schemas, rest, reference);
  const parts = entriesOf(allOf).filter(isObject);
  const rules = parts.filter((part) => 'if' in part);
  const objects = parts.filter((part) => !('if' in part));
  const merged = objects.map((part) => wholeOf(schemas, part, reference)).reduce(mergeObjects, flat);
  const allRules = [...entriesOf(merged['allOf']), ...rules];
  return allRules.length > 0 ? { ...merged, allOf: allRules } : merged;
}

/** Flatten one part of an `allOf`; a named object is written out here, since its fields become the whole's. */
function wholeOf(schemas: Schemas, part: JsonObject, reference: Reference): JsonObject {
  const target = referenced(part);
  return flatten(schemas, target === undefined ? part : schemaNamed(schemas, target), reference);
}

function flattenMembers(schemas: Schemas, schema: JsonObject, reference: Reference): JsonObject {
  const flat: Record<string, Json> = { ...schema };
  if (isObject(schema['properties'])) {
    const properties = membersOf(schema['properties']).flatMap(([field, value]) =>
      isObject(value) ? [[field, flatten(schemas, value, reference)]] : [],
    );
    flat['properties'] = Object.fromEntries(properties);
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const value = schema[keyword];
    if (isObject(value)) flat[keyword] = flatten(schemas, value, reference);
  }
  for (const keyword of ['oneOf', 'anyOf']) {
    const branches = schema[keyword];
    if (!isList(branches)) continue;
    flat[keyword] = branches.map((part: Json) => (isObject(part) ? flatten(schemas, part, reference) : part));
  }
  return flat;
}

function mergeObjects(base: JsonObject, added: JsonObject): JsonObject {
  const properties: Record<string, Json> = Object.fromEntries(membersOf(base['properties']));
  for (const [field, schema] of membersOf(added['properties'])) {
    const before = properties[field];
    properties[field] = isObject(before) && isObject(schema) ? narrow(before, schema) : schema;
  }
  const required = [...new Set([...entriesOf(base['required']), ...entriesOf(added['required'])])];
  const allOf = [...entriesOf(base['allOf']), ...entriesOf(added['allOf'])];
  const description = base['description'] ?? added['description'];
  return {
    ...base,
    ...added,
    ...(description === undefined ? {} : { description }),
    properties,
    ...(required.length > 0 ? { required } : {}),
    ...(allOf.length > 0 ? { allOf } : {}),
  };
}

/** Narrow a field's schema: a later type or constant replaces the wider one. */
function narrow(before: JsonObject, added: JsonObject): JsonObject {
  const { enum: _values, $ref: _target, ...rest } = before;
  return 'const' in added || 'type' in added ? { ...rest, ...added } : { ...before, ...added };
}
