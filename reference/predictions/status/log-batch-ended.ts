import type { PredictionBatch } from '../../../generated/models.ts';
import { READINESS } from '../../../generated/topology.ts';
import { buildHistory } from '../../message/build.ts';
import type { Ports } from '../../ports/ports.ts';
import { secondsSince } from '../../watching/arrival.ts';
import { logEvent } from '../../watching/log-event.ts';
import { logRunEnded } from '../../watching/run-ended.ts';
import { sendAlert } from './alert.ts';
import { type BatchStatus, decideRoundResult } from './decide-status.ts';
import { finishedRound } from './record-run.ts';

/** Log that a round is announced, with its coverage and the time since its scraper run, and alert on low coverage. */
export async function logBatchEnded(
  ports: Ports,
  batch: PredictionBatch,
  status: BatchStatus,
): Promise<void> {
  const { batch_id, game_date, run, correlation_id } = batch;
  const { coverage_percent } = status;
  const now = ports.clock.now();
  const result = decideRoundResult(status);
  logRunEnded(ports, buildHistory(finishedRound(batch, result, now.toISOString())));
  const fields = { batch_id, game_date, run, correlation_id, coverage_percent };
  const sentence = `Batch ${batch_id} ended round ${batch.round} at ${coverage_percent} % coverage`;
  logEvent(ports.log, 'info', 'batch_ended', sentence, {
    ...fields,
    phase: 'phase_5_predictions',
    status: result.status,
    end_to_end_seconds: await endToEndSeconds(ports, correlation_id, now),
  });
  if (coverage_percent >= READINESS.coverage_percent_min) return;
  sendAlert(ports, {
    severity: 'critical',
    alert: 'low_coverage',
    sentence: `expected predictions for at least ${READINESS.coverage_percent_min} % of ${status.players_requested} players of ${game_date}, got ${coverage_percent} %; POST /retry asks for the rest`,
    fields,
  });
}

/**
 * Count from the start of the scraper run that correlation_id names. Null when there is none, as for a start by hand, and
 * when the store does not answer: the batch is announced, and a measurement must not fail it.
 */
async function endToEndSeconds(ports: Ports, correlation_id: string, now: Date): Promise<number | null> {
  try {
    const [first] = await ports.warehouse.runs({ execution_id: correlation_id, phase: 'phase_1_scrapers' });
    return secondsSince(first?.started_at, now);
  } catch (error) {
    ports.log.warn(`The scraper run of ${correlation_id} could not be read: ${error}`, { correlation_id });
    return null;
  }
}
