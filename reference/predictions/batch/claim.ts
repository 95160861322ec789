import type { PredictionBatch } from '../../../generated/models.ts';

/** Hold who wants to publish and until when the wish stands; both go into the batch document. */
export interface Claim {
  readonly owner: string;
  readonly expires_at: string;
}

/** Make a claim that begins at `now`. */
export function claimFrom(owner: string, now: Date, claim_seconds: number): Claim {
  return { owner, expires_at: new Date(now.getTime() + claim_seconds * 1000).toISOString() };
}

/**
 * Tell whether somebody is publishing for the batch at `now` (UTC).
 *
 * A claim whose time is over counts as free: its instance died, or is so late that repeating its work is safer
 * than waiting for it. So does one that this process tried in vain to give back.
 */
export function isClaimed(
  batch: PredictionBatch,
  at: { readonly now: string; readonly abandoned: ReadonlySet<string> },
): boolean {
  if (batch.claimed_by === null || batch.claim_expires_at === null) return false;
  return batch.claim_expires_at > at.now && !at.abandoned.has(batch.claimed_by);
}

/** Put a claim on the batch. */
export function withClaim(batch: PredictionBatch, claim: Claim): PredictionBatch {
  return { ...batch, claimed_by: claim.owner, claim_expires_at: claim.expires_at };
}

/**
 * Decide what giving back a claim does: only its owner's claim is cleared, and nothing else changes.
 *
 * @returns the next batch; the same object when another has taken over, so that nothing is written.
 */
export function decideRelease(
  current: PredictionBatch | undefined,
  owner: string,
): readonly [PredictionBatch | undefined, undefined] {
  if (current === undefined || current.claimed_by !== owner) return [current, undefined];
  return [{ ...current, claimed_by: null, claim_expires_at: null }, undefined];
}
