import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { Occupied, once, store } from './ledger.mjs';
import { CONTRACT, causeOf, completion, Malformed, openDelivery, readJson, whoIs } from './messages.mjs';

const { processors, table_readiness } = CONTRACT;
const ROWS = 60;
const isUuid = (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
const isDay = (text) =>
  typeof text === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;
const isRun = (value) => Number.isInteger(value) && value > 0;
const requiring = (phase, name) =>
  Object.keys(processors[phase]).filter((one) => processors[phase][one].requires.includes(name));
const outputOf = (game_date, run, name) => store.doc(`outputs/${game_date}.${run}.${name}`);
const told = (game_date, run, name) => store.doc(`told/${game_date}.${run}.${name}`);

// ------------------------------------------------------------------------------------------------ Phase 1
const SCRAPE = {
  scraper: (value) => typeof value === 'string' && value !== '',
  game_date: isDay,
  run: isRun,
  trigger_source: (value) => value === 'scheduler' || value === 'manual',
  skip_downstream_trigger: (value) => typeof value === 'boolean',
  backfill_mode: (value) => typeof value === 'boolean',
  backfill_reason: (value) => value === null || typeof value === 'string',
  workflow: (value) => typeof value === 'string' && value !== '',
};

function asked(text, rules, required) {
  const body = text === '' ? {} : readJson(text);
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new Malformed('the body is no object');
  const wrong = Object.keys(body).filter((name) => !(rules[name]?.(body[name]) ?? false));
  wrong.push(...required.filter((name) => !(name in body)));
  if (wrong.length > 0) throw new Malformed(`not right: ${wrong.join(', ')}`);
  return body;
}

/** Scrapes: a file and its completion per scraper. One that could not be told of is told of by the next call with its flags. */
export async function scrape(_, text, caller) {
  const body = { trigger_source: caller, ...asked(text, SCRAPE, ['game_date']) };
  if (body.backfill_mode && !body.backfill_reason)
    throw new Malformed('backfill_mode needs a backfill_reason');
  const all = Object.keys(processors.phase_1_scrapers);
  const names = body.scraper === undefined ? all : [whoIs('phase_1_scrapers', body.scraper)];
  for (const name of names) await scrapeOne(name, body);
  return [200, { scraped: names }];
}

async function scrapeOne(name, body) {
  const { game_date, run = 1, workflow = 'by_hand' } = body;
  const flags = [body.skip_downstream_trigger ?? false, body.backfill_reason ?? ''].join('.');
  const open = store.doc(`scrapes/${game_date}.${run}.${name}.${encodeURIComponent(flags)}`);
  const known = (await open.get()).data();
  const key = known?.key ?? `scrape.${name}.${game_date}.${run}.${randomUUID()}`;
  if (known === undefined) await open.set({ key });
  const begun_ms = Date.now();
  await once(key, 'one', async (execution_id) => {
    const gcs_path = `gs://strangers/${name}/${game_date}/${execution_id}.json`;
    await store.doc(`files/${game_date}.${name}.${execution_id}`).set({ rows: ROWS });
    const backfill_mode = body.backfill_mode ?? false;
    const cause = {
      ...causeOf(
        { ...body, backfill_mode, backfill_reason: backfill_mode ? body.backfill_reason : null },
        null,
        null,
      ),
      trigger_source: body.trigger_source,
    };
    const result = { status: 'success', records: ROWS };
    const run_of = { phase: 'phase_1_scrapers', processor: name, cause, run, execution_id, begun_ms, result };
    const message = {
      ...completion({ ...run_of, correlation_id: execution_id, metadata: {} }),
      skip_downstream_trigger: body.skip_downstream_trigger ?? false,
      name,
      scraper_name: name,
      gcs_path,
      workflow,
    };
    return { status: 'success', messages: [['nba-phase1-scrapers-complete', message]] };
  });
  await open.delete();
}

// ------------------------------------------------------------------------------------------------ Phase 2
/** Loads a scraped file into its table. */
export async function load(type, text) {
  const begun_ms = Date.now();
  const choose = (payload) => ('processor_name' in payload ? 'ScraperCompletion' : 'LegacyScraperCompletion');
  const { payload, number } = openDelivery(type, text, choose);
  const scraper = whoIs('phase_1_scrapers', payload.processor_name ?? payload.scraper_name ?? payload.name);
  const { game_date, file } = placeOf(payload);
  if (payload.status === 'failed') return [201];
  const run = payload.metadata?.run ?? 1;
  const correlation_id = payload.correlation_id ?? payload.execution_id ?? file;
  const upstream = [
    { processor: scraper, execution_id: isUuid(file) ? file : v5(file, v5.URL), correlation_id },
  ];
  for (const processor of requiring('phase_2_raw', scraper)) {
    const work = async (execution_id) => {
      const rows = (await store.doc(`files/${game_date}.${scraper}.${file}`).get()).get('rows');
      const result = read(rows, payload, file);
      const cause = causeOf({ ...payload, game_date }, number, scraper);
      const run_of = { phase: 'phase_2_raw', processor, cause, run, correlation_id, execution_id, begun_ms };
      const message = completion({ ...run_of, result, metadata: { upstream } });
      return { status: result.status, messages: [['nba-phase2-raw-complete', message]] };
    };
    // Told to publish nothing, it loads and leaves the key to the live run.
    if (payload.skip_downstream_trigger) await work(randomUUID());
    else await once(`raw.${processor}.${game_date}.${run}.${encodeURIComponent(file)}`, 'one', work);
  }
  return [201];
}

function placeOf({ game_date, execution_id, gcs_path = '' }) {
  const [, day, base] = /\/(\d{4}-\d\d-\d\d)\/(.*)\.json$/.exec(gcs_path) ?? [];
  const date = game_date ?? day;
  if (!isDay(date)) throw new Malformed('neither game_date nor gcs_path says a day');
  return { game_date: date, file: execution_id ?? base ?? v5(gcs_path, v5.URL) };
}

function read(rows, { status, record_count }, file) {
  if (status === 'no_data' || rows === 0) return { status: 'no_data', records: 0 };
  if (rows !== undefined) return { status: 'success', records: record_count ?? rows };
  return { status: 'failed', records: 0, type: 'FILE_MISSING', why: `expected the file ${file}, found none` };
}

// ------------------------------------------------------------------------------------------------ Phase 3
/** Notes what is told of a table, and runs each analytics processor whose tables are all there. */
export async function analyse(type, text) {
  const begun_ms = Date.now();
  const { payload, number } = openDelivery(type, text, () => 'RawCompletion');
  const table = whoIs('phase_2_raw', payload.processor_name);
  if (payload.status === 'failed' || payload.skip_downstream_trigger) return [202];
  const { game_date, execution_id, status } = payload;
  const run = payload.metadata.run ?? 1;
  const correlation_id = payload.correlation_id ?? execution_id;
  const is_full = table_readiness.counts.includes(status);
  const note = { table, execution_id, correlation_id, is_full };
  await store.runTransaction(async (transaction) => {
    const place = told(game_date, run, table);
    if (!(await transaction.get(place)).get('is_full')) transaction.set(place, note);
  });
  const cause = causeOf(payload, number, table);
  for (const processor of requiring('phase_3_analytics', table)) {
    const { requires } = processors.phase_3_analytics[processor];
    const notes = await Promise.all(
      requires.map(async (name) => (await told(game_date, run, name).get()).data()),
    );
    if (notes.includes(undefined)) continue;
    await runOnce(
      'phase_3_analytics',
      processor,
      { game_date, run, cause, begun_ms, correlation_id: notes[0].correlation_id },
      notes,
    );
  }
  return [202];
}

async function runOnce(phase, processor, { game_date, run, cause, begun_ms, correlation_id, level }, inputs) {
  const upstream = inputs.map(({ table, ...rest }) => ({
    processor: table,
    execution_id: rest.execution_id,
    correlation_id: rest.correlation_id,
  }));
  const may_be_empty = ({ table, is_full }) => is_full || table_readiness.may_be_empty.includes(table);
  const is_whole = inputs.length > 0 && inputs.every(may_be_empty);
  const key = `${phase}.${processor}.${game_date}.${run}`;
  await once(key, JSON.stringify(upstream), async (execution_id) => {
    const result = is_whole ? { status: 'success', records: ROWS } : { status: 'no_data', records: 0 };
    const run_of = { phase, processor, cause, run, correlation_id, execution_id, begun_ms, result };
    await outputOf(game_date, run, processor).set({
      table: processor,
      execution_id,
      correlation_id,
      is_full: is_whole,
      backfill_mode: cause.backfill_mode,
      backfill_reason: cause.backfill_reason,
    });
    if (phase === 'phase_3_analytics') {
      const message = completion({ ...run_of, metadata: { upstream } });
      return { status: result.status, messages: [['nba-phase3-analytics-complete', message]] };
    }
    await store.doc(`feature_stores/${game_date}~${run}/begun/${processor}`).set({ execution_id });
    const features =
      processor === 'ml_feature_store_v2'
        ? await fillStore(game_date, run, execution_id, correlation_id, is_whole)
        : {};
    const message = completion({ ...run_of, metadata: { level, upstream, ...features } });
    const both = [
      ['nba-phase4-precompute-complete', message],
      ['nba-phase4-processor-complete', message],
    ];
    return { status: result.status, messages: processor === 'ml_feature_store_v2' ? both : both.slice(1) };
  });
}

async function fillStore(game_date, run, execution_id, correlation_id, is_whole) {
  if (!is_whole) return { players_ready: 0, players_total: 0, players_failed: 0 };
  const place = store.doc(`feature_stores/${game_date}~${run}`);
  const batch = store.batch();
  for (let number = 1; number <= ROWS; number++) {
    batch.set(place.collection('players').doc(`player${number}`), {
      complete: number > 1,
      minutes: 20,
      form: 20,
    });
  }
  batch.set(place, { execution_id, correlation_id });
  await batch.commit();
  return { players_ready: ROWS - 1, players_total: ROWS, players_failed: 1 };
}

// ------------------------------------------------------------------------------------------------ Phase 4
/** Runs the processors that a trigger names. */
export async function precompute(type, text) {
  const begun_ms = Date.now();
  const { payload, number } = openDelivery(type, text, () => 'Phase4Trigger');
  const { game_date, execution_id, metadata } = payload;
  if (!(payload.processor_name in CONTRACT.orchestrators))
    throw new Malformed(`${payload.processor_name} triggers nothing`);
  const named = metadata.processors.map((name) => whoIs('phase_4_precompute', name));
  const is_good = table_readiness.counts.includes(payload.status);
  if (payload.skip_downstream_trigger || !is_good) return [200, {}];
  const correlation_id = payload.correlation_id ?? execution_id;
  const common = { game_date, run: metadata.run ?? 1, begun_ms, correlation_id };
  for (const name of named)
    await precomputeOne(name, { ...common, cause: causeOf(payload, number, payload.processor_name) });
  return [200, { ran: named }];
}

async function precomputeOne(name, common) {
  const { requires, level } = processors.phase_4_precompute[name];
  const found = await Promise.all(
    requires.map(async (one) => (await outputOf(common.game_date, common.run, one).get()).data()),
  );
  const inputs = found.filter((one) => one !== undefined);
  const is_short = inputs.length < requires.length;
  await runOnce(
    'phase_4_precompute',
    name,
    { ...common, level },
    is_short ? inputs.map((one) => ({ ...one, is_full: false })) : inputs,
  );
}

/** Runs a level by the clock. */
export async function processDate(_, text, caller) {
  const body = asked(text, { level: (value) => [1, 2, 3].includes(value), game_date: isDay, run: isRun }, [
    'level',
  ]);
  const pacific = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' });
  const { game_date = pacific.format(new Date()), run = 1, level } = body;
  const names = Object.keys(processors.phase_4_precompute).filter(
    (name) => processors.phase_4_precompute[name].level === level,
  );
  const levels = Object.values(CONTRACT.orchestrators).flatMap((one) => one.levels);
  const needed = levels.find((one) => one.level === level).waits_for;
  const found = await Promise.all(
    needed.map(async (name) => (await outputOf(game_date, run, name).get()).data()),
  );
  if (!found.every((one) => one?.is_full)) throw new Occupied('what the level waits for is not complete');
  const old = found.find((one) => one.backfill_mode) ?? {};
  const cause = { ...causeOf({ ...old, game_date }, null, null), trigger_source: caller };
  const correlation_id = found[0].correlation_id;
  for (const name of names)
    await precomputeOne(name, { game_date, run, cause, correlation_id, begun_ms: Date.now() });
  return [200, { ran: names }];
}
