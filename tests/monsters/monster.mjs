// One component that is right but for the one thing that its kind says: node monster.mjs KIND COMPONENT
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';

const [kind = '', component = ''] = process.argv.slice(2);
const is = (...kinds) => kinds.includes(kind);
const project = is('ignores-the-project') ? 'production' : process.env.GOOGLE_CLOUD_PROJECT;
const pubsub = process.env.PUBSUB_EMULATOR_HOST;

const FAN_IN = 'phase3-to-phase4-orchestrator';
const PHASE_3 = [
  'player_game_summary',
  'team_defense_game_summary',
  'team_offense_game_summary',
  'upcoming_player_game_context',
  'upcoming_team_game_context',
];
const LEVEL_1 = ['team_defense_zone_analysis', 'player_shot_zone_analysis', 'player_daily_cache'];

/** What this component publishes to. */
const OUTPUT = {
  [FAN_IN]: 'nba-phase4-trigger',
  'phase1-scrapers': 'nba-phase1-scrapers-complete',
  'phase2-raw': 'nba-phase2-raw-complete',
}[component];

if (is('exits-at-once')) {
  console.error(
    'Traceback (most recent call last):\n  File "main.py", line 1\nModuleNotFoundError: No module named x',
  );
  process.exit(1);
}
if (is('ignores-sigterm', 'publishes-1000')) process.on('SIGTERM', () => {});
if (is('forks', 'holds-its-port')) fork();
if (is('exits-at-random')) setTimeout(() => process.exit(3), 200 + Math.random() * 2_000);
if (is('floods-output')) {
  const line = `${'x'.repeat(1_000)}\n`.repeat(100);
  const flood = () => void process.stdout.write(line, () => setImmediate(flood));
  flood();
}

/** Two more processes: one in the group, and one outside of it that hears no SIGTERM. */
function fork() {
  const idle = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
  spawn(process.execPath, ['-e', idle], { stdio: 'inherit' });
  spawn(process.execPath, ['-e', idle], { stdio: 'inherit', detached: true }).unref();
}

const state = new Map();

/** Does what a right program would do with a message, or what its kind does instead. */
async function handle(path, message, message_id) {
  if (is('exits-at-each-delivery')) process.exit(5);
  if (is('does-nothing')) return 204;
  if (is('answers-500')) return 500;
  if (component === 'phase1-scrapers') return scrape(message);
  const why = problemOf(message);
  if (why) return 400;
  if (path === '/sweep') return is('no-sweep') ? 404 : 200;
  if (message.skip_downstream_trigger) return 204;
  if (component === 'phase2-raw') return publish([raw(message, message_id)]);
  const key = `${message.game_date}.${message.metadata?.run ?? 1}`;
  const known = state.get(key) ?? { done: new Map(), sent: false };
  state.set(key, known);
  if (['success', 'partial'].includes(message.status)) known.done.set(message.processor_name, message);
  if (known.done.size < PHASE_3.length || known.sent) return 204;
  const status = await publish([trigger(key, [...known.done.values()], message_id)]);
  if (status < 300) known.sent = true;
  return status;
}

function problemOf(message) {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'no object';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(message.game_date) || Number.isNaN(Date.parse(message.game_date)))
    return 'game_date';
  if (typeof message.execution_id !== 'string') return 'execution_id';
  if (component === FAN_IN && !PHASE_3.includes(message.processor_name)) return 'processor_name';
  return undefined;
}

async function scrape({ game_date, run = 1, scraper = 'nbac_schedule' }) {
  const id = randomUUID();
  const own = { name: scraper, scraper_name: scraper, gcs_path: `gs://b/${id}.json`, workflow: 'w' };
  return publish([
    {
      ...unified(scraper, 'phase_1_scrapers', game_date, id, id, 'scraped_files', scraper),
      trigger_source: 'manual',
      trigger_message_id: null,
      parent_processor: null,
      metadata: { run },
      ...own,
    },
  ]).then((status) => (status < 300 ? 200 : status));
}

const TABLES = { nbac_schedule: 'nbac_schedule' };

function raw(message, message_id) {
  const name = TABLES[message.processor_name] ?? 'bdl_player_boxscores';
  const { game_date, correlation_id, execution_id, metadata } = message;
  return {
    ...unified(name, 'phase_2_raw', game_date, randomUUID(), correlation_id, 'nba_raw', name),
    parent_processor: message.processor_name,
    trigger_message_id: message_id,
    metadata: {
      run: metadata?.run ?? 1,
      upstream: [{ processor: message.processor_name, execution_id, correlation_id }],
    },
  };
}

function trigger(key, upstream, message_id) {
  const [last] = upstream;
  const { game_date, correlation_id, metadata } = last;
  const id = createHash('sha1').update(key).digest('hex');
  const execution_id = `${id.slice(0, 8)}-${id.slice(8, 12)}-5${id.slice(13, 16)}-a${id.slice(17, 20)}-${id.slice(20, 32)}`;
  const runs = upstream.map((one) => ({
    processor: one.processor_name,
    execution_id: one.execution_id,
    correlation_id: one.correlation_id,
  }));
  return {
    ...unified(
      FAN_IN,
      'orchestration',
      game_date,
      execution_id,
      correlation_id,
      'nba_orchestration',
      'phase3_completion',
    ),
    parent_processor: last.processor_name,
    trigger_message_id: message_id,
    metadata: { run: metadata?.run ?? 1, level: 1, processors: LEVEL_1, upstream: runs },
  };
}

function unified(
  processor_name,
  phase,
  game_date,
  execution_id,
  correlation_id,
  output_dataset,
  output_table,
) {
  return {
    processor_name,
    phase,
    execution_id,
    correlation_id,
    game_date,
    output_table,
    output_dataset,
    status: 'success',
    record_count: 5,
    records_failed: 0,
    timestamp: new Date().toISOString(),
    duration_seconds: 0.1,
    parent_processor: null,
    trigger_source: 'pubsub',
    trigger_message_id: null,
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
    error_message: null,
    error_type: null,
  };
}

let published = 0;

/** One field of each message is wrong, each field in turn. */
function spoil(message) {
  const fields = Object.keys(message);
  const field = fields[published++ % fields.length];
  if (is('fields-invalid')) return { ...message, [field]: typeof message[field] === 'string' ? 7 : 'wrong' };
  if (is('fields-empty')) return { ...message, [field]: undefined };
  if (is('fields-huge')) return { ...message, [field]: 'x'.repeat(1_000_000) };
  if (is('counts-negative')) return { ...message, record_count: -1 };
  return message;
}

async function publish(messages) {
  const spoiled = messages.map(spoil);
  const topic = is('publishes-nowhere') ? 'no-such-topic' : OUTPUT;
  const status = await publishTo(topic, repeated(spoiled));
  if (is('publishes-to-every-topic')) {
    const others = [
      'nba-phase1-scrapers-complete',
      'nba-phase2-raw-complete',
      'nba-phase3-analytics-complete',
      'nba-phase4-processor-complete',
      'nba-phase5-prediction-request',
      'nba-phase4-trigger-dlq',
    ];
    for (const other of others) await publishTo(other, spoiled);
  }
  if (is('publishes-to-itself')) await publishTo('nba-phase3-analytics-complete', spoiled);
  return status === 200 ? 204 : 500;
}

function repeated(messages) {
  const times = is('publishes-10000') ? 10_000 : is('publishes-1000') ? 1_000 : 1;
  return Array.from({ length: times }, () => messages).flat();
}

async function publishTo(topic, messages) {
  for (let first = 0; first < messages.length; first += 500) {
    const part = messages.slice(first, first + 500);
    const body = JSON.stringify({
      messages: part.map((message) => ({ data: Buffer.from(JSON.stringify(message)).toString('base64') })),
    });
    const response = await fetch(`http://${pubsub}/v1/projects/${project}/topics/${topic}:publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await response.text();
    if (response.status !== 200) return response.status;
  }
  return 200;
}

function read(body) {
  const content = JSON.parse(body || '{}');
  if (content.message === undefined) return { message: content, message_id: null };
  const message = JSON.parse(Buffer.from(content.message.data, 'base64').toString('utf8'));
  return { message, message_id: content.message.messageId ?? null };
}

async function answer(request, response, body) {
  if (is('answers-none')) return;
  if (is('answers-slow')) await new Promise((resolve) => setTimeout(resolve, 9_000));
  if (is('answers-endless')) {
    response.writeHead(200);
    const more = () =>
      void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
    return more();
  }
  let status = 400;
  try {
    const { message, message_id } = read(body);
    status =
      request.url === '/sweep' && !is('answers-500')
        ? is('no-sweep')
          ? 404
          : 200
        : await handle(request.url, message, message_id);
  } catch (error) {
    status = error instanceof SyntaxError ? 400 : 500;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(status === 204 ? undefined : '{}');
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => void answer(request, response, Buffer.concat(chunks).toString('utf8')));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = server.address();
  if (is('holds-its-port')) {
    const hold = `require('node:http').createServer(() => {}).listen(${port + 1}, '127.0.0.1'); process.on('SIGTERM', () => {})`;
    spawn(process.execPath, ['-e', hold], { stdio: 'inherit', detached: true }).unref();
  }
  if (is('logs-300000-lines')) for (let line = 0; line < 300_000; line++) console.log(`line ${line} of many`);
  const ready = `listening on http://127.0.0.1:${port}`;
  if (is('ready-without-newline')) process.stdout.write(ready);
  else if (is('ready-in-colours')) console.log(`\u001b[32m${ready}\u001b[0m`);
  else if (!is('never-ready')) console.log(ready);
});
