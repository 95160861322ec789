import type { PredictionBatch, ProcessorRunHistory } from '../../../generated/models.ts';
import { FEATURE_STORE, PROCESSORS } from '../../../generated/registry.ts';
import { buildHistory, type FinishedRun } from '../../message/build.ts';
import type { Ports } from '../../ports/ports.ts';

const COORDINATOR = PROCESSORS.phase_5_predictions.prediction_coordinator;

/** Hold what a round has come to so far. */
export type RoundResult = Pick<FinishedRun, 'status' | 'record_count' | 'records_failed' | 'error'>;

/**
 * Describe the coordinator's run of one round, for its history row and its announcement.
 *
 * @param finished_at  UTC.
 */
export function finishedRound(
  batch: PredictionBatch,
  result: RoundResult,
  finished_at: string,
): FinishedRun<'phase_5_predictions'> {
  return {
    phase: 'phase_5_predictions',
    processor: 'prediction_coordinator',
    output_dataset: COORDINATOR.dataset,
    output_table: COORDINATOR.table,
    execution_id: batch.execution_id,
    started_at: batch.round_started_at,
    finished_at,
    cause: {
      processor: FEATURE_STORE,
      execution_id: batch.upstream[0]?.execution_id ?? null,
      correlation_id: batch.correlation_id,
      game_date: batch.game_date,
      run: batch.run,
      trigger_source: batch.trigger_source,
      message_id: batch.trigger_message_id,
      skip_downstream_trigger: false,
      backfill_mode: batch.backfill_mode,
      backfill_reason: batch.backfill_reason,
    },
    upstream: batch.upstream,
    ...result,
  };
}

/** Describe what a round has come to as its row of processor_run_history. */
export function historyOfRound(
  ports: Pick<Ports, 'clock'>,
  batch: PredictionBatch,
  result: RoundResult,
): ProcessorRunHistory {
  return buildHistory(finishedRound(batch, result, ports.clock.now().toISOString()));
}

/**
 * Record the coordinator's run of one round in processor_run_history, under the round's execution_id.
 *
 * It is recorded twice: when the requests are out (record_count is how many), so that a prediction can be traced
 * while its batch is still running, and when the round has ended (record_count is how many were predicted). The
 * second replaces the first, and so does any repeat.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function recordBatchRun(
  ports: Ports,
  batch: PredictionBatch,
  result: RoundResult,
): Promise<void> {
  await ports.warehouse.recordRun(historyOfRound(ports, batch, result));
}
