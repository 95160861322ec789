// An orchestrator as somebody writes it on a first day: it validates nothing, answers 200 to everything, forgets a trigger
// whose publish fails, and leaves out metadata.level. Node's standard library over REST.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const {
  GOOGLE_CLOUD_PROJECT: project,
  PUBSUB_EMULATOR_HOST: pubsub,
  FIRESTORE_EMULATOR_HOST: store,
} = process.env;
const NAMES = [
  'player_game_summary',
  'team_offense_game_summary',
  'team_defense_game_summary',
  'upcoming_player_game_context',
  'upcoming_team_game_context',
];

async function call(url, method, body) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { ok: response.ok, json: await response.json() };
}

async function handle(message) {
  const date = message.game_date;
  const name = `projects/${project}/databases/(default)/documents/phase3_completion/${date}`;
  const read = await call(`http://${store}/v1/${name}`, 'GET');
  const fields = { ...read.json.fields, [message.processor_name]: { stringValue: message.execution_id } };
  await call(`http://${store}/v1/${name}`, 'PATCH', { fields });
  const done = NAMES.every((one) => one in fields) && !('triggered' in fields);
  if (!done) return;
  await call(`http://${store}/v1/${name}`, 'PATCH', {
    fields: { ...fields, triggered: { booleanValue: true } },
  });
  const trigger = {
    ...message,
    processor_name: 'phase3-to-phase4-orchestrator',
    phase: 'orchestration',
    execution_id: uuid(date),
    trigger_source: 'pubsub',
    metadata: {
      processors: ['team_defense_zone_analysis', 'player_shot_zone_analysis', 'player_daily_cache'],
    },
  };
  const data = Buffer.from(JSON.stringify(trigger)).toString('base64');
  await call(`http://${pubsub}/v1/projects/${project}/topics/nba-phase4-trigger:publish`, 'POST', {
    messages: [{ data }],
  });
}

function uuid(date) {
  const hex = createHash('sha1').update(date).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const server = createServer(async (request, response) => {
  try {
    let text = '';
    for await (const chunk of request) text += chunk;
    const envelope = JSON.parse(text);
    await handle(JSON.parse(Buffer.from(envelope.message.data, 'base64').toString()));
  } catch {
    // So as not to crash.
  }
  response.writeHead(200).end();
});
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
