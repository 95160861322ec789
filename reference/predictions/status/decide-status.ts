import type {
  PlayerRequestState,
  PredictionBatch,
  BatchStatus as StatusAnswer,
} from '../../../generated/models.ts';
import { READINESS } from '../../../generated/topology.ts';
import { deadline } from '../../calendar/calendar.ts';
import type { BatchAddress } from '../batch/address.ts';
import type { RoundResult } from './record-run.ts';

/** How many players of one batch are in each state. */
export type PlayerCounts = Readonly<Record<PlayerRequestState, number>>;

/** Give the counts of a batch that does not exist. */
export const NO_PLAYERS: PlayerCounts = { pending: 0, requested: 0, completed: 0, failed: 0 };

/** Hold what `GET /status` answers, with every field that the contract knows. */
export type BatchStatus = Required<StatusAnswer>;

/**
 * Decide how a batch stands, whether it exists or not.
 *
 * The deadline itself counts as passed: the scheduled check asks at 07:00 Pacific, which is exactly 10:00 Eastern,
 * and it could never fail otherwise.
 *
 * @param now       UTC.
 * @param no_games  the list of games of the date is empty; a batch that exists all the same is due like any other.
 * @see requirement COORD-010
 */
export function decideStatus(
  address: BatchAddress,
  batch: PredictionBatch | undefined,
  counts: PlayerCounts,
  now: string,
  no_games = false,
): BatchStatus {
  const players_requested = counts.pending + counts.requested + counts.completed + counts.failed;
  const due = deadline(address.game_date).toISOString();
  // Compared as whole numbers: 89.999 must not become 90 by rounding.
  const is_covered =
    players_requested > 0 && 100 * counts.completed >= READINESS.coverage_percent_min * players_requested;
  return {
    game_date: address.game_date,
    run: address.run,
    state: batch?.state ?? 'none',
    batch_id: batch?.batch_id ?? null,
    round: batch?.round ?? 0,
    announced_round: batch?.announced_round ?? 0,
    degraded: batch?.degraded ?? false,
    players_total: batch?.players_total ?? 0,
    players_requested,
    players_completed: counts.completed,
    players_failed: counts.failed,
    players_open: counts.pending + counts.requested,
    coverage_percent:
      players_requested === 0 ? 0 : Math.floor((10_000 * counts.completed) / players_requested) / 100,
    deadline: due,
    sla: is_covered ? 'met' : batch === undefined && no_games ? 'none' : now < due ? 'open' : 'missed',
  };
}

/**
 * Decide what a finished round is announced and recorded with.
 *
 * Nobody requested is `no_data`, everybody predicted `success`, nobody predicted `failed`, else `partial`.
 */
export function decideRoundResult(status: BatchStatus): RoundResult {
  const { players_requested, players_completed, players_failed } = status;
  const counts = { record_count: players_completed, records_failed: players_failed, error: null };
  if (players_requested === 0) return { status: 'no_data', ...counts };
  if (players_completed > 0) return { status: players_failed > 0 ? 'partial' : 'success', ...counts };
  const error_message = `expected predictions for ${players_requested} players, got none; see the results of batch ${status.batch_id}`;
  return { status: 'failed', ...counts, error: { error_type: 'NO_PREDICTIONS', error_message } };
}
