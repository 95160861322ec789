import type { PredictionBatch, PredictionPlayer } from '../../../generated/models.ts';
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
 * One query reads them as of one moment. Of several, a player whose answer comes in between would be in two or in none.
 *
 * @throws {PipelineError} STORE_UNAVAILABLE when the store does not answer.
 */
export async function countPlayers(
  ports: Ports,
  address: BatchAddress,
  batch_id: string,
): Promise<PlayerCounts> {
  const players = await ports.documents.query<PredictionPlayer>(playersPath(address), { batch_id });
  const counts = { ...NO_PLAYERS };
  for (const { value } of players) counts[value.state] += 1;
  return counts;
}

/**
 * Count the players of a running batch who were asked and have not answered.
 *
 * Nobody is pending once a batch is running, so one state is all there is to count.
 */
export function countOpenPlayers(ports: Ports, address: BatchAddress, batch_id: string): Promise<number> {
  return ports.documents.count(playersPath(address), { batch_id, state: 'requested' });
}
