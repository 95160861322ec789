import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../../generated/${name}`, import.meta.url), 'utf8'));

/** The contract, as JSON. */
export const CONTRACT = read('contract.json');

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
const isCompletion = ajv.compile(asReceiver(read('schemas/AnalyticsCompletion.json')));

/** A schema says what a sender owes. A receiver lives without what is marked as optional for it. */
function asReceiver(schema) {
  const required = schema.required.filter((name) => !schema.properties[name]['x-receiver-optional']);
  const properties = Object.entries(schema.properties).map(([name, field]) => [
    name,
    field['x-receiver-optional'] ? { anyOf: [field, { type: 'null' }] } : field,
  ]);
  const { additionalProperties: _, ...rest } = schema;
  return { ...rest, required, properties: Object.fromEntries(properties) };
}

/**
 * Gives the completion that an event of Pub/Sub brings, under the canonical name.
 *
 * @throws {Error} when there is none. The framework answers 500: a CloudEvent function cannot choose another status.
 */
export function completionOf(event) {
  const encoded = event.data?.message?.data;
  if (typeof encoded !== 'string') throw new Error('expected data.message.data in base64');
  if (!/^[\w+/-]*={0,2}$/.test(encoded)) throw new Error('data.message.data is no base64');
  const completion = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64')),
  );
  if (!isCompletion(completion)) throw new Error(ajv.errorsText(isCompletion.errors));
  const known = Object.entries(CONTRACT.processors.phase_3_analytics);
  const found = known.find(([name, { aliases }]) => [name, ...aliases].includes(completion.processor_name));
  if (found === undefined) throw new Error(`no analytics processor is called ${completion.processor_name}`);
  return {
    ...completion,
    processor_name: found[0],
    correlation_id: completion.correlation_id ?? completion.execution_id,
    run: completion.metadata.run ?? 1,
  };
}
