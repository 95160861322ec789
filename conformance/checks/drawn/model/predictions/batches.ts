import { TOPIC } from '../../../../../generated/topology.ts';
import type { DeliveryEvent, History, Payload, PublishEvent } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { type Clock, clockOf } from '../clock.ts';
import { isEnough, isFeatureStore, placeOfCall, requestsOf, seedBefore } from './batch.ts';
import { isBeforeFaults, type Span, spansOf } from './spans.ts';

const COMPONENT = 'phase5-coordinator';

/** A date and run, and what the judge knows of the time. */
interface Where {
  readonly place: string;
  readonly clock: Clock;
}

/** Judge that there is a reason for each batch and for each request of it, also under faults and beside other calls. */
export function judgeBatches(history: History, isValid: (message: Payload) => boolean): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const all = publishes(history, TOPIC.phase5PredictionRequest);
  const clock = clockOf(history);
  const places = [...new Set(all.map(({ message }) => dateAndRun(message)))];
  return places.flatMap((place) => {
    const requests = requestsOf(history, place);
    return [
      ...judgeBackfill(history, spans, place, requests),
      ...judgeReasons(history, spans, { place, clock }, requests, isValid),
      ...requests.flatMap((request) => judgeRequest(history, spans, { place, clock }, request, requests)),
    ];
  });
}

/** A request is a backfill as its trigger was, or the feature store that its call found. */
function judgeBackfill(
  history: History,
  spans: readonly Span[],
  place: string,
  requests: readonly PublishEvent[],
): readonly Anomaly[] {
  return requests.flatMap((request): readonly Anomaly[] => {
    const first = requests.find(({ message }) => batchOf(message) === batchOf(request.message));
    const at = first?.sequence ?? 0;
    const seeds = history
      .filter(isFeatureStore)
      .filter((seed) => seed.sequence < at && `${seed.game_date} run ${seed.run}` === place);
    const of_seeds = seeds.map(({ backfill_reason }) => backfill_reason ?? '');
    // After a fault whoever asked before may have begun it, with requests that nobody saw.
    const is_sure = isBeforeFaults(history, { to: at });
    const begun = spans.filter(({ event, from, to }) =>
      is_sure ? from < at && to > at : from < at && (event.kind === 'request' || isOf(event, place)),
    );
    const allowed = begun.flatMap(({ event }) =>
      event.kind === 'delivery' ? [text(event.message, 'backfill_reason')] : of_seeds,
    );
    const said = text(request.message, 'backfill_reason');
    const is_whole = (request.message?.['backfill_mode'] === true) === (said !== '');
    if (begun.length === 0 || (is_whole && allowed.includes(said))) return [];
    const known = [...new Set(allowed)].map((reason) => (reason === '' ? 'no backfill' : `"${reason}"`));
    return [
      {
        requirement: 'BACK-003',
        anomaly: 'backfill leak',
        proof: `#${request.sequence} requests a player of ${place} with backfill_reason "${said}"; what began its batch was ${known.join(' or ')}.`,
        events: [...begun.map(({ from }) => from), request.sequence],
      },
    ];
  });
}

function isOf({ topic, message }: DeliveryEvent, place: string): boolean {
  return topic === TOPIC.phase4PrecomputeComplete && dateAndRun(message) === place;
}

function judgeReasons(
  history: History,
  spans: readonly Span[],
  where: Where,
  requests: readonly PublishEvent[],
  isValid: (message: Payload) => boolean,
): readonly Anomaly[] {
  const { place } = where;
  const batches = [...new Set(requests.map(({ message }) => batchOf(message)))];
  return batches.flatMap((batch_id, index): readonly Anomaly[] => {
    const first = requests.find(({ message }) => batchOf(message) === batch_id);
    if (first === undefined) return [];
    const before = spans.filter((span) => span.from < first.sequence);
    const forced = before.filter(({ event }) => isStart(event, where) && forces(event)).length;
    const is_started =
      index === 0
        ? before.some(({ event }) => isStart(event, where) || isTrigger(history, event, where, isValid))
        : forced >= index;
    if (is_started) return [];
    const what =
      index === 0
        ? 'no delivery or call before it starts one'
        : `${place} has batch ${batches[0]}, and no forced start asked for ${index} more`;
    return [
      {
        requirement: index === 0 ? 'COORD-001' : 'COORD-002',
        anomaly: index === 0 ? 'phantom completion' : 'double run',
        proof: `#${first.sequence} is the first request of batch ${batch_id} of ${place}, but ${what}.`,
        events: [first.sequence],
      },
    ];
  });
}

function judgeRequest(
  history: History,
  spans: readonly Span[],
  { place, clock }: Where,
  request: PublishEvent,
  requests: readonly PublishEvent[],
): readonly Anomaly[] {
  const player = text(request.message, 'player_lookup');
  const attempt = Number(request.message?.['attempt']);
  const wrong = (what: string): readonly Anomaly[] => [
    {
      requirement: 'COORD-009',
      anomaly: 'phantom completion',
      proof: `#${request.sequence} requests ${player} of ${place} for attempt ${attempt}, ${what}.`,
      events: [request.sequence],
    },
  ];
  const seeds = history.filter(
    (event) =>
      isFeatureStore(event) &&
      event.sequence < request.sequence &&
      `${event.game_date} run ${event.run}` === place,
  );
  if (!seeds.some((event) => event.kind === 'seed' && event.players_ready.includes(player))) {
    return wrong('who was never ready');
  }
  // A request that was refused counts as an attempt and was not seen.
  if (!isBeforeFaults(history, { to: request.sequence })) return [];
  const earlier = requests.filter(
    (other) =>
      other.sequence < request.sequence &&
      batchOf(other.message) === batchOf(request.message) &&
      text(other.message, 'player_lookup') === player,
  );
  const attempts = new Set(earlier.map(({ message }) => Number(message?.['attempt'])));
  if (!attempts.has(attempt) && attempt !== attempts.size + 1) {
    return wrong(`although the attempts before were ${[...attempts].join(', ') || 'none'}`);
  }
  const retries = spans.filter(
    ({ event, from }) =>
      event.kind === 'request' &&
      event.path === '/retry' &&
      placeOfCall(event, clock) === place &&
      from < request.sequence,
  );
  return attempt > 1 && retries.length < attempt - 1 ? wrong(`after ${retries.length} retries`) : [];
}

function isStart(event: Span['event'], { place, clock }: Where): boolean {
  return event.kind === 'request' && event.path === '/start' && placeOfCall(event, clock) === place;
}

function forces(event: Span['event']): boolean {
  return event.kind === 'request' && (event.body as Payload | null)?.['force'] === true;
}

function isTrigger(
  history: History,
  event: Span['event'],
  { place, clock }: Where,
  isValid: (message: Payload) => boolean,
): boolean {
  if (event.kind !== 'delivery' || event.topic !== TOPIC.phase4PrecomputeComplete || event.message === null)
    return false;
  const { message } = event;
  if (dateAndRun(message) !== place || clock.isPast(text(message, 'game_date'), event.at_ms) === true)
    return false;
  if (!isValid(message) || !counts(message) || skips(message)) return false;
  return (
    isEnough(seedBefore(history, place, Infinity)) !== false ||
    history.some((one) => isFeatureStore(one) && isEnough(one) === true)
  );
}
