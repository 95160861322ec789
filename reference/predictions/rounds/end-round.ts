import type { PredictionBatch } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { publishMessage } from '../../message/publisher.ts';
import { type BatchAddress, batchPath } from '../batch/address.ts';
import { claimFrom } from '../batch/claim.ts';
import { decideAnnounced, decideEnd, type EndDecision, owesAnnouncement } from '../batch/decide-end.ts';
import { countOpenPlayers, countPlayers } from '../status/batch-status.ts';
import { type BatchStatus, decideRoundResult, decideStatus } from '../status/decide-status.ts';
import { logBatchEnded } from '../status/log-batch-ended.ts';
import { recordBatchRun } from '../status/record-run.ts';
import { claimBatch, type EndOutcome, giveBackClaim, type Instance } from './instance.ts';
import { predictionsComplete } from './messages.ts';

/**
 * End the current round if every player has answered, and announce it once.
 *
 * Whoever might have brought the last answer calls this after committing it: each counts after its own commit, so
 * the later of two last answers sees nobody open. The announcement is claimed, published, and recorded, in this
 * order; a caller that dies in between leaves a claim that runs out, and any later call takes over with the same
 * execution_id. Callers of one process who come while a look is under way share the next one.
 *
 * @throws {PipelineError} BROKER_UNAVAILABLE when the announcement was not confirmed; the claim is given back.
 * @see requirement COORD-008
 */
export function endRound(instance: Instance, address: BatchAddress): Promise<EndOutcome> {
  return instance.lookForEnd(batchPath(address), () => lookForEnd(instance, address));
}

async function lookForEnd(instance: Instance, address: BatchAddress): Promise<EndOutcome> {
  const { ports, settings, abandoned } = instance;
  const seen = await ports.documents.get<PredictionBatch>(batchPath(address));
  if (seen === undefined || !owesAnnouncement(seen)) return 'nothing_due';
  if ((await countOpenPlayers(ports, address, seen.batch_id)) > 0) return 'players_open';

  const now = ports.clock.now();
  const { batch_id, round } = seen;
  const claim = claimFrom(ports.ids.uuid(), now, settings.publish_claim_seconds);
  const { outcome, batch } = await claimBatch<EndDecision>(instance, address, claim.owner, (current) =>
    decideEnd(current, { now: now.toISOString(), claim, abandoned, batch_id, round }),
  );
  if (outcome === 'announcing_elsewhere') return outcome;
  if (outcome === 'not_due' || batch === undefined) return 'nothing_due';
  await announce(instance, address, batch, claim.owner);
  return 'announced';
}

async function announce(
  instance: Instance,
  address: BatchAddress,
  batch: PredictionBatch,
  owner: string,
): Promise<void> {
  const { ports } = instance;
  const { batch_id, round } = batch;
  let ended: BatchStatus;
  try {
    const counts = await countPlayers(ports, address, batch_id);
    const now = ports.clock.now().toISOString();
    const status = decideStatus(address, batch, counts, now);
    await recordBatchRun(ports, batch, decideRoundResult(status));
    const message = predictionsComplete(batch, status, now);
    await publishMessage(ports, TOPIC.phase5PredictionsComplete, message);
    await ports.documents.update<PredictionBatch, undefined>(batchPath(address), (current) =>
      decideAnnounced(current, { owner, batch_id, round }),
    );
    ended = status;
  } catch (failure) {
    await giveBackClaim(instance, address, owner);
    throw failure;
  }
  await logBatchEnded(ports, batch, ended);
}
