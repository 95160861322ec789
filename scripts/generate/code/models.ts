import {
  ConstrainedDictionaryModel,
  type ConstrainedMetaModel,
  type ConstrainedObjectModel,
  TypeScriptGenerator,
} from '@asyncapi/modelina';
import { at, isObject, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import { flattenSchema, isObjectSchema, type Schemas } from '../../schemas/flatten.ts';

const ROOT = 'ContractRoot';
const GENERATOR = new TypeScriptGenerator({
  modelType: 'interface',
  enumType: 'union',
  mapType: 'record',
  rawPropertyNames: true,
  constraints: { modelName: ({ modelName }) => modelName },
  typeMapping: {
    Any: ({ constrainedModel }) => onlyNull(constrainedModel) ?? 'unknown',
    String: ({ constrainedModel }) =>
      literal(constrainedModel) ?? (constrainedModel.options.isNullable ? 'string | null' : 'string'),
    Dictionary: ({ constrainedModel }) => `Readonly<Record<string, ${constrainedModel.value.type}>>`,
    Array: ({ constrainedModel }) => readonlyList(constrainedModel.valueModel.type),
  },
  presets: [{ interface: { self: ({ model }) => interfaceText(model) } }],
});

/**
 * Write one TypeScript declaration per named object or enum schema, and the union of all unified messages.
 *
 * @throws {Error} when a schema would yield a nameless model or the type `any`.
 */
export async function modelDeclarations(schemas: Schemas, document: JsonObject): Promise<string> {
  const definitions = Object.fromEntries(
    Object.keys(schemas).map((name) => [name, modelSchema(schemas, name)]),
  );
  const properties = Object.fromEntries(
    Object.keys(schemas).map((name) => [name, { $ref: `#/definitions/${name}` }]),
  );
  const models = await GENERATOR.generate({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: ROOT,
    type: 'object',
    properties,
    definitions,
  });
  const kept = models.filter((model) => model.modelName !== ROOT);
  for (const { modelName, result } of kept) refuse(modelName, result, schemas);
  const texts = kept.map(
    ({ modelName, result }) =>
      `${docOf(schemas[modelName])}export ${enumText(schemas, modelName) ?? result}\n`,
  );
  return [...texts, unifiedMessage(document)].join('\n');
}

function modelSchema(schemas: Schemas, name: string): JsonObject {
  const reference = (target: string) => (hasModel(schemas, target) ? `#/definitions/${target}` : undefined);
  return { ...withoutRules(flattenSchema(schemas, name, reference)), $id: name };
}

function hasModel(schemas: Schemas, name: string): boolean {
  return isObjectSchema(schemas, name) || schemas[name]?.['enum'] !== undefined;
}

/** Leave out what a type cannot express: conditions, defaults, titles and extensions. */
function withoutRules(schema: JsonObject): JsonObject {
  const { allOf: _rules, ...rest } = schema;
  return Object.fromEntries(
    Object.entries(rest)
      // A title is for people; the generator would take it for the name of a type.
      .filter(([keyword]) => !['default', 'title'].includes(keyword) && !keyword.startsWith('x-'))
      .map(([keyword, value]) => [keyword, keyword === 'properties' ? fieldsOf(value) : value]),
  );
}

function fieldsOf(properties: Json): Json {
  return Object.fromEntries(
    membersOf(properties).map(([field, schema]) => [field, isObject(schema) ? withoutRules(schema) : schema]),
  );
}

function refuse(name: string, text: string, schemas: Schemas): void {
  if (!(name in schemas) || /^(Root|Anonymous)/.test(name)) {
    throw new Error(
      `expected every enum and object to be named under components.schemas, got one called ${name}`,
    );
  }
  // A field may be called any.
  if (/\bany\b(?!\??:)/.test(withoutTexts(text))) {
    throw new Error(`expected schema ${name} to give every field a type, got one that would be any`);
  }
}

/** Write an enum value by value: null is null and no text of this spelling. */
function enumText(schemas: Schemas, name: string): string | undefined {
  const values = schemas[name]?.['enum'];
  if (!Array.isArray(values)) return undefined;
  return `type ${name} = ${values.map((value: Json) => JSON.stringify(value)).join(' | ')};`;
}

/** Leave out comments, and texts in quotes: an enum may have the value any. */
function withoutTexts(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
}

/** A name that is no word of TypeScript stands in quotes. */
function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function interfaceText(model: ConstrainedObjectModel): string {
  const properties = Object.values(model.properties);
  const named = properties.filter((property) => !isPhantom(property.property));
  const lines = named.map((property) => {
    const description = at(property.property.originalInput, 'description');
    const doc = typeof description === 'string' ? `  /** ${comment(description)} */\n` : '';
    return `${doc}  readonly ${memberName(property.unconstrainedPropertyName)}${property.required ? '' : '?'}: ${property.property.type};`;
  });
  const open = properties.map((property) => property.property).find(isPhantom);
  if (open !== undefined && open.value.type !== 'unknown') {
    const types = new Set([open.value.type, ...named.map((property) => property.property.type), 'undefined']);
    lines.push(`  readonly [field: string]: ${[...types].join(' | ')};`);
  }
  return `interface ${model.name} {\n${lines.join('\n')}\n}`;
}

function isPhantom(model: ConstrainedMetaModel): model is ConstrainedDictionaryModel {
  return model instanceof ConstrainedDictionaryModel && model.serializationType === 'unwrap';
}

/** The one value that a `const` allows, as a type; it is what tells the branches of a union apart. */
function literal(model: ConstrainedMetaModel): string | undefined {
  const value = at(model.originalInput, 'const');
  return typeof value === 'string' ? JSON.stringify(value) : undefined;
}

function onlyNull(model: ConstrainedMetaModel): 'null' | undefined {
  return at(model.originalInput, 'type') === 'null' ? 'null' : undefined;
}

function readonlyList(element: string): string {
  return /[ |]/.test(element) ? `readonly (${element})[]` : `readonly ${element}[]`;
}

function docOf(schema: JsonObject | undefined): string {
  const description = schema?.['description'];
  return typeof description === 'string' ? `/** ${comment(description)} */\n` : '';
}

function comment(text: string): string {
  return text.trim().replaceAll('*/', '*\\/').replaceAll(/\s+/g, ' ');
}

/** Join every message whose payload is built on UnifiedFields into one union. */
function unifiedMessage(document: JsonObject): string {
  const names = unifiedNames(document);
  return `/** Hold any message that carries the unified fields; \`phase\` tells the kinds apart. */\nexport type UnifiedMessage =\n${names.map((name) => `  | ${name}`).join('\n')};\n`;
}

/** List the payload schemas of messages that are built on UnifiedFields. */
export function unifiedNames(document: JsonObject): readonly string[] {
  const schemas = at(document, 'components', 'schemas');
  const names = membersOf(at(document, 'components', 'messages')).flatMap(([name, message]) => {
    const payload =
      String(at(message, 'payload', '$ref'))
        .split('/')
        .at(-1) ?? name;
    const parts = at(schemas, payload, 'allOf');
    const unified = JSON.stringify(parts ?? null).includes('"#/components/schemas/UnifiedFields"');
    return unified ? [payload] : [];
  });
  return [...new Set(names)];
}
