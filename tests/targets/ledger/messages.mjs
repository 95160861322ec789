import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

const load = createRequire(import.meta.url);

/** The contract, as JSON. */
export const CONTRACT = load('../../../generated/contract.json');

/** It will never be right. */
export class Malformed extends Error {}

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const checks = new Map();

/** A receiver lives without what is marked so, and with what it does not know. */
function checkOf(name) {
  if (!checks.has(name)) {
    const schema = structuredClone(load(`../../../generated/schemas/${name}.json`));
    const spared = Object.keys(schema.properties).filter(
      (field) => schema.properties[field]['x-receiver-optional'],
    );
    schema.required = schema.required.filter((field) => !spared.includes(field));
    for (const field of spared)
      schema.properties[field] = { anyOf: [{ type: 'null' }, schema.properties[field]] };
    delete schema.additionalProperties;
    delete schema.$id;
    checks.set(name, ajv.compile(schema));
  }
  return checks.get(name);
}

/** Open a delivery and hold its message to one of some schemas, the one that `choose` names. @throws {Malformed} */
export function openDelivery(type, text, choose) {
  const body = readJson(text);
  const { message } = (String(type).includes('cloudevents+json') ? body?.data : body) ?? {};
  const number = message?.messageId ?? message?.message_id;
  if (typeof message?.data !== 'string' || !number) throw new Malformed('no message with data and messageId');
  const bytes = Buffer.from(message.data, 'base64');
  if (
    bytes.toString('base64url') !== message.data.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  ) {
    throw new Malformed('data is no base64');
  }
  const payload = readJson(bytes.toString('utf8'));
  if (payload === null || typeof payload !== 'object') throw new Malformed('the message is no object');
  const check = checkOf(choose(payload));
  if (!check(payload)) throw new Malformed(ajv.errorsText(check.errors));
  return { payload, number: String(number) };
}

/** Read JSON. @throws {Malformed} */
export function readJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Malformed(error.message);
  }
}

/** Find who in a phase is called so. @throws {Malformed} */
export function whoIs(phase, spelling) {
  const all = Object.entries(CONTRACT.processors[phase]);
  const found = all.find(([name, { aliases }]) => name === spelling || aliases.includes(spelling));
  if (found === undefined) throw new Malformed(`${spelling} is not of ${phase}`);
  return found[0];
}

/** Where a message comes from: what caused it, and what of it travels on. */
export function causeOf(payload, number, parent_processor) {
  const { game_date, backfill_mode = false, backfill_reason = null } = payload;
  return {
    game_date,
    backfill_mode,
    backfill_reason,
    parent_processor,
    trigger_source: number === null ? 'manual' : 'pubsub',
    trigger_message_id: number,
  };
}

/** Build the completion of a run. */
export function completion({
  phase,
  processor,
  cause,
  run,
  correlation_id,
  execution_id,
  begun_ms,
  result,
  metadata,
}) {
  const { dataset, table } = CONTRACT.processors[phase][processor];
  const is_broken = result.status === 'failed';
  return {
    ...cause,
    processor_name: processor,
    phase,
    execution_id,
    correlation_id,
    output_table: table,
    output_dataset: dataset,
    status: result.status,
    record_count: result.records,
    records_failed: result.lost ?? 0,
    timestamp: new Date().toISOString(),
    duration_seconds: (Date.now() - begun_ms) / 1000,
    skip_downstream_trigger: false,
    error_message: is_broken ? result.why : null,
    error_type: is_broken ? result.type : null,
    metadata: { run, ...metadata },
  };
}
