import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isList, isObject, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import type { Schemas } from '../../schemas/flatten.ts';
import { DIRECTIONS, variantOf } from '../../schemas/variants.ts';
import { pythonPattern } from './patterns.ts';

/** Keywords that hold a schema, a list of schemas, or schemas by the name of a field. */
const WITHIN: Readonly<Record<string, 'one' | 'list' | 'fields'>> = {
  items: 'one',
  additionalProperties: 'one',
  not: 'one',
  if: 'one',
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
  then: 'one',
  else: 'one',
  allOf: 'list',
  anyOf: 'list',
  oneOf: 'list',
  properties: 'fields',
};

/** Keywords that the Python side judges by their own value, and those that say something to a reader. */
const JUDGED =
  /^(type|const|enum|(exclusiveM|m)(ax|in)imum|m(ax|in)(Length|Items|Properties)|uniqueItems|required|\$ref|x-expected|x-depends-on)$/;
const SILENT = /^(\$id|\$comment|title|description|default|examples|readOnly|writeOnly|x-.*)$/;

/** Formats that `package/formats.py` judges. */
const BY_CODE = /^(date|time|date-time|iso-time|iso-date-time)$/;

/** Formats that take every value of their type. */
const FREE = /^(password|binary|float|double)$/;

/** Tell whether the Python package judges by a keyword, or passes over it as every reader does. */
export function judgesKeyword(keyword: string): boolean {
  return (
    keyword in WITHIN ||
    ['pattern', 'format'].includes(keyword) ||
    JUDGED.test(keyword) ||
    SILENT.test(keyword)
  );
}

/** Tell whether the Python package judges a format as the TypeScript does. */
export function judgesFormat(format: string): boolean {
  return BY_CODE.test(format) || FREE.test(format) || expressionOf(format) !== undefined;
}

/**
 * Write the schemas that Python judges by: the ones that the TypeScript validators are compiled from, with patterns
 * that Python reads. Look them up as `<direction>.<name>`.
 *
 * @throws {Error} for a keyword or a format that Python would judge differently, or not at all.
 */
export function pythonSchemas(schemas: Schemas): string {
  const variants = DIRECTIONS.flatMap((direction) =>
    Object.keys(schemas).map((name): [string, Json] => [
      `${direction}.${name}`,
      forPython(variantOf(schemas, name, direction), name),
    ]),
  );
  const lines = variants.map(([name, schema]) => `${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function forPython(schema: Json, name: string): Json {
  if (!isObject(schema)) return schema;
  const members = membersOf(schema).flatMap(([keyword, value]): readonly (readonly [string, Json])[] => {
    const kind = WITHIN[keyword];
    if (kind === 'list' && isList(value)) return [[keyword, value.map((one: Json) => forPython(one, name))]];
    if (kind === 'fields' && isObject(value)) return [[keyword, fieldsOf(value, name)]];
    if (kind === 'one' && !isList(value)) return [[keyword, forPython(value, name)]];
    if (keyword === 'pattern') return [[keyword, pythonPattern(String(value))]];
    if (keyword === 'format') return formatOf(String(value), name).map((format) => [keyword, format]);
    if (JUDGED.test(keyword)) return [[keyword, value]];
    if (SILENT.test(keyword)) return [];
    throw new Error(
      `expected schema ${name} to use keywords that Python judges too, got ${keyword}; teach it to scripts/generate/python/package/findings.py`,
    );
  });
  return Object.fromEntries(members);
}

function fieldsOf(fields: JsonObject, name: string): JsonObject {
  return Object.fromEntries(membersOf(fields).map(([field, schema]) => [field, forPython(schema, name)]));
}

/** A format that is judged by code keeps its name, one that is a regular expression becomes that. */
function formatOf(format: string, name: string): readonly string[] {
  if (BY_CODE.test(format)) return [format];
  if (FREE.test(format)) return [];
  const known = expressionOf(format);
  if (known === undefined)
    throw new Error(`expected schema ${name} to use a format that Python judges too, got ${format}`);
  return [`(?${known.ignoreCase ? 'i' : ''}:${pythonPattern(known.source)})`];
}

function expressionOf(format: string): RegExp | undefined {
  const formats: Readonly<Record<string, unknown>> = fullFormats;
  const known = formats[format];
  return known instanceof RegExp ? known : undefined;
}
