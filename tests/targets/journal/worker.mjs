/** Predicts one player. A document per batch and player holds the last answer and whether it is out. */

import { createHash } from 'node:crypto';
import { get, publish, put, query, Unavailable } from './google.mjs';
import { idOf, now } from './ids.mjs';

const me = `worker ${process.pid} since ${now()}`;
const claimMs = Number(process.env.CLAIM_SECONDS ?? 600) * 1000;
const atWork = new Set();

export const routes = {
  '/predict': { method: 'POST', is_push: true, shape: 'PredictionRequest', act: predict },
};

async function predict(request) {
  const { game_date, run, batch_id, player_lookup } = request;
  const hash = createHash('sha256')
    .update(JSON.stringify([batch_id, player_lookup]))
    .digest('hex');
  const path = `forecasts/${game_date}.r${run}.${hash}`;
  const found = await get(path);
  const known = found?.fields ?? { attempt: 0, is_out: true, answer: null, held_by: null };
  if (known.is_out && request.attempt <= known.attempt) return { status: 204 };
  const isHeld = known.held_by !== null && known.held_until > now();
  if (isHeld && (known.held_by !== me || atWork.has(path)))
    return { status: 409, body: { held_by: known.held_by } };

  atWork.add(path);
  try {
    return await answer(request, path, known, found?.version ?? null);
  } finally {
    atWork.delete(path);
  }
}

async function answer(request, path, known, version) {
  const began = Date.now();
  const held = { ...known, game_date: request.game_date, held_by: me, held_until: until() };
  if (!(await put(path, held, version))) return { status: 409, body: { held_by: 'somebody else' } };
  try {
    const next = await following(request, known, began);
    await replace(path, { ...held, ...next, is_out: false });
    await publish('nba-phase5-prediction-ready', [next.answer]);
    await replace(path, { ...held, ...next, is_out: true, held_by: null });
  } catch (error) {
    await replace(path, (latest) => ({ ...latest, held_by: null })).catch(() => undefined);
    throw error;
  }
  return { status: 204 };
}

/** The answer that is stored where it holds for this request too, else a new one. */
async function following(request, known, began) {
  const isUnsent = !known.is_out && known.attempt >= request.attempt;
  if (isUnsent) return { attempt: known.attempt, answer: known.answer };
  if (known.answer?.status === 'success') {
    return { attempt: request.attempt, answer: { ...known.answer, attempt: request.attempt } };
  }
  const { game_date, run, player_lookup, batch_id, attempt } = request;
  const [row] = await query(`slates/${game_date}.r${run}`, 'rows', { where: { player_lookup } });
  const isUsable = row?.fields.usable === true;
  const missing = `expected usable features of ${player_lookup} on ${game_date}, found ${row ? 'unusable ones' : 'none'}`;
  return {
    attempt,
    answer: {
      status: isUsable ? 'success' : 'failed',
      predicted_points: isUsable ? row.fields.points : null,
      error_type: isUsable ? null : 'FEATURES_MISSING',
      error_message: isUsable ? null : missing,
      duration_seconds: (Date.now() - began) / 1000,
      timestamp: now(),
      correlation_id: request.correlation_id,
      execution_id: idOf(batch_id, player_lookup, attempt),
      attempt,
      run,
      game_date,
      player_lookup,
      batch_id,
    },
  };
}

async function replace(path, next) {
  const found = await get(path);
  if (found?.fields.held_by !== me) throw new Unavailable(`${path} is held by ${found?.fields.held_by}`);
  const fields = typeof next === 'function' ? next(found.fields) : next;
  if (!(await put(path, fields, found.version))) throw new Unavailable(`${path} changed while it was held`);
}

function until() {
  return new Date(Date.now() + claimMs).toISOString();
}
