import type { Ajv } from 'ajv';
import { type Document, isAlias, isMap, type Node, parseDocument, stringify, type YAMLMap } from 'yaml';
import { schemasOf } from '../../schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../schemas/validators.ts';
import { readContract } from '../contract.ts';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf } from '../json.ts';

const PREFIX = '#/components/schemas/';

/** A contract in which the examples have the fields that they lacked. */
export interface Filled {
  readonly text: string;
  /** A line for each field that was written, with its value. */
  readonly added: readonly string[];
}

/**
 * Write fields that an example of a message lacks, with the plainest value that their schema takes; nothing else of the text
 * changes. What is wrong otherwise stays, and the lint says it.
 */
export function fillExamples(text: string, file: string): Filled {
  const contract = readContract(text, file);
  const document = parseDocument(text);
  const ajv = compileValidators(schemasOf(contract.document));
  const insertions = membersOf(at(contract.document, 'components', 'messages')).flatMap(([name, message]) => {
    const schema = String(at(message, 'payload', '$ref')).replace(PREFIX, '');
    if (ajv.getSchema(`send.${schema}`) === undefined) return [];
    const validator = validatorOf(ajv, schema, 'send');
    return entriesOf(at(message, 'examples')).flatMap((example, index) => {
      if (validator(at(example, 'payload'))) return [];
      const payload = ['components', 'messages', name, 'examples', index, 'payload'];
      return (validator.errors ?? []).flatMap(({ keyword, instancePath, params, parentSchema }) => {
        const field = String(params['missingProperty']);
        const form = at(parentSchema as Json, 'properties', field);
        const value = keyword === 'required' && isObject(form) ? plainestValue(form, ajv, 0) : undefined;
        const place = [...payload, ...instancePath.split('/').slice(1)];
        const map = mapAt(document, place);
        if (value === undefined || map === undefined) return [];
        const line = `${[...place.slice(6), field].join('.')} of example ${String(at(example, 'name'))} of ${name}: ${JSON.stringify(value)}`;
        return [{ ...insertionIn(map, text, field, value), line }];
      });
    });
  });
  // An example that others repeat by its anchor is written once.
  const once = insertions.filter(
    (one, index) =>
      insertions.findIndex((other) => other.offset === one.offset && other.text === one.text) === index,
  );
  const filled = [...once]
    .sort((one, other) => other.offset - one.offset)
    .reduce((whole, { offset, text: added }) => whole.slice(0, offset) + added + whole.slice(offset), text);
  return { text: filled, added: once.map(({ line }) => line) };
}

function mapAt(document: Document, path: readonly (string | number)[]): YAMLMap | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    const whole = isAlias(node) ? node.resolve(document) : node;
    node = (whole as YAMLMap | undefined)?.get?.(/^\d+$/.test(String(step)) ? Number(step) : step, true);
  }
  const found = isAlias(node) ? node.resolve(document) : node;
  return isMap(found) ? found : undefined;
}

/** After the last member: in a line of its own, or within the braces. */
function insertionIn(map: YAMLMap, text: string, field: string, value: Json) {
  const member = stringify(
    { [field]: value },
    { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true },
  );
  // Only the member itself of `{ field: value }`.
  const written = member.trim().replace(/^\{ /, '').replace(/ \}$/, '');
  const last = map.items.at(-1);
  const end = (last?.value as Node | null)?.range?.[1] ?? map.range?.[1] ?? 0;
  if (map.flow === true) return { offset: end, text: `, ${written}` };
  const first = (map.items[0]?.key as Node | undefined)?.range?.[0] ?? 0;
  const indent = first - (text.lastIndexOf('\n', first) + 1);
  const line_end = text.indexOf('\n', end - 1);
  return { offset: line_end === -1 ? text.length : line_end, text: `\n${' '.repeat(indent)}${written}` };
}

const TEXTS: Readonly<Record<string, string>> = {
  date: '2024-01-15',
  'date-time': '2024-01-15T11:00:00Z',
  uuid: '0f8fad5b-d9cb-469f-a165-70867728950e',
};

/** Give the plainest value of a schema; undefined where only a person knows one. */
function plainestValue(schema: JsonObject, ajv: Ajv, depth: number): Json | undefined {
  if (depth > 8) return undefined;
  if (typeof schema['$ref'] === 'string') {
    const target = ajv.getSchema(schema['$ref'])?.schema as Json | undefined;
    return isObject(target) ? plainestValue(target, ajv, depth + 1) : undefined;
  }
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  const values = entriesOf(schema['enum']);
  if (values.length > 0) return values.includes(null) ? null : values[0];
  const types = [schema['type'], ...entriesOf(schema['type'])];
  if (types.includes('null')) return null;
  const [branch] = [...entriesOf(schema['oneOf']), ...entriesOf(schema['anyOf'])];
  if (isObject(branch)) return plainestValue(branch, ajv, depth + 1);
  if (types.includes('boolean')) return false;
  if (types.includes('integer') || types.includes('number')) return Number(schema['minimum'] ?? 0);
  if (types.includes('string')) {
    const format = TEXTS[String(schema['format'])];
    if (format !== undefined) return format;
    if ('pattern' in schema || 'format' in schema) return undefined;
    return 'example'
      .padEnd(Number(schema['minLength'] ?? 0), '.')
      .slice(0, Number(schema['maxLength'] ?? 99));
  }
  if (types.includes('array')) {
    const entry = isObject(schema['items']) ? plainestValue(schema['items'], ajv, depth + 1) : null;
    return Number(schema['minItems'] ?? 0) === 0 ? [] : entry === undefined ? undefined : [entry];
  }
  if (!types.includes('object')) return undefined;
  const members = entriesOf(schema['required']).map((name): readonly [string, Json | undefined] => {
    const form = at(schema, 'properties', String(name));
    return [String(name), isObject(form) ? plainestValue(form, ajv, depth + 1) : undefined];
  });
  const known = members.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return known.length < members.length ? undefined : Object.fromEntries(known);
}
