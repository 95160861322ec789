import type { Column } from './columns.ts';

/** Stands in every statement for the project, which the contract does not know. */
const PROJECT = 'PROJECT';

/** Name a table or view so that a statement can read it: `` `PROJECT.dataset.name` ``. */
export function relation(dataset: string, name: string): string {
  return `\`${PROJECT}.${dataset}.${name}\``;
}

/** Put a project into a statement, in the place of PROJECT. */
export function inProject(sql: string, project: string): string {
  return sql.replaceAll(`\`${PROJECT}.`, `\`${project}.`);
}

/** Write text of the contract as a literal, whatever stands in it. */
export function text(value: string): string {
  const escaped = value.replaceAll(/[\\'"`\p{Cc}\u2028\u2029]/gu, (sign) =>
    sign === '\\' || sign === "'" ? `\\${sign}` : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}

/** Name a column so that it may be called like a word of SQL. */
export function quoted(name: string): string {
  return `\`${name}\``;
}

const NAMES: Readonly<Record<Column['type'], string>> = {
  STRING: 'STRING',
  BYTES: 'BYTES',
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
  JSON: 'JSON',
  RECORD: 'STRUCT',
};

/** Name the type of a column as SQL does: `ARRAY<STRUCT<`id` STRING>>`. */
function typeName(column: Column): string {
  const fields = column.fields?.map((field) => `${quoted(field.name)} ${typeName(field)}`).join(', ');
  const one = fields === undefined ? NAMES[column.type] : `STRUCT<${fields}>`;
  return column.mode === 'REPEATED' ? `ARRAY<${one}>` : one;
}

/** Write a column that has no value: NULL, or an empty list. */
export function nothing(column: Column): string {
  return column.mode === 'REPEATED' ? `${typeName(column)}[]` : `CAST(NULL AS ${typeName(column)})`;
}

/**
 * Write how a column is taken out of a JSON value. What is there and of another type is NULL, and never an error: one odd
 * message must not end every query.
 *
 * @param json  an expression of type JSON.
 * @param path  where in it, `$` for the value itself.
 * @param depth  how many lists are around it; each has an element of its own name.
 */
export function taken(column: Column, json: string, path: string, depth = 0): string {
  if (column.mode === 'REPEATED') return takenList(column, json, path, depth);
  const value = `JSON_VALUE(${json}, ${text(path)})`;
  switch (column.type) {
    case 'RECORD':
      return `STRUCT(${members(column, json, path, depth)})`;
    case 'JSON':
      return `JSON_QUERY(${json}, ${text(path)})`;
    case 'STRING':
    case 'BYTES':
      return value;
    case 'INTEGER':
      // 5.0 is a whole number of JSON, and a cast of its text to INT64 alone would give NULL.
      return `SAFE_CAST(SAFE_CAST(${value} AS BIGNUMERIC) AS INT64)`;
    case 'TIMESTAMP':
      // BigQuery keeps microseconds, and a cast refuses what is finer.
      return `SAFE_CAST(REGEXP_REPLACE(${value}, r'(\\.[0-9]{6})[0-9]+', r'\\1') AS TIMESTAMP)`;
    default:
      return `SAFE_CAST(${value} AS ${NAMES[column.type]})`;
  }
}

function takenList(column: Column, json: string, path: string, depth: number): string {
  const element = `element_${depth}`;
  const from = `FROM UNNEST(JSON_QUERY_ARRAY(${json}, ${text(path)})) AS ${element} WITH OFFSET AS place_${depth}`;
  const order = `ORDER BY place_${depth}`;
  const one: Column = { ...column, mode: 'NULLABLE' };
  if (column.type === 'RECORD')
    return `ARRAY(SELECT AS STRUCT ${members(one, element, '$', depth + 1)} ${from} ${order})`;
  const value = taken(one, element, '$', depth + 1);
  // A list with a NULL in it ends a query with an error.
  return `ARRAY(SELECT ${value} ${from} WHERE ${value} IS NOT NULL ${order})`;
}

function members({ fields = [] }: Column, json: string, path: string, depth: number): string {
  return fields
    .map((field) => `${taken(field, json, `${path}.${field.name}`, depth)} AS ${quoted(field.name)}`)
    .join(', ');
}
