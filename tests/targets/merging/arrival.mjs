import { readFileSync } from 'node:fs';

const contract = JSON.parse(
  readFileSync(new URL('../../../generated/contract.json', import.meta.url), 'utf8'),
);

/** What can never be worked on, however often it comes. */
export class Unusable extends Error {}

const isText = (value) => typeof value === 'string' && value !== '';
const isTextOrNull = (value) => value === null || typeof value === 'string';
const isCount = (value) => Number.isInteger(value) && value >= 0;
const isFlag = (value) => typeof value === 'boolean';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isUuid = (value) =>
  typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value);
const isCorrelation = (value) => typeof value === 'string' && value.length >= 1 && value.length <= 128;

/** A day that its month has: the calendar of Date gives it back unchanged. */
function isDay(value) {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function isMoment(value) {
  if (typeof value !== 'string') return false;
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?Z$/.exec(value);
  return parts !== null && isDay(parts[1]);
}

const FIELDS = {
  processor_name: isText,
  execution_id: isUuid,
  game_date: isDay,
  output_table: isText,
  output_dataset: isText,
  status: (value) => ['success', 'partial', 'no_data', 'failed'].includes(value),
  record_count: isCount,
  records_failed: isCount,
  timestamp: isMoment,
  duration_seconds: (value) => typeof value === 'number' && value >= 0,
  parent_processor: isTextOrNull,
  trigger_source: (value) => ['pubsub', 'scheduler', 'manual'].includes(value),
  trigger_message_id: isTextOrNull,
  skip_downstream_trigger: isFlag,
  backfill_mode: isFlag,
  backfill_reason: isTextOrNull,
  error_message: isTextOrNull,
  error_type: isTextOrNull,
  metadata: isObject,
};

const RULES = [
  [
    'failed names its error',
    (m) => m.status !== 'failed' || (isText(m.error_message) && isText(m.error_type)),
  ],
  ['partial has failed records', (m) => m.status !== 'partial' || m.records_failed > 0],
  ['no_data has no records', (m) => m.status !== 'no_data' || m.record_count === 0],
  [
    'trigger_message_id goes with pubsub',
    (m) => (m.trigger_source === 'pubsub' ? isText(m.trigger_message_id) : m.trigger_message_id === null),
  ],
  [
    'backfill_reason goes with backfill_mode',
    (m) => (m.backfill_mode ? isText(m.backfill_reason) : m.backfill_reason === null),
  ],
  ['correlation_id', (m) => (m.correlation_id ?? null) === null || isCorrelation(m.correlation_id)],
];

const METADATA = {
  run: (value) => Number.isInteger(value) && value >= 1,
  level: (value) => Number.isInteger(value) && value >= 1 && value <= 3,
  players_ready: isCount,
  players_total: isCount,
  players_failed: isCount,
  upstream: (value) => Array.isArray(value) && value.every(isUpstream),
};

/** Which fields of metadata are in the shape of each phase's topic. */
const SHAPES = {
  phase_3_analytics: ['run', 'upstream'],
  phase_4_precompute: ['run', 'level', 'upstream', 'players_ready', 'players_total', 'players_failed'],
};

function isUpstream(value) {
  return (
    isObject(value) &&
    isText(value.processor) &&
    isUuid(value.execution_id) &&
    isCorrelation(value.correlation_id)
  );
}

/**
 * Takes what was posted apart: a push envelope, or a CloudEvent in either mode.
 *
 * @throws {Unusable} saying what is wrong with it.
 */
export function readArrival(headers, body, phase) {
  const { data, message_id } = unwrap(headers, body);
  const bytes = Buffer.from(data, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== data.replace(/=+$/, ''))
    throw new Unusable('no base64');
  const message = parse(new TextDecoder('utf-8', { fatal: true }), bytes);
  if (!isObject(message)) throw new Unusable('the message is no object');
  check(message, phase);
  return { message: { ...message, processor_name: canonical(message.processor_name, phase) }, message_id };
}

function unwrap(headers, body) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const whole = parse(decoder, body);
  const is_structured = String(headers['content-type'] ?? '').startsWith('application/cloudevents+json');
  const holder = is_structured ? whole?.data : whole;
  const message = holder?.message;
  const message_id = message?.messageId ?? message?.message_id;
  if (typeof message?.data !== 'string' || message_id === undefined)
    throw new Unusable('no envelope with data and messageId');
  return { data: message.data, message_id: String(message_id) };
}

function parse(decoder, bytes) {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new Unusable(`no JSON: ${error.message}`);
  }
}

function check(message, phase) {
  const wrong = Object.keys(FIELDS).filter((name) => !FIELDS[name](message[name]));
  if (message.phase !== phase) wrong.push('phase');
  if (wrong.length === 0) {
    wrong.push(...RULES.filter(([, holds]) => !holds(message)).map(([name]) => name));
    for (const name of SHAPES[phase]) {
      if (name in message.metadata && !METADATA[name](message.metadata[name])) wrong.push(`metadata.${name}`);
    }
  }
  if (wrong.length > 0) throw new Unusable(`not as the contract has it: ${wrong.join(', ')}`);
}

function canonical(spelling, phase) {
  for (const [name, { aliases }] of Object.entries(contract.processors[phase])) {
    if (name === spelling || aliases.includes(spelling)) return name;
  }
  throw new Unusable(`nobody of ${phase} is called ${spelling}`);
}
