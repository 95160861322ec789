import type { PredictionBatch, PredictionPlayer, PredictionReady } from '../../../generated/models.ts';
import { isLaterBatch } from './address.ts';

/**
 * Decide what a round of a batch does to one player it wants to ask: he is pending until his request is out.
 *
 * A player who is predicted, or was prepared in this round before, stays as he is; so an interrupted round can be
 * prepared again by anybody, at any time, and no answer is ever lost. A document of an older batch is replaced, and one of a later batch
 * is not: an instance that slept until its claim had run out may come back when another batch has begun.
 */
export function decidePrepare(
  current: PredictionPlayer | undefined,
  event: { readonly batch: PredictionBatch; readonly player_lookup: string; readonly now: string },
): readonly [PredictionPlayer, undefined] {
  const { batch, player_lookup, now } = event;
  if (current !== undefined && isLaterBatch(current.batch_id, batch.batch_id)) return [current, undefined];
  const known = current?.batch_id === batch.batch_id ? current : undefined;
  if (known !== undefined && (known.state === 'completed' || known.round >= batch.round)) {
    return [known, undefined];
  }
  return [
    {
      batch_id: batch.batch_id,
      player_lookup,
      state: 'pending',
      attempt: (known?.attempt ?? 0) + 1,
      round: batch.round,
      execution_id: batch.execution_id,
      answer_execution_id: known?.answer_execution_id ?? null,
      updated_at: now,
    },
    undefined,
  ];
}

/**
 * Decide what a confirmed request does to its player: pending becomes requested.
 *
 * An answer that was faster than this record stays, and so does a later attempt.
 */
export function decideRequested(
  current: PredictionPlayer | undefined,
  event: { readonly batch_id: string; readonly attempt: number; readonly now: string },
): readonly [PredictionPlayer | undefined, undefined] {
  if (current === undefined || current.batch_id !== event.batch_id) return [current, undefined];
  if (current.state !== 'pending' || current.attempt !== event.attempt) return [current, undefined];
  return [{ ...current, state: 'requested', updated_at: event.now }, undefined];
}

/**
 * Decide what withdrawing does to a player who is no longer ready: an open request is given up as failed.
 *
 * Without it a batch would wait for ever for a player whose features were taken back. A prediction that arrives
 * later still counts.
 */
export function decideWithdraw(
  current: PredictionPlayer | undefined,
  event: { readonly batch_id: string; readonly now: string },
): readonly [PredictionPlayer | undefined, undefined] {
  if (current === undefined || current.batch_id !== event.batch_id || !isOpen(current)) {
    return [current, undefined];
  }
  return [{ ...current, state: 'failed', updated_at: event.now }, undefined];
}

/** Tell whether the batch still waits for the player. */
export function isOpen(player: PredictionPlayer): boolean {
  return player.state === 'pending' || player.state === 'requested';
}

/**
 * Say what became of a result: counted, a repeat of what is known, a failure that a later attempt has overtaken, or of
 * nobody that the batch asked for.
 */
export type CountOutcome = 'counted' | 'duplicate' | 'superseded' | 'stranger';

/**
 * Decide what one result does to its player.
 *
 * | recorded | success | failed |
 * |---|---|---|
 * | nothing, or another batch | stranger | stranger |
 * | pending, requested | completed | failed |
 * | failed | completed | duplicate |
 * | completed | duplicate | duplicate |
 *
 * A result of a worker run that was counted before is a duplicate everywhere. A failure of an earlier attempt is superseded,
 * also one that comes for the first time: it must not end the attempt that came after it. A worker that does not say its
 * attempt is believed to answer the last one. A pending player counts too, because a request that the broker did not
 * confirm may have gone out all the same.
 *
 * @see requirements COORD-007, COORD-028
 */
export function decideCount(
  current: PredictionPlayer | undefined,
  event: { readonly result: PredictionReady; readonly now: string },
): readonly [PredictionPlayer | undefined, CountOutcome] {
  const { result, now } = event;
  if (current === undefined || current.batch_id !== result.batch_id) return [current, 'stranger'];
  if (current.answer_execution_id === result.execution_id) return [current, 'duplicate'];
  const answer = {
    ...current,
    answer_execution_id: result.execution_id,
    updated_at: now,
  };
  if (result.status === 'success' && current.state !== 'completed') {
    return [{ ...answer, state: 'completed' }, 'counted'];
  }
  if (result.status === 'failed' && (result.attempt ?? current.attempt) < current.attempt) {
    return [current, 'superseded'];
  }
  if (result.status === 'failed' && isOpen(current)) return [{ ...answer, state: 'failed' }, 'counted'];
  return [current, 'duplicate'];
}
