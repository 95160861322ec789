import type {
  PredictionBatch,
  PredictionPlayer,
  PredictionRequest,
  PredictionsComplete,
} from '../../../generated/models.ts';
import { buildCompletion } from '../../message/build.ts';
import { type BatchStatus, decideRoundResult } from '../status/decide-status.ts';
import { finishedRound } from '../status/record-run.ts';

/**
 * Build the request for one player of a batch.
 *
 * @param timestamp  UTC; the only field in which a repeat of the same attempt differs.
 */
export function predictionRequest(
  batch: PredictionBatch,
  player: PredictionPlayer,
  timestamp: string,
): PredictionRequest {
  return {
    batch_id: batch.batch_id,
    player_lookup: player.player_lookup,
    game_date: batch.game_date,
    run: batch.run,
    attempt: player.attempt,
    execution_id: player.execution_id,
    correlation_id: batch.correlation_id,
    timestamp,
    backfill_mode: batch.backfill_mode,
    backfill_reason: batch.backfill_reason,
  };
}

/**
 * Build the announcement that a round of a batch has ended.
 *
 * Its execution_id belongs to batch and round, so a repeat after a crash is recognised as one.
 *
 * @param status  how the batch stands now that nobody is open.
 * @param now     UTC.
 */
export function predictionsComplete(
  batch: PredictionBatch,
  status: BatchStatus,
  now: string,
): PredictionsComplete {
  const run = finishedRound(batch, decideRoundResult(status), now);
  return buildCompletion(run, {
    batch_id: batch.batch_id,
    players_requested: status.players_requested,
    players_completed: status.players_completed,
    players_failed: status.players_failed,
    coverage_percent: status.coverage_percent,
    upstream: batch.upstream,
  });
}
