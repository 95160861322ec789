import type { Contract } from '../contract/contract.ts';
import { isObject, type Json, type JsonObject } from '../contract/json.ts';
import { flattenSchema, isObjectSchema, type Schemas } from './flatten.ts';

/** Write the JSON Schema (draft-07) of one message as its sender must keep it; it needs no other file. */
export function messageSchema(
  contract: Contract,
  schemas: Schemas,
  message: string,
  payload: string,
): JsonObject {
  const used = new Set<string>();
  const reference = (target: string): string | undefined => {
    if (!isObjectSchema(schemas, target)) return undefined;
    used.add(target);
    return `#/definitions/${target}`;
  };
  const whole = closed(flattenSchema(schemas, payload, reference));
  const definitions: Record<string, Json> = {};
  for (const name of used) definitions[name] = closed(flattenSchema(schemas, name, reference));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `${message}.json`,
    $comment: `Generated from ${contract.file}. Do not edit.`,
    title: message,
    ...whole,
    ...(used.size > 0 ? { definitions } : {}),
  };
}

/** Refuse unknown fields of an object that does not say otherwise. */
function closed(schema: JsonObject): JsonObject {
  return isObject(schema['properties'])
    ? { ...schema, additionalProperties: schema['additionalProperties'] ?? false }
    : schema;
}
