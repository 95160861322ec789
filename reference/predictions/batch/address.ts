import { v5 as nameUuid } from 'uuid';
import { TRIGGER_IDENTITY } from '../../../generated/topology.ts';

/** Name one batch slot: predictions are kept apart per game_date and run. */
export interface BatchAddress {
  readonly game_date: string;
  readonly run: number;
}

/** Give the path of the batch document, asyncapi.yaml#/x-state/prediction_batches. */
export function batchPath(address: BatchAddress): string {
  const suffix = address.run === 1 ? '' : `.r${address.run}`;
  return `prediction_batches/${address.game_date}${suffix}`;
}

/** Give the collection that holds a batch's players. */
export function playersPath(address: BatchAddress): string {
  return `${batchPath(address)}/players`;
}

/**
 * Give the path of one player's document, asyncapi.yaml#/x-state/prediction_players.
 *
 * A key from the feature store is its own document id. Any other text, which only a stranger's result can carry,
 * is escaped into an id that the store accepts, so that it is looked up, not found, and acked.
 */
export function playerPath(address: BatchAddress, player_lookup: string): string {
  const id = encodeURIComponent(player_lookup).replace(/^[._]/, (first) => (first === '.' ? '%2E' : '%5F'));
  return `${playersPath(address)}/${id}`;
}

/** Build a batch id such as 2024-01-15.r1.3d8f2a44; the end of a fresh UUID tells two batches of a date apart. */
export function batchId(address: BatchAddress, uuid: string): string {
  return `${address.game_date}.r${address.run}.${uuid.slice(-8)}`;
}

/**
 * Name the coordinator run that carries out one round of a batch, as a UUIDv5.
 *
 * Its requests, its history row and its announcement carry this id, so whoever repeats any of them after a crash
 * repeats the same id and never makes up a second one.
 */
export function roundExecutionId(batch_id: string, round: number): string {
  return nameUuid(`prediction_coordinator/${batch_id}/${round}`, TRIGGER_IDENTITY.namespace);
}
