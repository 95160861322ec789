import type { PredictionReady, PredictionRequest } from '../../generated/models.ts';
import { estimatePoints } from '../basketball/estimate.ts';
import type { Row } from '../ports/ports.ts';

/** Describe one run of the worker; times are UTC. */
export interface WorkerRun {
  readonly execution_id: string;
  readonly started_at: string;
  readonly finished_at: string;
}

/** Hold what a request comes to: the row to store, if there is one, and the result to publish. */
export interface Prediction {
  readonly row: Row | undefined;
  readonly ready: PredictionReady;
}

/**
 * Predict one player from his feature row.
 *
 * @param features  undefined when the feature store has no row for the player.
 * @returns a success with its row of nba_predictions.player_predictions; or a failure FEATURES_MISSING without one,
 *          which is final for this attempt, since asking again would read the same features.
 */
export function predict(request: PredictionRequest, features: Row | undefined, run: WorkerRun): Prediction {
  const estimate = features === undefined ? undefined : estimatePoints(features);
  if (features === undefined || estimate === undefined) {
    const found = features === undefined ? 'none' : `one that is not ready (${features['not_ready_reason']})`;
    const error_message = `expected a usable feature row for ${request.player_lookup} on ${request.game_date}, found ${found}; run Phase 4 again, then POST /retry`;
    return {
      row: undefined,
      ready: { ...result(request, run), status: 'failed', error_message, error_type: 'FEATURES_MISSING' },
    };
  }
  const { points, ...reasons } = estimate;
  return {
    row: {
      player_lookup: request.player_lookup,
      player_name: features['player_name'] ?? null,
      team: features['team'] ?? null,
      opponent: features['opponent'] ?? null,
      predicted_points: points,
      ...reasons,
      batch_id: request.batch_id,
      attempt: request.attempt,
      execution_id: run.execution_id,
      correlation_id: request.correlation_id,
      predicted_at: run.finished_at,
    },
    ready: { ...result(request, run), status: 'success', predicted_points: points },
  };
}

/**
 * Say a prediction again, for a request that came after it was made.
 *
 * The result carries the execution_id of the run that made the prediction, so its receiver knows it for a repeat.
 *
 * @param said  the result as it was published.
 * @returns undefined when it answers this very attempt or a later one.
 */
export function repeatPrediction(
  request: PredictionRequest,
  said: PredictionReady,
): PredictionReady | undefined {
  if ((said.attempt ?? request.attempt) >= request.attempt) return undefined;
  return { ...said, correlation_id: request.correlation_id };
}

function result(request: PredictionRequest, run: WorkerRun): PredictionReady {
  return {
    batch_id: request.batch_id,
    player_lookup: request.player_lookup,
    game_date: request.game_date,
    run: request.run,
    attempt: request.attempt,
    execution_id: run.execution_id,
    correlation_id: request.correlation_id,
    status: 'failed',
    predicted_points: null,
    timestamp: run.finished_at,
    duration_seconds: Math.max(0, Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000,
    error_message: null,
    error_type: null,
  };
}
