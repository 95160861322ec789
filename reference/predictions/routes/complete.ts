import type { PredictionPlayer } from '../../../generated/models.ts';
import { decodeDelivery } from '../../message/decode.ts';
import { receiveMessage } from '../../message/receive.ts';
import type { HttpAnswer, HttpRequest } from '../../ports/ports.ts';
import { playerPath } from '../batch/address.ts';
import { type CountOutcome, decideCount } from '../batch/decide-player.ts';
import { endRound } from '../rounds/end-round.ts';
import type { Instance } from '../rounds/instance.ts';

/**
 * Handle `POST /complete`: the push delivery of one player's result.
 *
 * Each player has a document of his own, so that results of one batch never contend; the batch document is only
 * read here, and written once, at the end. A repeat also looks for the end, because the first delivery may have
 * died between counting and announcing.
 *
 * @returns 204 counted, repeated or of a stranger; 503 while another instance announces the end.
 * @throws {PipelineError} INVALID_ENVELOPE, INVALID_JSON, INVALID_MESSAGE; BROKER_UNAVAILABLE, STORE_UNAVAILABLE,
 *         STORE_CONFLICT.
 * @see asyncapi.yaml#/x-endpoints, requirements COORD-007, COORD-008
 */
export async function handleComplete(instance: Instance, request: HttpRequest): Promise<HttpAnswer> {
  const { ports } = instance;
  const result = receiveMessage(decodeDelivery(request), 'PredictionReady');
  const { game_date, run, batch_id, player_lookup, correlation_id } = result;
  const address = { game_date, run };
  const now = ports.clock.now().toISOString();
  // The player's own document says which batch asked for him; the batch document need not be read for that.
  const outcome = await ports.documents.update<PredictionPlayer, CountOutcome>(
    playerPath(address, player_lookup),
    (current) => decideCount(current, { result, now }),
  );
  ports.log.debug(`Result of ${player_lookup} is ${outcome}`, { ...address, batch_id, correlation_id });
  if (outcome === 'stranger') return { status: 204 };
  const end = await endRound(instance, address);
  return end === 'announcing_elsewhere'
    ? { status: 503, body: { status: end, ...address } }
    : { status: 204 };
}
