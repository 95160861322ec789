import { errorWords } from '../../../contract/errors.ts';

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FULL_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

/**
 * Finds what is wrong with an Avro schema.
 *
 * @returns a sentence, or `undefined` for a sound schema.
 */
export function avroFlaw(text: string): string | undefined {
  let schema: Json;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    return `expected JSON: ${errorWords(error)}`;
  }
  if (!isObject(schema) || schema['type'] !== 'record') return 'expected a record at the top';
  return typeFlaw(schema, 'the schema', new Set(), '');
}

/** Names are known from their definition on, by full name. */
function typeFlaw(schema: Json, place: string, known: Set<string>, namespace: string): string | undefined {
  if (typeof schema === 'string') {
    const named = known.has(schema) || known.has(fullName(schema, namespace));
    return PRIMITIVES.has(schema) || named ? undefined : `${place}: no type is called "${schema}"`;
  }
  if (Array.isArray(schema)) return unionFlaw(schema, place, known, namespace);
  if (!isObject(schema)) return `${place}: expected a type, got ${JSON.stringify(schema)}`;
  const { type } = schema;
  switch (type) {
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return namedFlaw(schema, place, known, namespace);
    case 'array':
      return typeFlaw(schema['items'], `${place}, items`, known, namespace);
    case 'map':
      return typeFlaw(schema['values'], `${place}, values`, known, namespace);
    default:
      return typeFlaw(type, place, known, namespace);
  }
}

function unionFlaw(types: readonly Json[], place: string, known: Set<string>, namespace: string) {
  if (types.some(Array.isArray)) return `${place}: a union must not hold another one directly`;
  const kinds = types.map((type) => {
    if (!isObject(type)) return String(type);
    const { type: kind, name } = type;
    return typeof name === 'string' ? fullName(name, namespace) : String(kind);
  });
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index);
  if (twice !== undefined) return `${place}: a union must not hold "${twice}" twice`;
  return firstFlaw(types, (type, index) => typeFlaw(type, `${place}[${index}]`, known, namespace));
}

function namedFlaw(schema: JsonObject, place: string, known: Set<string>, outer: string): string | undefined {
  const { name, namespace: own } = schema;
  if (typeof name !== 'string' || !FULL_NAME.test(name)) return `${place}: expected a name`;
  if (own !== undefined && (typeof own !== 'string' || (own !== '' && !FULL_NAME.test(own)))) {
    return `${place}: expected a namespace of names joined by dots`;
  }
  const namespace = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : (own ?? outer);
  const full = fullName(name, namespace);
  if (PRIMITIVES.has(name) || known.has(full)) return `${place}: the name "${full}" is taken`;
  known.add(full);
  if (schema['type'] === 'enum') return enumFlaw(schema, place);
  if (schema['type'] === 'fixed') {
    return Number.isInteger(schema['size']) ? undefined : `${place}: expected a size in bytes`;
  }
  return fieldsFlaw(schema['fields'], place, known, namespace);
}

function enumFlaw({ symbols, default: chosen }: JsonObject, place: string): string | undefined {
  if (!Array.isArray(symbols) || !symbols.every((each) => typeof each === 'string' && NAME.test(each))) {
    return `${place}: expected symbols that are names`;
  }
  if (new Set(symbols).size < symbols.length) return `${place}: a symbol comes twice`;
  const sound = chosen === undefined || symbols.includes(chosen);
  return sound ? undefined : `${place}: the default is none of the symbols`;
}

function fieldsFlaw(fields: Json, place: string, known: Set<string>, namespace: string): string | undefined {
  if (!Array.isArray(fields)) return `${place}: expected a list of fields`;
  const names = new Set<string>();
  return firstFlaw(fields, (field, index) => {
    const name = isObject(field) ? field['name'] : undefined;
    if (!isObject(field) || typeof name !== 'string' || !NAME.test(name)) {
      return `${place}, field ${index}: expected a name`;
    }
    if (names.has(name)) return `${place}: the field "${name}" comes twice`;
    names.add(name);
    return typeFlaw(field['type'], `${place}, field "${name}"`, known, namespace);
  });
}

function firstFlaw(
  items: readonly Json[],
  look: (item: Json, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const flaw = look(item, index);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
