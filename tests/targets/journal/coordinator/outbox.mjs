/** Publishes what a journal says is still to be published, under a claim. */

import { publish } from '../google.mjs';
import { idOf, now } from '../ids.mjs';
import { featureStore } from '../shapes.mjs';
import { isDue, tally } from './batch.mjs';
import { append, withJournal } from './journal.mjs';

const me = `coordinator ${process.pid} since ${now()}`;
const claimMs = Number(process.env.CLAIM_SECONDS ?? 60) * 1000;
const atWork = new Set();
const perCall = 40;

export function claimed() {
  const id = `${me}, ${Math.random()}`;
  atWork.add(id);
  return { id, by: me, until: new Date(Date.now() + claimMs).toISOString() };
}

/** Whether somebody publishes under a claim now. One of this process that nobody works on is left over from a failure. */
export function isHeld(claim) {
  if (claim === null) return false;
  return claim.by === me ? atWork.has(claim.id) : claim.until > now();
}

/** Sends the requests that are not confirmed yet; true when all are, and what ended meanwhile is announced. */
export async function sendRequests(game_date, run, claim) {
  try {
    const { of_round, requests } = await withJournal(game_date, run, ({ state: { batch } }) => ({
      of_round: roundOf(batch),
      requests: requestsOf(batch),
    }));
    const sent = [];
    let failure = null;
    for (let at = 0; at < requests.length; at += perCall) {
      const some = requests.slice(at, at + perCall);
      try {
        await publish('nba-phase5-prediction-request', some);
        sent.push(...some.map((request) => request.player_lookup));
      } catch (error) {
        failure = error;
      }
    }
    await note(game_date, run, { kind: 'sent', ...of_round, players: sent, released: claim.id });
    if (failure !== null) return false;
    return (await announce(game_date, run)) !== 'broken';
  } finally {
    atWork.delete(claim.id);
  }
}

/** Announces the end of a round if it is due: done, busy while another does, or broken. */
export async function announce(game_date, run) {
  const mine = await withJournal(game_date, run, async (journal) => {
    for (;;) {
      const { batch, claim } = journal.state;
      if (!isDue(batch)) return 'done';
      if (isHeld(claim)) return 'busy';
      const entry = { kind: 'claimed', claim: claimed() };
      if (await append(journal, entry))
        return { claim: entry.claim, message: announcementOf(batch), ...roundOf(batch) };
    }
  });
  if (typeof mine === 'string') return mine;
  try {
    await publish('nba-phase5-predictions-complete', [mine.message]);
    await note(game_date, run, {
      kind: 'announced',
      batch_id: mine.batch_id,
      round: mine.round,
      released: mine.claim.id,
    });
    return 'done';
  } catch (error) {
    console.error(error.message);
    await note(game_date, run, { kind: 'released', released: mine.claim.id }).catch(() => undefined);
    return 'broken';
  } finally {
    atWork.delete(mine.claim.id);
  }
}

async function note(game_date, run, entry) {
  await withJournal(game_date, run, async (journal) => {
    while (!(await append(journal, entry)));
  });
}

function roundOf({ batch_id, round }) {
  return { batch_id, round };
}

function requestsOf(batch) {
  const { game_date, run, batch_id, round, correlation_id, backfill_mode, backfill_reason, round_at } = batch;
  return [...batch.players]
    .filter(([, player]) => player.state === 'pending')
    .map(([player_lookup, { attempt }]) => ({
      player_lookup,
      attempt,
      batch_id,
      run,
      game_date,
      timestamp: round_at,
      correlation_id,
      execution_id: idOf(batch_id, round),
      backfill_reason,
      backfill_mode,
    }));
}

function announcementOf(batch) {
  const { total, completed, failed, coverage } = tally(batch);
  const isNobody = total > 0 && completed === 0;
  const status = total === 0 ? 'no_data' : isNobody ? 'failed' : failed > 0 ? 'partial' : 'success';
  const { execution_id, correlation_id } = batch.upstream;
  return {
    metadata: {
      upstream: [{ correlation_id, execution_id, processor: featureStore }],
      coverage_percent: coverage,
      players_failed: failed,
      players_completed: completed,
      players_requested: total,
      batch_id: batch.batch_id,
      rounds: batch.round,
      run: batch.run,
    },
    error_type: isNobody ? 'NO_PREDICTIONS' : null,
    error_message: isNobody ? `expected a prediction of one of ${total} players, found none` : null,
    backfill_reason: batch.backfill_reason,
    backfill_mode: batch.backfill_mode,
    skip_downstream_trigger: false,
    ...batch.cause,
    duration_seconds: Math.max(0, Date.parse(batch.ended_at) - Date.parse(batch.round_at)) / 1000,
    timestamp: batch.ended_at,
    records_failed: failed,
    record_count: completed,
    status,
    output_dataset: 'nba_predictions',
    output_table: 'player_predictions',
    game_date: batch.game_date,
    correlation_id: batch.correlation_id,
    execution_id: idOf(batch.batch_id, batch.round),
    phase: 'phase_5_predictions',
    processor_name: 'prediction_coordinator',
  };
}
