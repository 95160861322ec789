import { TOPIC } from '../../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../../history/events.ts';
import { metadataOf, publishes, text } from '../../../../../history/select.ts';
import type { Anomaly } from '../../../../check.ts';
import { batchOf } from '../../../../owed/coordinator.ts';
import { dateAndRun } from '../../../../owed/names.ts';
import { type Clock, clockOf } from '../../clock.ts';
import { eligibleOf, isFeatureStore, placeOfCall, requestsOf } from '../batch.ts';
import { isBeforeFaults, isDisturbed, type Span, spansOf } from '../spans.ts';

const COMPONENT = 'phase5-coordinator';

/** Judge batches that ask nobody, because nobody plays enough: each ends at once, as `no_data`, and no other batch ends so. */
export function judgeEmptyBatches(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  const ends = publishes(history, TOPIC.phase5PredictionsComplete);
  return [
    ...ends.flatMap((end) => judgeEnd(history, spans, clock, end)),
    ...(isDisturbed(history) ? [] : spans.flatMap((span) => judgeStart(history, clock, span, ends))),
  ];
}

function judgeEnd(
  history: History,
  spans: readonly Span[],
  clock: Clock,
  end: PublishEvent,
): readonly Anomaly[] {
  const place = dateAndRun(end.message);
  const batch_id = batchOf(end.message);
  // A request that was held back may be seen when its player was given up, and the end announced.
  const disturbed = !isBeforeFaults(history, { to: end.sequence });
  const is_known = requestsOf(history, place).some(
    ({ message, sequence }) => (disturbed || sequence < end.sequence) && batchOf(message) === batch_id,
  );
  if (is_known) return [];
  const events = [end.sequence];
  const what = `#${end.sequence} announced the end of batch ${batch_id} of ${place}, which had requested nobody`;
  if (!spans.some((span) => span.from < end.sequence && asksNobody(history, clock, span, place))) {
    const proof = `${what}, and no start left everybody out.`;
    return [{ requirement: 'COORD-008', anomaly: 'phantom completion', proof, events }];
  }
  const status = text(end.message, 'status');
  const { players_requested } = metadataOf(end.message);
  if (status === 'no_data' && players_requested === 0) return [];
  const proof = `${what}, with status ${status} and players_requested ${String(players_requested)} instead of no_data and 0.`;
  return [{ requirement: 'COORD-026', anomaly: 'wrong answer', proof, events }];
}

/** A start that leaves everybody out and is taken. */
function judgeStart(
  history: History,
  clock: Clock,
  span: Span,
  ends: readonly PublishEvent[],
): readonly Anomaly[] {
  const { event, from, to, status } = span;
  const place = event.kind === 'request' ? placeOfCall(event, clock) : undefined;
  if (status !== 202 || place === undefined || !asksNobody(history, clock, span, place)) return [];
  const requested = requestsOf(history, place).some(({ sequence }) => sequence > from && sequence < to);
  const is_told = ends.some(({ sequence, message }) => sequence > from && dateAndRun(message) === place);
  if (requested || is_told) return [];
  const proof = `#${from} started a batch of ${place} (#${to}) in which nobody has the minutes that it asked for, so nobody is waited for; its end was not announced.`;
  return [{ requirement: 'COORD-008', anomaly: 'stuck batch', proof, events: [from, to] }];
}

/** Whether a start asks for more minutes than anybody of a date has who is ready, as one of its seeds was. */
function asksNobody(history: History, clock: Clock, { event, to }: Span, place: string): boolean {
  if (event.kind !== 'request' || event.path !== '/start' || placeOfCall(event, clock) !== place)
    return false;
  const min_minutes = (event.body as Payload | null)?.['min_minutes'];
  if (typeof min_minutes !== 'number') return false;
  const seeds = history
    .filter(isFeatureStore)
    .filter((seed) => seed.sequence < to && `${seed.game_date} run ${seed.run}` === place);
  return seeds.some((seed) => eligibleOf(seed, min_minutes).length === 0);
}
