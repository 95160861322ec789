import type { PredictionBatch } from '../../../generated/models.ts';
import { type Claim, isClaimed, withClaim } from './claim.ts';

/** Say what a start came to; only `started` and `resumed` leave the caller with the claim and work to do. */
export type StartOutcome =
  | 'started'
  | 'resumed'
  | 'publishing_elsewhere'
  | 'already_running'
  | 'already_complete';

/** Describe one wish to start: `fresh` is the batch that would begin, in state `starting` and round 1. */
export interface StartEvent {
  readonly now: string;
  readonly claim: Claim;
  /** Owners whose claims count as free here; see Instance. */
  readonly abandoned: ReadonlySet<string>;
  readonly force: boolean;
  readonly fresh: PredictionBatch;
}

/** Hold what was decided and the batch as it stands after it. */
export interface StartDecision {
  readonly outcome: StartOutcome;
  readonly batch: PredictionBatch;
}

/**
 * Decide what one start does to the batch of its date and run.
 *
 * | recorded | claim | force | outcome |
 * |---|---|---|---|
 * | nothing | | | started |
 * | starting | live | | publishing_elsewhere |
 * | starting | free or expired | | resumed: same batch, same round |
 * | running | | | already_running |
 * | complete | | no | already_complete |
 * | complete, announced | | yes | started: a new batch_id |
 * | complete, not announced | | yes | already_running: its end must be announced first |
 *
 * Committed by compare-and-set, so of two concurrent starts one gets `started` and the other sees its batch.
 *
 * @see requirements COORD-002, COORD-003
 */
export function decideStart(
  current: PredictionBatch | undefined,
  event: StartEvent,
): readonly [PredictionBatch, StartDecision] {
  if (current === undefined) return started(event);
  switch (current.state) {
    case 'starting': {
      if (isClaimed(current, event)) return unchanged(current, 'publishing_elsewhere');
      const batch = withClaim(current, event.claim);
      return [batch, { outcome: 'resumed', batch }];
    }
    case 'running':
      return unchanged(current, 'already_running');
    case 'complete':
      if (!event.force) return unchanged(current, 'already_complete');
      // A new batch would replace the document that remembers the unsent announcement, and it would be lost.
      return current.announced_round < current.round ? unchanged(current, 'already_running') : started(event);
  }
}

function started(event: StartEvent): readonly [PredictionBatch, StartDecision] {
  const batch = withClaim(event.fresh, event.claim);
  return [batch, { outcome: 'started', batch }];
}

function unchanged(batch: PredictionBatch, outcome: StartOutcome): readonly [PredictionBatch, StartDecision] {
  return [batch, { outcome, batch }];
}
