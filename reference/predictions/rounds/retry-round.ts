import type { PredictionBatch, PredictionPlayer, TriggerSource } from '../../../generated/models.ts';
import type { Ports } from '../../ports/ports.ts';
import { type BatchAddress, playerPath, playersPath } from '../batch/address.ts';
import { claimFrom } from '../batch/claim.ts';
import { decideWithdraw } from '../batch/decide-player.ts';
import { decideRetry, type RetryDecision } from '../batch/decide-round.ts';
import { decideStragglers, type Stragglers } from '../batch/decide-stragglers.ts';
import { eligiblePlayers, validatePhase4Ready } from '../readiness/phase4.ts';
import { forEachBounded } from './bounded.ts';
import { claimBatch, type Instance } from './instance.ts';
import { publishRound } from './publish-round.ts';

/** Hold whom a batch still lacks, and how many players are listed now. */
export interface StragglerList extends Stragglers {
  readonly players_total: number;
}

/**
 * Get the players of a batch who are ready now and have no prediction, and those who are ready no longer.
 *
 * The batch's own minimum of minutes keeps holding: who was left out by it is no straggler.
 *
 * @see requirement COORD-009
 */
export async function getPlayersNeedingRetry(
  ports: Ports,
  address: BatchAddress,
  batch: PredictionBatch,
): Promise<StragglerList> {
  const [phase4, players] = await Promise.all([
    validatePhase4Ready(ports, address),
    ports.documents.query<PredictionPlayer>(playersPath(address), { batch_id: batch.batch_id }),
  ]);
  const ready = eligiblePlayers(phase4.ready_rows, batch.min_minutes);
  const stragglers = decideStragglers(
    ready,
    players.map((player) => player.value),
  );
  return { ...stragglers, players_total: phase4.readiness.players_total };
}

/**
 * Withdraw open players who are ready no longer, so that the batch can end without them.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when one of them could not be recorded; the next retry repeats it.
 */
export async function withdrawPlayers(
  ports: Ports,
  address: BatchAddress,
  batch_id: string,
  player_lookups: readonly string[],
): Promise<void> {
  const now = ports.clock.now().toISOString();
  const failures = await forEachBounded(player_lookups, (player_lookup) =>
    ports.documents.update<PredictionPlayer, undefined>(playerPath(address, player_lookup), (current) =>
      decideWithdraw(current, { batch_id, now }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}

/** Describe one retry: the batch as it was when its stragglers were listed, and who asks. */
export interface RetryWish {
  readonly address: BatchAddress;
  readonly batch: PredictionBatch;
  readonly stragglers: StragglerList;
  readonly trigger_source: TriggerSource;
}

/** Hold what a retry came to; `requests` is how many went out. */
export interface RetryResult {
  readonly outcome: 'requested' | 'publishing_elsewhere';
  readonly requests: number;
}

/**
 * Process a retry: claim the next round of the batch and ask its stragglers again.
 *
 * A retry that loses against another one changes nothing.
 *
 * @throws {PipelineError} as publishRound does; what was not sent is pending for the next retry.
 */
export async function processRetryBatch(instance: Instance, wish: RetryWish): Promise<RetryResult> {
  const { ports, settings, abandoned } = instance;
  const { address, stragglers, trigger_source } = wish;
  const { batch_id, round, announced_round } = wish.batch;
  const { players_total } = stragglers;
  const clock_now = ports.clock.now();
  const now = clock_now.toISOString();
  const claim = claimFrom(ports.ids.uuid(), clock_now, settings.publish_claim_seconds);
  const { outcome, batch } = await claimBatch<RetryDecision>(instance, address, claim.owner, (current) =>
    decideRetry(current, {
      now,
      claim,
      abandoned,
      batch_id,
      round,
      announced_round,
      players_total,
      trigger_source,
    }),
  );
  if (outcome !== 'claimed' || batch === undefined) return { outcome: 'publishing_elsewhere', requests: 0 };
  const requests = await publishRound(instance, address, batch, stragglers.request);
  ports.log.info(`Batch ${batch_id} asked ${requests} players again in round ${batch.round}`, {
    ...address,
    batch_id,
    correlation_id: batch.correlation_id,
    phase: 'phase_5_predictions',
    requests,
  });
  return { outcome: 'requested', requests };
}
