/** What the entries of a journal add up to, and what follows from it. Pure. */

export function nothing() {
  return { batches: 0, batch: null, claim: null };
}

/** Adds one entry to a state. */
export function apply(state, entry) {
  const { batch } = state;
  if (entry.kind === 'begun') begin(state, entry);
  if (entry.kind === 'again') nextRound(batch, entry);
  // Whoever slept while another batch or round began tells of his own.
  const is_current = batch?.batch_id === entry.batch_id && batch?.round === entry.round;
  if (entry.kind === 'sent' && is_current) for (const name of entry.players) raise(batch.players.get(name));
  if (entry.kind === 'answered') count(batch.players.get(entry.player), entry, batch);
  if (entry.kind === 'announced' && is_current) batch.announced_round = entry.round;
  if (entry.claim !== undefined) state.claim = entry.claim;
  if (entry.released !== undefined && state.claim?.id === entry.released) state.claim = null;
}

function begin(state, { asked, cause, ...rest }) {
  state.batches += 1;
  const players = new Map(asked.map((name) => [name, newPlayer(1)]));
  state.batch = {
    ...rest,
    players,
    round: 1,
    announced_round: 0,
    cause,
    round_at: rest.at,
    ended_at: rest.at,
  };
}

function nextRound(batch, { asked, given_up, cause, at }) {
  for (const name of given_up) batch.players.get(name).state = 'failed';
  batch.ended_at = at;
  if (asked.length === 0) return;
  Object.assign(batch, { round: batch.round + 1, cause, round_at: at });
  for (const name of asked) {
    const player = batch.players.get(name);
    if (!player) batch.players.set(name, newPlayer(batch.round));
    else Object.assign(player, { state: 'pending', attempt: player.attempt + 1, round: batch.round });
  }
}

function newPlayer(round) {
  return { state: 'pending', attempt: 1, round, counted: new Set() };
}

function raise(player) {
  if (player.state === 'pending') player.state = 'requested';
}

function count(player, { execution_id, status, at }, batch) {
  player.counted.add(execution_id);
  player.state = status === 'success' ? 'completed' : 'failed';
  batch.ended_at = at;
}

/** Whether a result changes anything. */
export function countsFor(batch, result) {
  const player = batch?.batch_id === result.batch_id ? batch.players.get(result.player_lookup) : undefined;
  if (!player || player.state === 'completed' || player.counted.has(result.execution_id)) return false;
  if (result.status === 'success') return true;
  return player.state !== 'failed' && (result.attempt ?? player.attempt) >= player.attempt;
}

/** Counts of a batch, by the state of its players. */
export function tally(batch) {
  const counts = { pending: 0, requested: 0, completed: 0, failed: 0 };
  for (const { state } of batch?.players.values() ?? []) counts[state] += 1;
  const total = batch?.players.size ?? 0;
  const open = counts.pending + counts.requested;
  const coverage = total === 0 ? 0 : Math.floor((counts.completed * 10_000) / total) / 100;
  return { ...counts, total, open, coverage };
}

export function isDue(batch) {
  return batch !== null && tally(batch).open === 0 && batch.announced_round < batch.round;
}

export function standingOf(batch) {
  const { pending, open } = tally(batch);
  if (batch === null) return 'none';
  if (pending > 0) return 'starting';
  return open > 0 ? 'running' : 'complete';
}

/** Who a retry asks again, and who is given up, as their features are now. */
export function stragglersOf(batch, rows) {
  const usable = new Set(readyOf(rows, batch.min_minutes));
  const asked = [...usable].filter((name) => batch.players.get(name)?.state !== 'completed');
  const isOpen = ({ state }) => state === 'pending' || state === 'requested';
  const given_up = [...batch.players].filter(([name, player]) => isOpen(player) && !usable.has(name));
  return { asked, given_up: given_up.map(([name]) => name) };
}

/** The players of a slate that can be predicted. */
export function readyOf(rows, min_minutes) {
  const plays = ({ minutes }) =>
    min_minutes === null || typeof minutes !== 'number' || minutes >= min_minutes;
  return rows.filter((row) => row.usable === true && plays(row)).map((row) => row.player_lookup);
}

/** Whether a slate can be predicted: ready, degraded or insufficient. */
export function verdictOn(slate, limits) {
  const ready = readyOf(slate.rows, null).length;
  const isEnough =
    ready * 100 >= limits.ready_percent_min * slate.rows.length || ready >= limits.ready_players_min;
  if (slate.is_completed && ready > 0 && isEnough) return 'ready';
  return ready >= limits.degraded_players_min ? 'degraded' : 'insufficient';
}
