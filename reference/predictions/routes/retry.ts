import type { PredictionBatch, RetryRequest } from '../../../generated/models.ts';
import { isScheduler, readBody } from '../../http/request.ts';
import type { HttpAnswer, HttpRequest } from '../../ports/ports.ts';
import { batchPath } from '../batch/address.ts';
import { isClaimed } from '../batch/claim.ts';
import { endRound } from '../rounds/end-round.ts';
import type { Instance } from '../rounds/instance.ts';
import { getPlayersNeedingRetry, processRetryBatch, withdrawPlayers } from '../rounds/retry-round.ts';
import { addressOf } from './request.ts';

/**
 * Handle `POST /retry`: ask again for everybody who is ready and has no prediction.
 *
 * An announcement that is still due goes out first, and an interrupted round is finished even when it has nobody
 * left to ask.
 *
 * @returns 202 with the number of requests; 200 no_batch or nothing_to_retry; 503 while another instance publishes.
 * @throws {PipelineError} INVALID_JSON, INVALID_REQUEST; BROKER_UNAVAILABLE, STORE_UNAVAILABLE, STORE_CONFLICT.
 * @see asyncapi.yaml#/x-endpoints, requirements COORD-009, COORD-011
 */
export async function handleRetry(instance: Instance, request: HttpRequest): Promise<HttpAnswer> {
  const { ports, abandoned } = instance;
  const body = readBody<RetryRequest>(request, 'RetryRequest');
  const now = ports.clock.now();
  const address = addressOf(body, now);
  const elsewhere: HttpAnswer = { status: 503, body: { status: 'publishing_elsewhere', ...address } };

  if ((await endRound(instance, address)) === 'announcing_elsewhere') return elsewhere;
  const batch = await ports.documents.get<PredictionBatch>(batchPath(address));
  if (batch === undefined) return { status: 200, body: { status: 'no_batch', ...address } };
  if (isClaimed(batch, { now: now.toISOString(), abandoned })) return elsewhere;

  const stragglers = await getPlayersNeedingRetry(ports, address, batch);
  await withdrawPlayers(ports, address, batch.batch_id, stragglers.withdraw);
  if (stragglers.request.length > 0 || batch.state === 'starting') {
    const trigger_source = isScheduler(request) ? 'scheduler' : 'manual';
    const wish = { address, batch, stragglers, trigger_source } as const;
    const { outcome, requests } = await processRetryBatch(instance, wish);
    if (outcome === 'publishing_elsewhere') return elsewhere;
    await endRound(instance, address);
    if (requests > 0) {
      return {
        status: 202,
        body: { status: 'retrying', ...address, batch_id: batch.batch_id, players: requests },
      };
    }
  } else {
    await endRound(instance, address);
  }
  return { status: 200, body: { status: 'nothing_to_retry', ...address, batch_id: batch.batch_id } };
}
