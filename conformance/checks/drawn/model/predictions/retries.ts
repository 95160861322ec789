import type { History } from '../../../../history/events.ts';
import type { Anomaly } from '../../../check.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { clockOf } from '../clock.ts';
import { eligibleOf, isFeatureStore, placeOfCall, requestsOf, seedBefore, standingBefore } from './batch.ts';
import { isLimited } from './settled.ts';
import { isAlone, isBeforeFaults, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-coordinator';

/**
 * Judge that no retry says that there is nothing to do while somebody is ready and has no prediction: also where another instance is
 * publishing, or something failed. It asks again, or says 503, so that whoever called comes back.
 *
 * A retry that nothing else ran beside is judged with the starts.
 */
export function judgeRetries(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  return spans.flatMap((span): readonly Anomaly[] => {
    const { event, status, from, to } = span;
    if (event.kind !== 'request' || event.path !== '/retry' || status !== 200) return [];
    if (isAlone(span, spans) && isBeforeFaults(history, span)) return [];
    const place = placeOfCall(event, clock);
    if (place === undefined || isLimited(spans, span, place, clock)) return [];
    const behind = behindAllTheTime(history, spans, span, place);
    if (behind.length === 0) return [];
    const beside = spans.find((other) => other !== span && other.from < to && other.to > from);
    return [
      {
        requirement: 'COORD-009',
        anomaly: 'wrong answer',
        proof: `#${from} asked to retry ${place}${besideWords(beside)} and was answered 200 (#${to}), as if there were nothing to do. From before it until then ${behind.slice(0, 4).join(', ')} were ready, of a batch that had begun, and nobody had predicted them: 202 asks again, and 503 lets the caller come back.`,
        events: [from, to],
      },
    ];
  });
}

/** Players of a batch that was there before a retry came, who were ready and without a prediction as long as it lasted. */
function behindAllTheTime(
  history: History,
  spans: readonly Span[],
  { from, to }: Span,
  place: string,
): readonly string[] {
  const requests = requestsOf(history, place);
  const first = requests.find(({ sequence }) => sequence < from);
  const seed = seedBefore(history, place, from);
  const standing = standingBefore(history, spans, place, to, 'possible');
  if (first === undefined || seed === undefined || standing === undefined) return [];
  // Whom it had to ask is open where the feature store or the batch changed meanwhile.
  const is_changed =
    history.some(
      (event) =>
        isFeatureStore(event) &&
        event.sequence > from &&
        event.sequence < to &&
        `${event.game_date} run ${event.run}` === place,
    ) || requests.some(({ sequence, message }) => sequence > from && batchOf(message) !== standing.batch_id);
  if (
    is_changed ||
    !requests.some(({ sequence, message }) => sequence < from && batchOf(message) === standing.batch_id)
  )
    return [];
  return eligibleOf(seed, undefined).filter((player) => standing.players.get(player)?.state !== 'succeeded');
}

function besideWords(beside: Span | undefined): string {
  return beside === undefined ? '' : ` while #${beside.from} was in hand`;
}
