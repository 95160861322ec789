import type { PredictionBatch } from '../../../generated/models.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Settings } from '../../ports/settings.ts';
import { type BatchAddress, batchPath } from '../batch/address.ts';
import { decideRelease } from '../batch/claim.ts';
import type { SharedLook } from './share-looks.ts';

/** Hold what one coordinator process works with. */
export interface Instance {
  readonly ports: Ports;
  readonly settings: Settings;
  /**
   * Owners of claims that this process could not give back, because the store was gone as well. It treats them as
   * free, so that it need not wait for its own lease once the store is back; other processes do. Losing this set
   * costs that wait and nothing else.
   */
  readonly abandoned: Set<string>;
  /** Looks for the end of rounds; results that come together share a look. */
  readonly lookForEnd: SharedLook<EndOutcome>;
}

/** Say what ending a round came to; `announcing_elsewhere` is a nack, the others are acks. */
export type EndOutcome = 'nothing_due' | 'players_open' | 'announced' | 'announcing_elsewhere';

/**
 * Commit a decision that may claim the batch for `owner`.
 *
 * When the store does not answer, the claim may have been committed all the same; it is given back, so that the
 * redelivery is not kept waiting by nobody.
 */
export async function claimBatch<Decision>(
  instance: Instance,
  address: BatchAddress,
  owner: string,
  decide: (
    current: PredictionBatch | undefined,
  ) => readonly [next: PredictionBatch | undefined, decision: Decision],
): Promise<Decision> {
  try {
    return await instance.ports.documents.update<PredictionBatch, Decision>(batchPath(address), decide);
  } catch (failure) {
    await giveBackClaim(instance, address, owner);
    throw failure;
  }
}

/** Give back a claim after a failure; if even that fails, it runs out for others and is free here. */
export async function giveBackClaim(
  { ports, abandoned }: Instance,
  address: BatchAddress,
  owner: string | null,
): Promise<void> {
  if (owner === null) return;
  try {
    await ports.documents.update<PredictionBatch, undefined>(batchPath(address), (current) =>
      decideRelease(current, owner),
    );
  } catch (failure) {
    abandoned.add(owner);
    ports.log.warn(`A claim on ${batchPath(address)} may stand until it runs out`, {
      ...address,
      owner,
      failure: String(failure),
    });
  }
}
