import type { PredictionBatch } from '../../../generated/models.ts';
import { type Claim, isClaimed, withClaim } from './claim.ts';

/** Describe that a round was seen without open players, and by whom. */
export interface EndEvent {
  readonly now: string;
  readonly claim: Claim;
  /** Owners whose claims count as free here; see Instance. */
  readonly abandoned: ReadonlySet<string>;
  readonly batch_id: string;
  readonly round: number;
}

/** Say who announces: this caller, another who holds the claim, or nobody because nothing is due. */
export interface EndDecision {
  readonly outcome: 'claimed' | 'announcing_elsewhere' | 'not_due';
  readonly batch: PredictionBatch | undefined;
}

/** Tell whether the batch owes an announcement once nobody is open: it is past publishing and has not said so. */
export function owesAnnouncement(batch: PredictionBatch): boolean {
  return batch.state !== 'starting' && batch.announced_round < batch.round;
}

/**
 * Decide who announces the end of a round of which every player has answered.
 *
 * The last two results may both see nobody open; compare-and-set lets one of them claim. The other is nacked
 * while the publish is in flight: if it fails, their redeliveries are all that is left to send it.
 *
 * @see requirement COORD-008
 */
export function decideEnd(
  current: PredictionBatch | undefined,
  event: EndEvent,
): readonly [PredictionBatch | undefined, EndDecision] {
  if (current === undefined || current.batch_id !== event.batch_id || current.round !== event.round) {
    return [current, { outcome: 'not_due', batch: current }];
  }
  if (!owesAnnouncement(current)) return [current, { outcome: 'not_due', batch: current }];
  if (isClaimed(current, event)) return [current, { outcome: 'announcing_elsewhere', batch: current }];
  const batch = withClaim(
    { ...current, state: 'complete', completed_at: current.completed_at ?? event.now },
    event.claim,
  );
  return [batch, { outcome: 'claimed', batch }];
}

/**
 * Decide what a confirmed announcement leaves on record.
 *
 * It is recorded even when the claim expired meanwhile: the broker has confirmed, and forgetting it would only
 * repeat it. A claim of somebody else stays.
 */
export function decideAnnounced(
  current: PredictionBatch | undefined,
  event: { readonly owner: string; readonly batch_id: string; readonly round: number },
): readonly [PredictionBatch | undefined, undefined] {
  if (current === undefined || current.batch_id !== event.batch_id) return [current, undefined];
  if (current.announced_round >= event.round) return [current, undefined];
  const announced = { ...current, announced_round: event.round };
  if (current.claimed_by !== event.owner) return [announced, undefined];
  return [{ ...announced, claimed_by: null, claim_expires_at: null }, undefined];
}
