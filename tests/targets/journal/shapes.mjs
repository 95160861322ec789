/** Judges JSON values by the schemas of the contract, as their receiver. */

import { readFileSync } from 'node:fs';

const folder = new URL('../../../generated/python/nba_pipeline_contract/', import.meta.url);
const schemas = JSON.parse(readFileSync(new URL('schemas.json', folder), 'utf8'));
const contract = JSON.parse(
  readFileSync(new URL('../../../generated/contract.json', import.meta.url), 'utf8'),
);

export const readiness = contract.readiness;
export const featureStore = 'ml_feature_store_v2';

const { aliases } = contract.processors.phase_4_precompute[featureStore];
const featureStoreNames = new Set([featureStore, ...aliases]);
const kinds = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  null: (value) => value === null,
};
const formats = {
  date: isDate,
  'date-time': isMoment,
  'iso-date-time': isMoment,
  // The schemas are written for Python, whose expressions Node does not read: this is the only other one, a UUID.
  uuid: (text) => /^(?:urn:uuid:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
};

/** Gives what is wrong with a value, or null. */
export function fault(name, value) {
  const found = faultOf(schemas[`receive.${name}`], value, '');
  if (found || name !== 'FeatureStoreCompletion') return found;
  return featureStoreNames.has(value.processor_name)
    ? null
    : `processor_name ${value.processor_name} is another`;
}

export function isDate(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isMoment(text) {
  return isDate(text.slice(0, 10)) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d/.test(text.slice(11));
}

function faultOf(schema, value, place) {
  const wrong = `expected ${schema['x-expected'] ?? 'what the contract says'} at ${place || 'the top'}`;
  if (schema.$ref) return faultOf(schemas[schema.$ref], value, place);
  if (schema.type && ![schema.type].flat().some((kind) => kinds[kind](value))) return wrong;
  if ('const' in schema && schema.const !== value) return wrong;
  if (schema.enum && !schema.enum.includes(value)) return wrong;
  if (typeof value === 'number' && (value < schema.minimum || value > schema.maximum)) return wrong;
  if (typeof value === 'string') {
    const long = [...value].length;
    if (long < schema.minLength || long > schema.maxLength) return wrong;
    if (schema.pattern && !new RegExp(schema.pattern.replace('\\Z', '$'), 'u').test(value)) return wrong;
    if (schema.format && !(formats[schema.format] ?? formats.uuid)(value)) return wrong;
  }
  if (Array.isArray(value)) {
    if (value.length < schema.minItems) return wrong;
    for (const [at, item] of value.entries()) {
      const found = schema.items && faultOf(schema.items, item, `${place}[${at}]`);
      if (found) return found;
    }
  }
  if (kinds.object(value)) {
    for (const field of schema.required ?? [])
      if (!Object.hasOwn(value, field)) return `${place}.${field} is missing`;
    for (const [field, member] of Object.entries(value)) {
      const inner = Object.hasOwn(schema.properties ?? {}, field) ? schema.properties[field] : null;
      if (!inner && schema.additionalProperties === false) return `${place}.${field} is not known`;
      const found = inner && faultOf(inner, member, `${place}.${field}`);
      if (found) return found;
    }
  }
  for (const part of schema.allOf ?? []) {
    const found = faultOf(part, value, place);
    if (found) return found;
  }
  if (schema.oneOf?.every((part) => faultOf(part, value, place))) return wrong;
  if (!schema.if) return null;
  const branch = faultOf(schema.if, value, place) ? schema.else : schema.then;
  return branch ? faultOf(branch, value, place) : null;
}
