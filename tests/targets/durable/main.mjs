import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { roleOf, understand, Wrong } from './contract.mjs';
import { memory, openTriggers } from './engine.mjs';

const role = roleOf(process.argv[2]);
const broker = `http://${process.env['PUBSUB_EMULATOR_HOST']}/v1/projects/${process.env['GOOGLE_CLOUD_PROJECT']}`;
const DELIVERY_MS_MAX = 8_000;
const PUBLISH_MS_MAX = 5_000;
const triggers = await openTriggers(role.name, publish);

async function publish(message) {
  const data = Buffer.from(JSON.stringify(message)).toString('base64');
  const attributes = { engine: 'bullmq', level: String(message.metadata.level) };
  const answer = await fetch(`${broker}/topics/${role.triggers}:publish`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ data, attributes }] }),
    signal: AbortSignal.timeout(PUBLISH_MS_MAX),
  });
  if (!answer.ok) throw new Error(`the broker answered ${answer.status}`);
}

async function onPush(content_type, body) {
  const begun = Date.now();
  const { completion, processor, message_id } = understand(role, content_type, body);
  if (completion.skip_downstream_trigger) return 'told to trigger nothing';
  const { game_date, execution_id, status, backfill_mode, backfill_reason } = completion;
  const date = `${game_date}/${completion.metadata.run ?? 1}`;
  const entry = JSON.stringify({
    processor,
    execution_id,
    correlation_id: completion.correlation_id ?? execution_id,
    backfill_mode,
    backfill_reason,
  });
  if (role.counts.includes(status)) {
    // The first that counts is kept, whatever comes after it.
    await memory.multi().sadd(datesKey(), date).hsetnx(doneKey(date), processor, entry).exec();
  } else await memory.hset(`else:${role.name}:${date}`, processor, `${status} ${execution_id}`);
  await ensureTriggers(date, { processor, message_id, begun });
  return 'recorded';
}

const doneKey = (date) => `done:${role.name}:${date}`;
const datesKey = () => `dates:${role.name}`;

async function ensureTriggers(date, cause) {
  const done = Object.values(await memory.hgetall(doneKey(date))).map((text) => JSON.parse(text));
  for (const level of role.levels) {
    const inputs = done.filter(({ processor }) => level.waits_for.includes(processor));
    if (inputs.length < level.waits_for.length) continue;
    await triggers.ensure(triggerOf(date, level, inputs, cause), DELIVERY_MS_MAX);
  }
}

async function onSweep() {
  const dates = await memory.smembers(datesKey());
  const outcomes = await Promise.allSettled(dates.map((date) => ensureTriggers(date, { begun: Date.now() })));
  const stuck = outcomes.filter(({ status }) => status === 'rejected');
  if (stuck.length > 0) throw new Error(`${stuck.length} triggers are not out`);
  return `${dates.length} dates are in order`;
}

function triggerOf(date, { level, waits_for, runs }, inputs, { processor = null, message_id = null, begun }) {
  const [game_date, run] = date.split('/');
  const backfill = inputs.filter(({ backfill_mode }) => backfill_mode).at(-1);
  return {
    game_date,
    execution_id: uuid5(`${role.name}/${game_date}/${run}/${level}`),
    correlation_id: inputs.at(-1).correlation_id,
    processor_name: role.name,
    phase: 'orchestration',
    status: 'success',
    output_table: role.table,
    output_dataset: role.dataset,
    record_count: waits_for.length,
    records_failed: 0,
    timestamp: new Date().toISOString().replace('Z', '000Z'),
    duration_seconds: (Date.now() - begun) / 1000,
    parent_processor: processor,
    trigger_source: message_id === null ? 'scheduler' : 'pubsub',
    trigger_message_id: message_id,
    skip_downstream_trigger: false,
    backfill_mode: backfill !== undefined,
    backfill_reason: backfill?.backfill_reason ?? null,
    error_message: null,
    error_type: null,
    metadata: {
      run: Number(run),
      level,
      processors: runs,
      engine: 'bullmq',
      upstream: inputs.map(({ processor, execution_id, correlation_id }) => ({
        processor,
        execution_id,
        correlation_id,
      })),
    },
  };
}

function uuid5(name) {
  const namespace = Buffer.from(role.identity.namespace.replaceAll('-', ''), 'hex');
  const hex = createHash('sha1')
    .update(Buffer.concat([namespace, Buffer.from(name)]))
    .digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const ROUTES = { '/pubsub/push': onPush, '/sweep': onSweep };

const server = createServer(async (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  await once(request, 'end');
  const body = Buffer.concat(chunks);
  const route = request.method === 'POST' ? ROUTES[request.url] : undefined;
  if (route === undefined) return response.writeHead(405).end();
  try {
    const words = await route(request.headers['content-type'], body);
    response.writeHead(202).end(words);
  } catch (error) {
    response.writeHead(error instanceof Wrong ? 400 : 500).end(error.message);
  }
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () =>
  console.log(`${role.name} works at http://127.0.0.1:${server.address().port}`),
);
