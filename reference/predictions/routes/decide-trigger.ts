import type { FeatureStoreCompletion } from '../../../generated/models.ts';
import { isPast } from '../../calendar/calendar.ts';
import type { Readiness } from '../readiness/decide-readiness.ts';

/** Say why a completion of the feature store starts nothing for good, and is acked. */
export type IgnoredTrigger = 'skip_downstream_trigger' | 'past_date' | 'nothing_to_predict';

/**
 * Decide whether a completion of the feature store is to be ignored.
 *
 * A failed or empty feature store is ignored and not refused: no redelivery of this message could change it, and
 * the run that repairs it announces itself. A date that is past comes last, because only a feature store that could
 * have been predicted from is one that came too late.
 *
 * @returns undefined for a completion that may start a batch.
 * @see requirements BACK-005, COORD-004
 */
export function decideIgnored(
  completion: Pick<FeatureStoreCompletion, 'game_date' | 'status' | 'skip_downstream_trigger'>,
  now: Date,
): IgnoredTrigger | undefined {
  if (completion.skip_downstream_trigger) return 'skip_downstream_trigger';
  if (completion.status === 'failed' || completion.status === 'no_data') return 'nothing_to_predict';
  if (isPast(completion.game_date, now)) return 'past_date';
  return undefined;
}

/**
 * Decide whether a trigger may start its batch, and whether degraded.
 *
 * | feature store in the store | verdict | |
 * |---|---|---|
 * | not completed | any | not_ready: a redelivery finds it completed |
 * | completed | insufficient | not_ready |
 * | completed | degraded | start_degraded: waiting would bring no more, `/retry` adds who comes later |
 * | completed | ready | start |
 */
export function decideTriggerStart(readiness: Readiness): 'start' | 'start_degraded' | 'not_ready' {
  if (!readiness.completed || readiness.verdict === 'insufficient') return 'not_ready';
  return readiness.verdict === 'ready' ? 'start' : 'start_degraded';
}
