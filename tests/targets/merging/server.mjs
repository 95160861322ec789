import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { readArrival, Unusable } from './arrival.mjs';
import { soon, store } from './cloud.mjs';
import { nameBased, settle, UnderWay } from './trigger.mjs';

const NAME = process.argv[2];
const contract = JSON.parse(
  readFileSync(new URL('../../../generated/contract.json', import.meta.url), 'utf8'),
);
const mine = contract.orchestrators[NAME];
const PHASE = NAME === 'phase4-orchestrator' ? 'phase_4_precompute' : 'phase_3_analytics';
const progress = store.collection(`progress_of_${NAME.replaceAll('-', '_')}`);

async function arrive(headers, body) {
  const begun = performance.now();
  const { message, message_id } = readArrival(headers, body, PHASE);
  if (message.skip_downstream_trigger) return;
  const run = message.metadata.run ?? 1;
  const place = progress.doc(`${message.game_date}~${run}`);
  const { processor_name, execution_id, status, backfill_mode, backfill_reason } = message;
  const correlation_id = message.correlation_id ?? execution_id;
  const entry = { execution_id, correlation_id, status, backfill_mode, backfill_reason };
  const column = mine.counts.includes(status) ? 'done' : 'not_done';
  // Each writes its own field and reads nothing before, so that nobody waits for anybody.
  await soon(
    place.set({ game_date: message.game_date, run, [column]: { [processor_name]: entry } }, { merge: true }),
  );
  const { done = {} } = (await soon(place.get())).data() ?? {};
  const cause = {
    parent_processor: processor_name,
    trigger_source: 'pubsub',
    trigger_message_id: message_id,
  };
  await sendWhatIsOwed({ game_date: message.game_date, run, done }, cause, begun);
}

async function sendWhatIsOwed({ game_date, run, done = {} }, cause, begun) {
  for (const level of mine.levels) {
    if (!level.waits_for.every((name) => name in done)) continue;
    const key = `${NAME}.${game_date}.${run}.${level.level}`;
    await settle(key, mine.triggers, () => ({
      game_date,
      message: JSON.stringify(triggerOf(game_date, run, done, level, cause, begun)),
    }));
  }
}

function triggerOf(game_date, run, done, { level, waits_for, runs }, cause, begun) {
  const { namespace, name } = contract.trigger_identity;
  const values = { orchestrator: NAME, game_date, run, level };
  const inputs = waits_for.map((processor) => ({ processor, ...done[processor] }));
  const backfill = inputs.find(({ backfill_mode }) => backfill_mode);
  return {
    processor_name: NAME,
    phase: 'orchestration',
    execution_id: nameBased(
      namespace,
      name.replace(/\{(\w+)\}/g, (_, word) => values[word]),
    ),
    correlation_id: inputs[0].correlation_id,
    game_date,
    output_table: mine.table,
    output_dataset: mine.dataset,
    status: 'success',
    record_count: inputs.length,
    records_failed: 0,
    timestamp: new Date().toISOString(),
    duration_seconds: (performance.now() - begun) / 1000,
    ...cause,
    skip_downstream_trigger: false,
    backfill_mode: backfill !== undefined,
    backfill_reason: backfill?.backfill_reason ?? null,
    error_message: null,
    error_type: null,
    metadata: {
      run,
      level,
      processors: runs,
      upstream: inputs.map(({ processor, execution_id, correlation_id }) => ({
        processor,
        execution_id,
        correlation_id,
      })),
    },
  };
}

/** Sets that are complete; what was sent long ago is asked for again, and costs one read. */
async function sweep() {
  const cause = { parent_processor: null, trigger_source: 'scheduler', trigger_message_id: null };
  const dates = (await soon(progress.get())).docs.map((found) => found.data());
  const results = await Promise.allSettled(
    dates.map((date) => sendWhatIsOwed(date, cause, performance.now())),
  );
  if (results.some(({ status }) => status === 'rejected')) throw new UnderWay('a trigger could not be sent');
}

function statusOf(error) {
  if (error instanceof Unusable) return 400;
  if (error instanceof UnderWay) return 503;
  return 500;
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const route = `${request.method} ${request.url}`;
  try {
    if (route === 'POST /arrivals') await arrive(request.headers, Buffer.concat(parts));
    else if (route === 'POST /sweep') await sweep();
    else if (route !== 'GET /alive') return response.writeHead(404).end();
    response.writeHead(route === 'POST /sweep' ? 200 : 204).end();
  } catch (error) {
    response.writeHead(statusOf(error), { 'content-type': 'text/plain' }).end(error.message);
  }
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
