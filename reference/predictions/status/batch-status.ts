import type { PlayerRequestState, PredictionBatch } from '../../../generated/models.ts';
import type { Ports } from '../../ports/ports.ts';
import { type BatchAddress, batchPath, playersPath } from '../batch/address.ts';
import { hasNoGames } from '../readiness/games.ts';
import { type BatchStatus, decideStatus, NO_PLAYERS, type PlayerCounts } from './decide-status.ts';

/**
 * Get how the batch of a date and run stands, counted in the store and never from memory.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function getBatchStatus(ports: Ports, address: BatchAddress): Promise<BatchStatus> {
  const batch = await ports.documents.get<PredictionBatch>(batchPath(address));
  const now = ports.clock.now().toISOString();
  if (batch === undefined) {
    return decideStatus(address, batch, NO_PLAYERS, now, await hasNoGames(ports, address));
  }
  return decideStatus(address, batch, await countPlayers(ports, address, batch.batch_id), now);
}

/**
 * Count the players of one batch by state; documents that an older batch left behind are not among them.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function countPlayers(
  ports: Ports,
  address: BatchAddress,
  batch_id: string,
): Promise<PlayerCounts> {
  const count = countState(ports, address, batch_id);
  const [pending, requested, completed, failed] = await Promise.all([
    count('pending'),
    count('requested'),
    count('completed'),
    count('failed'),
  ]);
  return { pending, requested, completed, failed };
}

/**
 * Count the players of a running batch who were asked and have not answered.
 *
 * Nobody is pending once a batch is running, so one state is all there is to count.
 */
export function countOpenPlayers(ports: Ports, address: BatchAddress, batch_id: string): Promise<number> {
  return countState(ports, address, batch_id)('requested');
}

function countState(ports: Ports, address: BatchAddress, batch_id: string) {
  return (state: PlayerRequestState) => ports.documents.count(playersPath(address), { batch_id, state });
}
