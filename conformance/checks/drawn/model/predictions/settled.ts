import { TOPIC } from '../../../../../generated/topology.ts';
import type { DeliveryEvent, History, Payload } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { statusOf } from '../../../judging/answers.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { CLAIMS_OVER } from '../../run/begin.ts';
import { type Clock, clockOf } from '../clock.ts';
import {
  countPlayers,
  isEnough,
  isFeatureStore,
  isSeenWhole,
  placeOfCall,
  requestsOf,
  seedBefore,
  standingBefore,
} from './batch.ts';
import { isAlone, isBeforeFaults, isBusyAt, isDisturbed, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-coordinator';

/**
 * Judge what an answer leaves behind, whatever failed before it: who acks the last result has announced the end, who acks a
 * trigger or starts has requested everybody, and when claims have run out nobody is kept waiting.
 */
export function judgeSettled(history: History, isValid: (message: Payload) => boolean): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  const over = history.find((event) => event.kind === 'marker' && event.name === CLAIMS_OVER);
  const known: Known = { clock, over: over?.sequence ?? Infinity, isValid };
  return spans.flatMap((span) => [
    ...judgeLast(history, spans, span, known),
    ...judgeStarted(history, spans, span, known),
  ]);
}

/** With its ack, and nothing else in hand, a batch of which everybody has answered is announced. */
function judgeLast(history: History, spans: readonly Span[], span: Span, known: Known): readonly Anomaly[] {
  const { event, from, to, acked } = span;
  const place = isResult(event) ? dateAndRun(event.message) : placeOfStart(event, known);
  if (!acked || place === undefined || isBusyAt(spans, to)) return [];
  if (!isFinished(spans, span, place, known)) return [];
  const standing = standingBefore(history, spans, place, to + 1, 'sure');
  if (standing === undefined || standing.is_withdrawn || standing.ends.length > 0) return [];
  if (isResult(event) && standing.batch_id !== batchOf(event.message)) return [];
  const is_answered = isBeforeFaults(history, span)
    ? countPlayers(standing, 'open') === 0
    : countPlayers(standing, 'succeeded') === standing.players.size && isSeenWhole(history, place, standing);
  const later = publishes(history, TOPIC.phase5PredictionsComplete).find(
    ({ message, sequence }) => sequence > to && batchOf(message) === standing.batch_id,
  );
  // What nobody ever announces is told of once.
  if (!is_answered || (later === undefined && !isDisturbed(history))) return [];
  return [
    {
      requirement: 'COORD-008',
      anomaly: later === undefined ? 'stuck batch' : 'early ack',
      proof: `#${from} was acked by #${to}. Then all ${standing.players.size} players of batch ${standing.batch_id} had answered and nothing was in hand, but its end was not announced; nobody needs to ask again.`,
      events: [from, to],
    },
  ];
}

/** Whether the last start or retry that failed was made up for: until then a batch may wait for requests that nobody saw. */
function isFinished(spans: readonly Span[], { to }: Span, place: string, known: Known): boolean {
  const asks = spans.filter(
    ({ event, from }) => from <= to && !isResult(event) && placeOfStart(event, known, true) === place,
  );
  const failed = asks.findLast(({ acked }) => !acked);
  if (failed === undefined) return true;
  return asks.some(
    ({ event, from, status, acked, to: ended }) =>
      from > failed.to && ended <= to && (event.kind === 'delivery' ? acked : status === 202),
  );
}

function isResult(event: Span['event']): event is DeliveryEvent {
  return event.kind === 'delivery' && event.topic === TOPIC.phase5PredictionReady;
}

interface Known {
  readonly clock: Clock;
  /** When every claim that a fault left had run out. */
  readonly over: number;
  readonly isValid: (message: Payload) => boolean;
}

/** With an ack of a trigger, or a 202 of a start, everybody is requested; when claims have run out with each answer. */
function judgeStarted(
  history: History,
  spans: readonly Span[],
  span: Span,
  known: Known,
): readonly Anomaly[] {
  const { event, from, to, status, acked } = span;
  if (status === null || !isAlone(span, spans) || isBeforeFaults(history, span)) return [];
  const is_over = from > known.over && isCalmBetween(history, known.over, to);
  const place = placeOfStart(event, known);
  if (place === undefined || isLimited(spans, span, place, known.clock)) return [];
  const seed = seedBefore(history, place, from);
  if (isEnough(seed) !== true) return [];
  const path = event.kind === 'request' ? event.path : '/trigger';
  const told = `#${from} asked for a start of ${place} by ${path} and was answered ${statusOf(span)} (#${to})`;
  if (is_over && !acked) {
    const proof = `${told}, although the last fault was longer ago than any claim stands, and nothing else was in hand. The batch takes no start any more.`;
    return [{ requirement: 'COORD-011', anomaly: 'stuck batch', proof, events: [from, to] }];
  }
  const is_said = path === '/start' ? status === 202 || is_over : acked;
  if (!is_said) return [];
  // A retry of a date without a batch has nothing to ask again.
  const is_begun = requestsOf(history, place).some(({ sequence }) => sequence < from);
  if (path === '/retry' && !is_begun) return [];
  const lost = missing(history, place, to);
  if (lost.length === 0) return [];
  return [
    {
      requirement: 'COORD-011',
      anomaly: 'lost message',
      proof: `${told}. ${lost.slice(0, 5).join(', ')} were ready all the time, and by then nobody had requested them.`,
      events: [from, to],
    },
  ];
}

/** The date and run that a start is about; undefined for what starts nothing, and for one by force, which may begin with any of them. */
function placeOfStart(
  event: Span['event'],
  { clock, isValid }: Known,
  is_forced_too = false,
): string | undefined {
  if (event.kind === 'request') {
    if (event.method !== 'POST' || (event.path !== '/start' && event.path !== '/retry')) return undefined;
    const is_forced = (event.body as Payload | null)?.['force'] === true;
    return is_forced && !is_forced_too ? undefined : placeOfCall(event, clock);
  }
  const { message, topic } = event;
  if (topic !== TOPIC.phase4PrecomputeComplete || message === null || !isValid(message)) return undefined;
  if (skips(message) || !counts(message)) return undefined;
  return clock.isPast(text(message, 'game_date'), event.at_ms) === false ? dateAndRun(message) : undefined;
}

/** Whether somebody before asked for some of the players only. */
export function isLimited(spans: readonly Span[], { from }: Span, place: string, clock: Clock): boolean {
  return spans.some(
    ({ event, from: earlier }) =>
      earlier <= from &&
      event.kind === 'request' &&
      (event.body as Payload | null)?.['min_minutes'] !== undefined &&
      placeOfCall(event, clock) === place,
  );
}

/** Players who were ready whenever the feature store was filled, and whom the last batch has not requested. */
function missing(history: History, place: string, before: number): readonly string[] {
  const seeds = history
    .filter(isFeatureStore)
    .filter((seed) => seed.sequence < before && `${seed.game_date} run ${seed.run}` === place);
  const [first] = seeds;
  const requests = requestsOf(history, place).filter(({ sequence }) => sequence < before);
  // Each batch asks everybody. The last one is that whose first request came last: a zombie may still ask for one before.
  const last = [...new Set(requests.map(({ message }) => batchOf(message)))].at(-1);
  const requested = new Set(
    requests.flatMap(({ message }) => (batchOf(message) === last ? [text(message, 'player_lookup')] : [])),
  );
  return (first?.players_ready ?? []).filter(
    (player) => seeds.every(({ players_ready }) => players_ready.includes(player)) && !requested.has(player),
  );
}

/** Whether nothing was disturbed between two moments. */
function isCalmBetween(history: History, from: number, to: number): boolean {
  return isBeforeFaults(
    history.filter(({ sequence }) => sequence > from),
    { to },
  );
}
