import {
  at,
  entriesOf,
  isList,
  isObject,
  type Json,
  type JsonObject,
  membersOf,
  stringsOf,
} from '../../contract/json.ts';
import { flattenSchema, isObjectSchema, type Schemas } from '../../schemas/flatten.ts';

/** A type of BigQuery, as its API spells it. */
export type ColumnType =
  | 'STRING'
  | 'BYTES'
  | 'INTEGER'
  | 'FLOAT'
  | 'BOOLEAN'
  | 'DATE'
  | 'TIMESTAMP'
  | 'JSON'
  | 'RECORD';

/**
 * One column, as BigQuery's API takes it. `REQUIRED`: every valid message of the topic has a value there; `REPEATED`: a list
 * without nulls; else `NULLABLE`. Only a `RECORD` has `fields`, at least one.
 */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly mode: 'REQUIRED' | 'NULLABLE' | 'REPEATED';
  readonly description?: string;
  readonly fields?: readonly Column[];
}

/** BigQuery takes records in records up to this depth; what lies deeper is kept as JSON. */
const DEPTH_MAX = 15;
/** BigQuery takes descriptions of columns up to this many characters. */
const DESCRIPTION_MAX = 1024;

/** What a column can hold, before its name and mode. */
type Held = Pick<Column, 'type' | 'fields'> & { readonly is_list: boolean; readonly is_nullable: boolean };

/**
 * Derive the columns of a topic from the named schemas of its messages. A field that two messages describe differently
 * becomes JSON, and one that a message may leave out or null is no required one.
 *
 * @param names  of object schemas under components.schemas.
 */
export function columnsOf(schemas: Schemas, names: readonly string[]): readonly Column[] {
  const ofEach = names.map((name) => objectColumns(schemas, named(schemas, name), [name]));
  return mergeColumns(ofEach);
}

function named(schemas: Schemas, name: string): JsonObject {
  return flattenSchema(schemas, name, (target) => (isObjectSchema(schemas, target) ? target : undefined));
}

function objectColumns(schemas: Schemas, schema: JsonObject, within: readonly string[]): readonly Column[] {
  const required = stringsOf(schema['required']);
  return membersOf(schema['properties']).map(([name, property]) => {
    const held = heldBy(schemas, property, within);
    const is_required = required.includes(name) && !held.is_nullable;
    const said = isObject(property) ? property['description'] : undefined;
    return {
      name,
      type: held.type,
      mode: held.is_list ? 'REPEATED' : is_required ? 'REQUIRED' : 'NULLABLE',
      ...(typeof said === 'string' && { description: said.trim().slice(0, DESCRIPTION_MAX) }),
      ...(held.fields !== undefined && { fields: held.fields }),
    };
  });
}

const AS_JSON: Held = { type: 'JSON', is_list: false, is_nullable: false };

function heldBy(schemas: Schemas, schema: Json, within: readonly string[]): Held {
  if (!isObject(schema)) return AS_JSON;
  const target = schema['$ref'];
  if (typeof target === 'string') {
    // A schema that holds itself has no end; BigQuery's records have one.
    const is_too_deep = within.includes(target) || within.length >= DEPTH_MAX;
    return is_too_deep ? AS_JSON : heldBy(schemas, named(schemas, target), [...within, target]);
  }
  for (const choice of ['oneOf', 'anyOf'] as const) {
    if (isList(schema[choice])) return heldByChoice(schemas, schema[choice], within);
  }
  const values = 'const' in schema ? [schema['const'] ?? null] : entriesOf(schema['enum']);
  const types = typesOf(schema, values);
  const others = types.filter((type) => type !== 'null');
  const is_nullable = others.length < types.length;
  return { ...heldByType(schemas, schema, others, within), is_nullable };
}

/** `oneOf: [X, null]` is X that may be null; any other choice is whatever comes. */
function heldByChoice(schemas: Schemas, branches: readonly Json[], within: readonly string[]): Held {
  const others = branches.filter((branch) => at(branch, 'type') !== 'null');
  const is_nullable = others.length < branches.length;
  const [only] = others;
  if (only === undefined || others.length > 1) return { ...AS_JSON, is_nullable: true };
  const held = heldBy(schemas, only, within);
  // A list that may be null cannot be told from an empty one in a repeated column.
  if (is_nullable && held.is_list) return { ...AS_JSON, is_nullable };
  return { ...held, is_nullable: is_nullable || held.is_nullable };
}

function typesOf(schema: JsonObject, values: readonly Json[]): readonly string[] {
  if (typeof schema['type'] === 'string') return [schema['type']];
  if (isList(schema['type'])) return stringsOf(schema['type']);
  if (isObject(schema['properties'])) return ['object'];
  return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))];
}

function heldByType(
  schemas: Schemas,
  schema: JsonObject,
  types: readonly string[],
  within: readonly string[],
): Omit<Held, 'is_nullable'> {
  const scalar = (type: ColumnType): Omit<Held, 'is_nullable'> => ({ type, is_list: false });
  if (types.every((type) => type === 'integer' || type === 'number') && types.length === 2)
    return scalar('FLOAT');
  // What is null and nothing else becomes text, which a later version of the contract most likely makes of it.
  const [type = isNullAlone(schema) ? 'string' : 'anything'] = types;
  if (types.length > 1) return AS_JSON;
  switch (type) {
    case 'string':
      return scalar(typeOfText(schema['format']));
    case 'integer':
      return scalar('INTEGER');
    case 'number':
      return scalar('FLOAT');
    case 'boolean':
      return scalar('BOOLEAN');
    case 'array':
      return heldByList(schemas, schema['items'], within, schema['type']);
    case 'object': {
      const fields = objectColumns(schemas, schema, within);
      return fields.length === 0 ? AS_JSON : { ...scalar('RECORD'), fields };
    }
    default:
      return AS_JSON;
  }
}

function isNullAlone(schema: JsonObject): boolean {
  return schema['type'] === 'null' || schema['const'] === null;
}

function typeOfText(format: Json | undefined): ColumnType {
  if (format === 'date') return 'DATE';
  return format === 'date-time' ? 'TIMESTAMP' : 'STRING';
}

/** BigQuery knows neither lists of lists nor lists with nulls in them, nor lists that are null. */
function heldByList(
  schemas: Schemas,
  items: Json | undefined,
  within: readonly string[],
  type: Json | undefined,
): Omit<Held, 'is_nullable'> {
  const held = heldBy(schemas, items ?? {}, within);
  const is_plain = !held.is_list && !held.is_nullable && held.type !== 'JSON' && !isList(type);
  return is_plain ? { ...held, is_list: true } : AS_JSON;
}

function mergeColumns(lists: readonly (readonly Column[])[]): readonly Column[] {
  const names = [...new Set(lists.flatMap((columns) => columns.map(({ name }) => name)))];
  return names.map((name) => {
    const found = lists.flatMap((columns) => columns.filter((column) => column.name === name));
    const merged = found.reduce(mergeColumn);
    return found.length < lists.length ? { ...merged, mode: loosened(merged.mode) } : merged;
  });
}

function mergeColumn(one: Column, other: Column): Column {
  const is_same_kind = one.type === other.type && (one.mode === 'REPEATED') === (other.mode === 'REPEATED');
  if (!is_same_kind) {
    const { fields: _, ...rest } = one;
    return { ...rest, type: 'JSON', mode: 'NULLABLE' };
  }
  const mode = one.mode === other.mode ? one.mode : 'NULLABLE';
  if (one.fields === undefined || other.fields === undefined) return { ...one, mode };
  return { ...one, mode, fields: mergeColumns([one.fields, other.fields]) };
}

function loosened(mode: Column['mode']): Column['mode'] {
  return mode === 'REQUIRED' ? 'NULLABLE' : mode;
}
