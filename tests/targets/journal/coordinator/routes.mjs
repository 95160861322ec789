/** The routes of the coordinator: each reads the journal, decides, appends, publishes. */

import { get, query } from '../google.mjs';
import { dayIn, hasCome, now } from '../ids.mjs';
import { featureStore, isDate, readiness } from '../shapes.mjs';
import { countsFor, isDue, readyOf, standingOf, stragglersOf, tally, verdictOn } from './batch.mjs';
import { append, withJournal } from './journal.mjs';
import { announce, claimed, isHeld, sendRequests } from './outbox.mjs';

const pollMs = Number(process.env.POLL_SECONDS ?? readiness.poll_seconds) * 1000;
const waitMs = Number(process.env.WAIT_SECONDS ?? readiness.wait_seconds_max) * 1000;

export const routes = {
  '/trigger': { method: 'POST', is_push: true, shape: 'FeatureStoreCompletion', act: trigger },
  '/complete': { method: 'POST', is_push: true, shape: 'PredictionReady', act: complete },
  '/start': { method: 'POST', shape: 'StartRequest', act: start },
  '/retry': { method: 'POST', shape: 'RetryRequest', act: retry },
  '/status': { method: 'GET', act: status },
  '/health': { method: 'GET', act: () => ({ status: 200, body: { serves: true } }) },
};

async function trigger(message, { id }) {
  const { game_date, status: outcome, execution_id, metadata } = message;
  if (message.skip_downstream_trigger || outcome === 'failed' || outcome === 'no_data')
    return { status: 204 };
  if (game_date < today()) return { status: 204 };
  const run = metadata.run ?? 1;
  const correlation_id = message.correlation_id ?? execution_id;
  const { backfill_mode, backfill_reason } = message;
  const found = await startOrFind(game_date, run, {
    cause: { trigger_source: 'pubsub', trigger_message_id: id, parent_processor: featureStore },
    origin: { execution_id, correlation_id, backfill_mode, backfill_reason },
    min_minutes: null,
    takes: (verdict, slate) => slate.is_completed && verdict !== 'insufficient',
  });
  if (found.is === 'busy') return { status: 503, body: { state: 'starting' } };
  if (found.is === 'insufficient') return { status: 503, body: { state: 'insufficient_data' } };
  if (found.is === 'broken') return { status: 503, body: { state: 'not all is published' } };
  return { status: found.is === 'started' ? 202 : 204 };
}

async function start(body, { is_clock }) {
  const game_date = body.game_date ?? today();
  const run = body.run ?? 1;
  const called = body.trigger_source === 'pubsub' ? undefined : body.trigger_source;
  const options = {
    cause: callCause(called ?? (is_clock ? 'scheduler' : 'manual')),
    min_minutes: body.min_minutes ?? null,
    is_forced: body.force === true,
    takes: (verdict) => verdict !== 'insufficient',
  };
  if (is_clock) await phase4(game_date, run);
  const found = await startOrFind(game_date, run, options);
  if (found.is === 'broken') return { status: 503, body: { status: 'not all is published' } };
  if (found.is === 'started') return { status: 202, body: { status: 'started', batch_id: found.batch_id } };
  if (found.is === 'complete') return { status: 200, body: { status: 'already_complete' } };
  if (found.is === 'running' || found.is === 'busy')
    return { status: 200, body: { status: 'already_running' } };
  const { slate } = found;
  if (slate.rows.length === 0 && (await isWithoutGames(game_date, run))) {
    return { status: 200, body: { status: 'no_games' } };
  }
  const waits = !is_clock && !slate.is_completed && (await get(`precomputing/${game_date}.r${run}`)) !== null;
  if (waits) return { status: 200, body: { status: 'waiting_for_phase4' } };
  console.error(JSON.stringify({ alert: 'insufficient_data', alert_severity: 'critical', game_date, run }));
  return { status: 503, body: { status: 'insufficient_data' } };
}

/** Waits until the feature store is complete, a batch exists, there is nothing to wait for, or the time is up. */
async function phase4(game_date, run) {
  const end = Date.now() + waitMs;
  while (Date.now() < end) {
    const has_batch = await withJournal(game_date, run, ({ state }) => state.batch !== null);
    if (has_batch || (await get(`slates/${game_date}.r${run}`)) || (await isWithoutGames(game_date, run)))
      return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Finds the batch of a date, or begins one, and sends what is still to be sent. */
async function startOrFind(game_date, run, options) {
  const decided = await withJournal(game_date, run, async (journal) => {
    for (;;) {
      const { state } = journal;
      if (isDue(state.batch)) return { is: 'due' };
      const standing = standingOf(state.batch);
      if (standing === 'running' || (standing === 'complete' && !options.is_forced)) return { is: standing };
      if (standing === 'starting' && isHeld(state.claim)) return { is: 'busy' };
      const entry = { kind: 'claimed' };
      if (standing !== 'starting') {
        const slate = await slateOf(game_date, run);
        if (!options.takes(verdictOn(slate, readiness), slate)) return { is: 'insufficient', slate };
        Object.assign(entry, beginning(game_date, run, state, slate, options));
      }
      entry.claim = claimed();
      if (await append(journal, entry))
        return { is: 'started', batch_id: state.batch.batch_id, claim: entry.claim };
    }
  });
  if (decided.is === 'due') {
    const outcome = await announce(game_date, run);
    if (outcome !== 'done') return { is: outcome };
    return startOrFind(game_date, run, options);
  }
  if (decided.is !== 'started') return decided;
  return (await sendRequests(game_date, run, decided.claim)) ? decided : { is: 'broken' };
}

function beginning(game_date, run, state, slate, { cause, origin, min_minutes }) {
  const from = origin ?? slate.origin;
  return {
    kind: 'begun',
    at: now(),
    game_date,
    run,
    batch_id: `${game_date}:r${run}:${state.batches + 1}`,
    asked: readyOf(slate.rows, min_minutes),
    min_minutes,
    cause,
    upstream: from,
    correlation_id: from.correlation_id,
    backfill_mode: from.backfill_mode === true,
    backfill_reason: from.backfill_mode === true ? from.backfill_reason : null,
  };
}

async function retry(body, { is_clock }) {
  const game_date = body.game_date ?? today();
  const run = body.run ?? 1;
  const decided = await withJournal(game_date, run, async (journal) => {
    for (;;) {
      const { state } = journal;
      if (state.batch === null) return { is: 'none' };
      if (isHeld(state.claim)) return { is: 'busy' };
      if (isDue(state.batch)) return { is: 'due' };
      const { rows } = await slateOf(game_date, run);
      const { asked, given_up } = stragglersOf(state.batch, rows);
      if (asked.length + given_up.length === 0) return { is: 'nothing' };
      const claim = claimed();
      const entry = {
        kind: 'again',
        at: now(),
        asked,
        given_up,
        cause: callCause(is_clock ? 'scheduler' : 'manual'),
      };
      if (await append(journal, { ...entry, claim })) return { is: 'asked', count: asked.length, claim };
    }
  });
  if (decided.is === 'none') return { status: 200, body: { status: 'no_batch' } };
  if (decided.is === 'nothing') return { status: 200, body: { status: 'nothing_to_retry' } };
  if (decided.is === 'busy') return { status: 503, body: { status: 'being published' } };
  if (decided.is === 'due') {
    const outcome = await announce(game_date, run);
    return outcome === 'done' ? retry(body, { is_clock }) : { status: 503, body: { status: outcome } };
  }
  if (!(await sendRequests(game_date, run, decided.claim)))
    return { status: 503, body: { status: 'broken' } };
  if (decided.count === 0) return { status: 200, body: { status: 'nothing_to_retry' } };
  return { status: 202, body: { status: 'retrying', players: decided.count } };
}

async function complete(result) {
  const { game_date, run } = result;
  const is_of_batch = await withJournal(game_date, run, async (journal) => {
    for (;;) {
      const { batch } = journal.state;
      if (!countsFor(batch, result)) return batch?.batch_id === result.batch_id;
      const { player_lookup: player, status: outcome, execution_id } = result;
      const entry = { kind: 'answered', at: now(), player, status: outcome, execution_id };
      if (await append(journal, entry)) return true;
    }
  });
  const outcome = is_of_batch ? await announce(game_date, run) : 'done';
  return outcome === 'done' ? { status: 204 } : { status: 503, body: { state: outcome } };
}

async function status(asked) {
  const game_date = asked.get('game_date') ?? today();
  const run = asked.get('run') ?? '1';
  if (!isDate(game_date) || !/^[1-9]\d{0,8}$/.test(run))
    return { status: 400, body: { error: 'expected a date and a run' } };
  const batch = await withJournal(game_date, Number(run), (journal) => structuredClone(journal.state.batch));
  const counts = tally(batch);
  const is_covered =
    counts.total > 0 && counts.completed * 100 >= readiness.coverage_percent_min * counts.total;
  const is_late = hasCome(game_date, readiness.deadline_time, readiness.deadline_time_zone);
  const is_missed = !is_covered && is_late && (batch !== null || !(await isWithoutGames(game_date, run)));
  return {
    status: is_missed ? 503 : 200,
    body: {
      state: standingOf(batch),
      game_date,
      run: Number(run),
      batch_id: batch?.batch_id ?? null,
      coverage_percent: counts.coverage,
      players_completed: counts.completed,
      players_failed: counts.failed,
      players_requested: counts.total,
    },
  };
}

/** The features of a date: the run that made them, and a row for each listed player. */
async function slateOf(game_date, run) {
  const made = await get(`slates/${game_date}.r${run}`);
  const rows = (await query(`slates/${game_date}.r${run}`, 'rows')).map(({ fields }) => fields);
  return { is_completed: made !== null, origin: made?.fields ?? null, rows };
}

async function isWithoutGames(game_date, run) {
  return (await get(`calendars/${game_date}.r${run}`))?.fields.games === 0;
}

function callCause(trigger_source) {
  return { trigger_source, trigger_message_id: null, parent_processor: null };
}

function today() {
  return dayIn(readiness.business_time_zone);
}
