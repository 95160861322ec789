import {
  at,
  isList,
  isObject,
  type Json,
  type JsonObject,
  membersOf,
  stringsOf,
} from '../../contract/json.ts';
import { flattenSchema, isObjectSchema, type Schemas } from '../../schemas/flatten.ts';
import { docstring, literalType, pythonName, pythonString } from './print.ts';

const PREFIX = '#/definitions/';

const HEAD = `${docstring('A model per object of the contract, and a Literal per enum.')}
from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import ConfigDict, Field, JsonValue

from .base import ContractModel
`;

/** Names that pydantic's models use themselves. */
const TAKEN =
  /^(model_(computed_fields|config|construct|copy|dump(_json)?|extra|fields(_set)?|json_schema|parametrized_name|post_init|rebuild|validate(_json|_strings)?)|construct|copy|dict|from_orm|json|parse_(file|obj|raw)|receive|schema|schema_json|to_message|update_forward_refs|validate)$/;

/** Types that annotations name. */
const TYPES = ['str', 'int', 'float', 'bool', 'list', 'dict', 'Literal', 'JsonValue', 'Field', 'ConfigDict'];

/** A class below a model takes the fields as they are by then; a model may name another that stands further down. */
const WHOLE = `
for _model in ContractModel.__subclasses__():
    _model.model_rebuild()
`;

/**
 * Write one pydantic model per named object schema, one Literal per named enum, and the union of all messages that carry
 * the unified fields.
 *
 * @param unified  the names in that union.
 */
export function modelsModule(schemas: Schemas, unified: readonly string[]): string {
  const names = Object.keys(schemas).filter((name) => hasModel(schemas, name));
  const enums = names.filter((name) => !isObjectSchema(schemas, name)).map((name) => enumText(schemas, name));
  const models = names
    .filter((name) => isObjectSchema(schemas, name))
    .map((name) => modelText(schemas, name));
  const union = `\nUnifiedMessage: TypeAlias = ${unified.join(' | ')}\n${docstring('Any message that carries the unified fields; `phase` tells the kinds apart.')}`;
  return [HEAD, ...enums, ...models, ...(unified.length > 1 ? [union] : []), WHOLE].join('\n');
}

function hasModel(schemas: Schemas, name: string): boolean {
  return isObjectSchema(schemas, name) || schemas[name]?.['enum'] !== undefined;
}

function flat(schemas: Schemas, name: string): JsonObject {
  return flattenSchema(schemas, name, (target) =>
    hasModel(schemas, target) ? `${PREFIX}${target}` : undefined,
  );
}

function enumText(schemas: Schemas, name: string): string {
  const values = schemas[name]?.['enum'];
  const doc = at(schemas[name], 'description');
  const lines = `${name}: TypeAlias = ${literalType(isList(values) ? [...values] : [])}\n`;
  return typeof doc === 'string' ? `${lines}${docstring(doc)}` : lines;
}

function modelText(schemas: Schemas, name: string): string {
  const schema = flat(schemas, name);
  const required = stringsOf(schema['required']);
  // A field that is called as a type is would hide it from the fields below.
  const used = new Set<string>([...TYPES, ...Object.keys(schemas)]);
  const fields = membersOf(schema['properties']).flatMap(([field, value]) =>
    isObject(value) ? fieldLines(field, value, required.includes(field), used) : [],
  );
  // An object of which no field is described takes every field.
  const open = schema['additionalProperties'] ?? (isObject(schema['properties']) ? undefined : true);
  const extra = isObject(open)
    ? [
        '    model_config = ConfigDict(extra="allow")',
        `    __pydantic_extra__: dict[str, ${typeOf(open)}] = Field(init=False)`,
      ]
    : open === true
      ? ['    model_config = ConfigDict(extra="allow")']
      : [];
  const doc =
    typeof schema['description'] === 'string' ? schema['description'] : `The schema ${name} of the contract.`;
  const body = [...extra, ...(extra.length > 0 && fields.length > 0 ? [''] : []), ...fields];
  return `\nclass ${name}(ContractModel):\n    ${docstring(doc)}\n${body.map((line) => `${line}\n`).join('')}`;
}

/** A field that a receiver must do without may be None, for it may be missing; its sender is judged more strictly. */
function fieldLines(
  field: string,
  schema: JsonObject,
  required: boolean,
  used: Set<string>,
): readonly string[] {
  const optional = !required || schema['x-receiver-optional'] === true;
  let name = pythonName(field);
  while (TAKEN.test(name) || used.has(name)) name = `${name}_`;
  used.add(name);
  const type = typeOf(schema);
  const written = optional && !/(^| )None$/.test(type) ? `${type} | None` : type;
  const alias = name === field ? undefined : `alias=${pythonString(field)}`;
  const settings = [optional ? 'default=None' : undefined, alias].filter((one) => one !== undefined);
  const value =
    settings.length === 0 ? '' : alias === undefined ? ' = None' : ` = Field(${settings.join(', ')})`;
  const doc = schema['description'];
  return [
    `    ${name}: ${written}${value}`,
    ...(typeof doc === 'string' ? [`    ${docstring(doc).trimEnd()}`] : []),
  ];
}

function typeOf(schema: Json): string {
  if (!isObject(schema)) return 'JsonValue';
  const target = schema['$ref'];
  if (typeof target === 'string') return target.replace(PREFIX, '');
  if (schema['const'] !== undefined) return literalOrNull([schema['const']]);
  if (isList(schema['enum'])) return literalOrNull([...schema['enum']]);
  for (const choice of ['oneOf', 'anyOf']) {
    const branches = schema[choice];
    if (isList(branches)) return unionOf(branches.map((branch: Json) => typeOf(branch)));
  }
  const types = typeof schema['type'] === 'string' ? [schema['type']] : stringsOf(schema['type']);
  return types.length === 0 ? 'JsonValue' : unionOf(types.map((type) => plainType(type, schema)));
}

function plainType(type: string, schema: JsonObject): string {
  switch (type) {
    case 'string':
      return 'str';
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'null':
      return 'None';
    case 'array':
      return `list[${typeOf(schema['items'] ?? null)}]`;
    default:
      return `dict[str, ${typeOf(isObject(schema['additionalProperties']) ? schema['additionalProperties'] : null)}]`;
  }
}

function literalOrNull(values: readonly Json[]): string {
  const others = values.filter((value) => value !== null);
  return unionOf([
    ...(others.length > 0 ? [literalType(others)] : []),
    ...(values.includes(null) ? ['None'] : []),
  ]);
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)]
    .sort((one, other) => Number(one === 'None') - Number(other === 'None'))
    .join(' | ');
}
