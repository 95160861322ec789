import type { PredictionBatch, PredictionPlayer } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';
import { publishMessage } from '../../message/publisher.ts';
import type { Ports } from '../../ports/ports.ts';
import { type BatchAddress, batchPath, playerPath, playersPath } from '../batch/address.ts';
import { decidePrepare, decideRequested } from '../batch/decide-player.ts';
import { decidePublished } from '../batch/decide-round.ts';
import { historyOfRound } from '../status/record-run.ts';
import { forEachBounded } from './bounded.ts';
import { giveBackClaim, type Instance } from './instance.ts';
import { predictionRequest } from './messages.ts';

/**
 * Publish one round of a batch whose claim the caller holds: prepare every player, send what is pending, and say
 * that the round is running.
 *
 * All player documents are stored before the first request goes out, since an answer must find its player. Each
 * confirmed request is recorded at once, so whoever resumes an interrupted round sends only the rest.
 *
 * @param player_lookups  whom the round asks.
 * @returns how many requests were sent by this call.
 * @throws {PipelineError} BROKER_UNAVAILABLE when some requests were not confirmed, and whatever the store throws;
 *         the claim is given back first, so that a redelivery or a retry can send the rest at once.
 */
export async function publishRound(
  instance: Instance,
  address: BatchAddress,
  batch: PredictionBatch,
  player_lookups: readonly string[],
): Promise<number> {
  const { ports } = instance;
  try {
    await preparePlayers(ports, address, batch, player_lookups);
    const sent = await publishPending(ports, address, batch);
    await recordRunning(ports, address, batch);
    return sent;
  } catch (failure) {
    await giveBackClaim(instance, address, batch.claimed_by);
    throw failure;
  }
}

async function preparePlayers(
  ports: Ports,
  address: BatchAddress,
  batch: PredictionBatch,
  player_lookups: readonly string[],
): Promise<void> {
  const now = ports.clock.now().toISOString();
  const failures = await forEachBounded(player_lookups, (player_lookup) =>
    ports.documents.update<PredictionPlayer, undefined>(
      playerPath(address, player_lookup),
      (current) => decidePrepare(current, { batch, player_lookup, now }),
      { is_mostly_new: batch.round === 1 },
    ),
  );
  if (failures.length > 0) throw failures[0];
}

async function publishPending(ports: Ports, address: BatchAddress, batch: PredictionBatch): Promise<number> {
  const { batch_id } = batch;
  const pending = await ports.documents.query<PredictionPlayer>(playersPath(address), {
    batch_id,
    state: 'pending',
  });
  const failures = await forEachBounded(pending, async ({ value: player }) => {
    const now = ports.clock.now().toISOString();
    const request = predictionRequest(batch, player, now);
    await publishMessage(ports, TOPIC.phase5PredictionRequest, request);
    await ports.documents.update<PredictionPlayer, undefined>(
      playerPath(address, player.player_lookup),
      (current) => decideRequested(current, { batch_id, attempt: player.attempt, now }),
    );
  });
  if (failures.length === 0) return pending.length;
  throw new PipelineError(
    'BROKER_UNAVAILABLE',
    `expected ${pending.length} requests of batch ${batch_id} to be confirmed and recorded, got ${pending.length - failures.length}; deliver the trigger again or POST /retry to send the rest`,
    { ...address, batch_id, requests: pending.length, failed: failures.length, first: String(failures[0]) },
    failures[0],
  );
}

async function recordRunning(ports: Ports, address: BatchAddress, batch: PredictionBatch): Promise<void> {
  const players_requested = await ports.documents.count(playersPath(address), { batch_id: batch.batch_id });
  const { batch_id, round } = batch;
  // Whoever is in the first round is asked in it.
  const asked =
    round === 1 ? players_requested : await ports.documents.count(playersPath(address), { batch_id, round });
  const history = historyOfRound(ports, batch, {
    status: players_requested === 0 ? 'no_data' : 'success',
    record_count: players_requested,
    records_failed: 0,
    error: null,
  });
  const is_running = await ports.documents.update<PredictionBatch, boolean>(
    batchPath(address),
    (current) =>
      decidePublished(current, {
        owner: batch.claimed_by ?? '',
        batch_id,
        round,
        players_requested,
        asked,
        now: ports.clock.now().toISOString(),
      }),
    { runs: () => [history] },
  );
  if (is_running) return;
  throw new PipelineError(
    'STORE_CONFLICT',
    `expected to hold the claim on batch ${batch.batch_id} to the end, found that it had expired and another instance took over; nothing needs to be done`,
    { ...address, batch_id: batch.batch_id, round: batch.round },
  );
}
