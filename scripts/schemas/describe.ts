import { entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../contract/json.ts';

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a real date YYYY-MM-DD',
  'date-time': 'a UTC time such as 2024-01-15T11:00:00Z',
  uuid: 'a UUID',
};

/** Say in words which values a flat schema takes, such as `an integer from 1 to 3`. */
export function describeSchema(schema: JsonObject): string {
  return `${describeForm(schema)}${exception(schema)}`;
}

/** What a schema excludes of what it takes otherwise. */
function exception({ not, multipleOf }: JsonObject): string {
  const excluded =
    isObject(not) && ('const' in not || 'enum' in not) ? ` other than ${describeForm(not)}` : '';
  return `${multipleOf === undefined || multipleOf === 1 ? '' : `, a multiple of ${String(multipleOf)},`}${excluded}`;
}

function describeForm(schema: JsonObject): string {
  if ('const' in schema) return wordOf(schema['const']);
  const values = entriesOf(schema['enum']);
  if (values.length > 0) return oneOf(values);
  const types = typeof schema['type'] === 'string' ? [schema['type']] : stringsOf(schema['type']);
  const branches = [...entriesOf(schema['oneOf']), ...entriesOf(schema['anyOf'])].filter(isObject);
  if (branches.length > 0) return branches.map(describeSchema).join(' or ');
  if (types.length === 0) return 'a value that its schema takes';
  return types.map((type) => describeType(type, schema)).join(' or ');
}

/** Say in words when the `if` part of a schema holds, such as `backfill_mode is true`. */
export function describeCondition(condition: JsonObject): string {
  return membersOf(condition['properties'])
    .map(([field, schema]) => `${field} is ${isObject(schema) ? describeSchema(schema) : 'set'}`)
    .join(' and ');
}

function oneOf(values: readonly Json[]): string {
  const words = values.filter((value) => value !== null).map(wordOf);
  const list = words.length === 1 ? words.join('') : `one of ${words.join(', ')}`;
  return values.includes(null) ? `${list}, or null` : list;
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeType(type: string, schema: JsonObject): string {
  if (type === 'string') return describeString(schema);
  if (type === 'integer') return `an integer${range(schema)}`;
  if (type === 'number') return `a number${range(schema)}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return describeList(schema);
  return type === 'null' ? 'null' : 'an object';
}

function describeString(schema: JsonObject): string {
  const format = schema['format'];
  if (typeof format === 'string')
    return `${FORMATS[format] ?? `a string in ${format} format`}${shapeOf(schema, format)}`;
  if (typeof schema['pattern'] === 'string') return `a string like ${schema['pattern']}`;
  const text = Number(schema['minLength'] ?? 0) > 0 ? 'a non-empty string' : 'a string';
  const most = schema['maxLength'];
  return typeof most === 'number' ? `${text} of at most ${most} characters` : text;
}

/** Patterns that say no more than the format beside them. */
const USUAL: Readonly<Record<string, string>> = {
  date: '^\\d{4}-\\d{2}-\\d{2}$',
  'date-time': '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
};

function shapeOf({ pattern }: JsonObject, format: string): string {
  return typeof pattern !== 'string' || pattern === USUAL[format] ? '' : ` like ${pattern}`;
}

function describeList(schema: JsonObject): string {
  const list = Number(schema['minItems'] ?? 0) > 0 ? 'a non-empty list' : 'a list';
  return schema['uniqueItems'] === true ? `${list} without repeats` : list;
}

function range(schema: JsonObject): string {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${String(minimum)} to ${String(maximum)}`;
  if (minimum !== undefined) return ` of at least ${String(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${String(maximum)}`;
}
