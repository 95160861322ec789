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

/**
 * Build the id of the batch that follows another one, such as 2024-01-15.r1.2-3d8f2a44: which batch of its date and run it is, and the
 * end of a fresh UUID.
 *
 * @param before  batch_id of the batch that it takes the place of; undefined for the first.
 */
export function batchId(address: BatchAddress, before: string | undefined, uuid: string): string {
  const nth = before === undefined ? 1 : nthOf(before) + 1;
  return `${address.game_date}.r${address.run}.${nth}-${uuid.slice(-8)}`;
}

/** Tell whether a batch came after another one of the same date and run. */
export function isLaterBatch(batch_id: string, other: string): boolean {
  return nthOf(batch_id) > nthOf(other);
}

/** An id that does not say its number is older than all that do. */
function nthOf(batch_id: string): number {
  return Number(/\.(\d+)-[0-9a-f]+$/.exec(batch_id)?.[1] ?? 0);
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
