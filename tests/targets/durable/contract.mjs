import { readFileSync } from 'node:fs';

const folder = new URL('../../../generated/', import.meta.url);
const contract = JSON.parse(readFileSync(new URL('contract.json', folder), 'utf8'));

/** A delivery that no repetition makes right. */
export class Wrong extends Error {}

/** What one orchestrator is by the contract: its levels, its topic, and who may report to it. */
export function roleOf(name) {
  const orchestrator = contract.orchestrators[name];
  const { messages } = contract.topics[orchestrator.listens_to];
  const schema = JSON.parse(readFileSync(new URL(`schemas/${messages[0]}.json`, folder), 'utf8'));
  const names = new Map();
  for (const [canonical, { aliases }] of Object.entries(contract.processors[schema.properties.phase.const])) {
    for (const spelling of [canonical, ...aliases]) names.set(spelling, canonical);
  }
  return { name, ...orchestrator, schema, names, identity: contract.trigger_identity };
}

/** Give the completion in a delivery, and the id of its message. @throws {Wrong} */
export function understand(role, content_type = '', body) {
  const envelope = json(body);
  const push = content_type.startsWith('application/cloudevents+json') ? envelope?.data : envelope;
  const { data, messageId, message_id = messageId } = push?.message ?? {};
  if (typeof data !== 'string' || message_id === undefined)
    throw new Wrong('message.data or messageId is missing');
  if (data.length % 4 === 1 || /[^A-Za-z0-9+/=]/.test(data)) throw new Wrong('message.data is no base64');
  const completion = json(Buffer.from(data, 'base64'));
  const wrong = faults(role.schema, completion, role.schema.definitions, '$');
  if (wrong.length > 0) throw new Wrong(wrong.join('; '));
  const processor = role.names.get(completion.processor_name);
  if (processor === undefined) throw new Wrong(`${completion.processor_name} does not report here`);
  return { completion, processor, message_id: String(message_id) };
}

function json(bytes) {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Wrong(`no JSON: ${error.message}`);
  }
}

const KINDS = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const FORMATS = {
  uuid: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  date: (text) => sameDay(text),
  'date-time': (text) => sameDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
};

function sameDay(text) {
  const [year, month, day] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** List where a value leaves its schema. */
function faults(schema, value, definitions, place) {
  if (schema.$ref !== undefined)
    return faults(definitions[schema.$ref.split('/').at(-1)], value, definitions, place);
  const kinds = [schema.type ?? []].flat();
  if (kinds.length > 0 && !kinds.some((kind) => KINDS[kind](value)))
    return [`${place} must be ${kinds.join(' or ')}`];
  const found = [];
  const rule = (holds, what) => holds || found.push(`${place} ${what}`);
  rule(schema.const === undefined || value === schema.const, `must be ${schema.const}`);
  rule(schema.enum === undefined || schema.enum.includes(value), `must be one of ${schema.enum}`);
  if (typeof value === 'number') {
    rule(value >= (schema.minimum ?? value) && value <= (schema.maximum ?? value), 'is out of bounds');
  }
  if (typeof value === 'string') {
    rule([...value].length >= (schema.minLength ?? 0), 'is too short');
    rule([...value].length <= (schema.maxLength ?? Number.POSITIVE_INFINITY), 'is too long');
    rule(
      schema.pattern === undefined || new RegExp(schema.pattern).test(value),
      `must match ${schema.pattern}`,
    );
    rule(FORMATS[schema.format]?.(value) ?? true, `must be a ${schema.format}`);
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    found.push(
      ...value.flatMap((each, index) => faults(schema.items, each, definitions, `${place}[${index}]`)),
    );
  }
  if (KINDS.object(value)) found.push(...membersOf(schema, value, definitions, place));
  return found;
}

function membersOf(schema, value, definitions, place) {
  const properties = Object.entries(schema.properties ?? {});
  const optional = properties.filter(([, field]) => field['x-receiver-optional']).map(([name]) => name);
  const missing = (schema.required ?? []).filter((name) => !(name in value) && !optional.includes(name));
  const inside = properties.filter(
    ([name]) => name in value && !(optional.includes(name) && value[name] === null),
  );
  const conditional = (schema.allOf ?? []).map((part) => {
    const branch = faults(part.if, value, definitions, place).length === 0 ? part.then : part.else;
    return branch ?? {};
  });
  return [
    ...missing.map((name) => `${place}.${name} is missing`),
    ...inside.flatMap(([name, field]) => faults(field, value[name], definitions, `${place}.${name}`)),
    ...conditional.flatMap((branch) => faults(branch, value, definitions, place)),
  ];
}
