import type { PredictionBatch, TriggerSource, UpstreamRun } from '../../../generated/models.ts';
import { type BatchAddress, batchId, roundExecutionId } from '../batch/address.ts';
import { claimFrom } from '../batch/claim.ts';
import { decideStart, type StartDecision, type StartOutcome } from '../batch/decide-start.ts';
import { eligiblePlayers, type Phase4State } from '../readiness/phase4.ts';
import { claimBatch, type Instance } from './instance.ts';
import { publishRound } from './publish-round.ts';

/** Describe what a batch is started for and by; it stays with the batch and goes into all of its messages. */
export interface StartCause {
  readonly correlation_id: string;
  readonly trigger_source: TriggerSource;
  readonly trigger_message_id: string | null;
  readonly upstream: readonly UpstreamRun[];
  readonly backfill_mode: boolean;
  readonly backfill_reason: string | null;
}

/** Describe one wish to start a batch that readiness has approved. */
export interface StartWish {
  readonly address: BatchAddress;
  readonly cause: StartCause;
  readonly phase4: Phase4State;
  readonly degraded: boolean;
  readonly min_minutes: number | null;
  readonly force: boolean;
}

/** Hold what a start came to; `requests` is how many went out in this call. */
export interface StartResult {
  readonly outcome: StartOutcome;
  readonly batch_id: string;
  readonly requests: number;
}

/**
 * Start the batch of a date and run, or finish a start that was interrupted.
 *
 * The batch is claimed by compare-and-set before anything else is written; a start that loses changes nothing.
 *
 * @throws {PipelineError} as publishRound does.
 */
export async function startBatch(instance: Instance, wish: StartWish): Promise<StartResult> {
  const { ports, settings, abandoned } = instance;
  const { address, phase4, force } = wish;
  const now = ports.clock.now();
  const claim = claimFrom(ports.ids.uuid(), now, settings.publish_claim_seconds);
  const uuid = ports.ids.uuid();
  const { outcome, batch } = await claimBatch<StartDecision>(instance, address, claim.owner, (current) =>
    decideStart(current, {
      now: now.toISOString(),
      claim,
      abandoned,
      force,
      fresh: freshBatch(wish, batchId(address, current?.batch_id, uuid), now.toISOString()),
    }),
  );
  const { batch_id } = batch;
  if (outcome !== 'started' && outcome !== 'resumed') return { outcome, batch_id, requests: 0 };
  const players = eligiblePlayers(phase4.ready_rows, batch.min_minutes);
  const requests = await publishRound(instance, address, batch, players);
  ports.log.info(`Batch ${batch_id} ${outcome} with ${requests} requests`, {
    ...address,
    batch_id,
    correlation_id: batch.correlation_id,
    phase: 'phase_5_predictions',
    execution_id: batch.execution_id,
    requests,
  });
  return { outcome, batch_id, requests };
}

function freshBatch(wish: StartWish, batch_id: string, now: string): PredictionBatch {
  const { address, cause, phase4, degraded, min_minutes } = wish;
  return {
    batch_id,
    game_date: address.game_date,
    run: address.run,
    state: 'starting',
    round: 1,
    started_at: now,
    completed_at: null,
    announced_round: 0,
    players_total: phase4.readiness.players_total,
    players_requested: eligiblePlayers(phase4.ready_rows, min_minutes).length,
    degraded,
    execution_id: roundExecutionId(batch_id, 1),
    round_started_at: now,
    min_minutes,
    claimed_by: null,
    claim_expires_at: null,
    ...cause,
  };
}
