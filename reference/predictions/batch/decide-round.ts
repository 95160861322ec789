import type { PredictionBatch, TriggerSource } from '../../../generated/models.ts';
import { roundExecutionId } from './address.ts';
import { type Claim, isClaimed, withClaim } from './claim.ts';

/** Describe the wish to ask again: which batch it was decided for, and who asks when and why. */
export interface RetryEvent {
  readonly now: string;
  readonly claim: Claim;
  /** Owners whose claims count as free here; see Instance. */
  readonly abandoned: ReadonlySet<string>;
  readonly batch_id: string;
  readonly round: number;
  readonly announced_round: number;
  readonly players_total: number;
  readonly trigger_source: TriggerSource;
}

/** Hold what was decided; `superseded` means that the batch moved on while the stragglers were being listed. */
export interface RetryDecision {
  readonly outcome: 'claimed' | 'publishing_elsewhere' | 'superseded';
  readonly batch: PredictionBatch | undefined;
}

/**
 * Decide whether a retry may begin the next round of its batch.
 *
 * The round is claimed before any player is touched, so two concurrent retries make one round. An interrupted
 * round is replaced by the next one: its players that were never asked are stragglers like the others.
 *
 * @see requirements COORD-009, COORD-011
 */
export function decideRetry(
  current: PredictionBatch | undefined,
  event: RetryEvent,
): readonly [PredictionBatch | undefined, RetryDecision] {
  if (current === undefined || current.batch_id !== event.batch_id || current.round !== event.round) {
    return [current, { outcome: 'superseded', batch: current }];
  }
  // Whoever was behind has answered meanwhile: another round would ask nobody, and announce the same end again.
  if (current.announced_round !== event.announced_round) {
    return [current, { outcome: 'superseded', batch: current }];
  }
  if (isClaimed(current, event)) return [current, { outcome: 'publishing_elsewhere', batch: current }];
  const round = current.round + 1;
  const next: PredictionBatch = {
    ...current,
    state: 'starting',
    round,
    completed_at: null,
    execution_id: roundExecutionId(current.batch_id, round),
    round_started_at: event.now,
    players_total: event.players_total,
    trigger_source: event.trigger_source,
    trigger_message_id: null,
  };
  const batch = withClaim(next, event.claim);
  return [batch, { outcome: 'claimed', batch }];
}

/** Describe that every request of a round is on record as published. */
export interface PublishedEvent {
  readonly owner: string;
  readonly batch_id: string;
  readonly round: number;
  readonly players_requested: number;
  /** How many players the round asks. */
  readonly asked: number;
  readonly now: string;
}

/**
 * Decide whether the round is running now: only for the owner of the claim, who alone knows that all is out.
 *
 * A retry may find that its stragglers have answered since it listed them. Its round asks nobody, and the end that was announced
 * before is that of the batch.
 *
 * @returns `true` when it is; `false` when the claim expired and another took over, who will say so instead.
 */
export function decidePublished(
  current: PredictionBatch | undefined,
  event: PublishedEvent,
): readonly [PredictionBatch | undefined, boolean] {
  if (current === undefined || current.claimed_by !== event.owner) return [current, false];
  if (current.batch_id !== event.batch_id || current.round !== event.round) return [current, false];
  const is_of_nobody =
    event.asked === 0 && current.round > 1 && current.announced_round === current.round - 1;
  return [
    {
      ...current,
      ...(is_of_nobody
        ? { state: 'complete' as const, completed_at: event.now, announced_round: current.round }
        : { state: 'running' as const }),
      players_requested: event.players_requested,
      claimed_by: null,
      claim_expires_at: null,
    },
    true,
  ];
}
