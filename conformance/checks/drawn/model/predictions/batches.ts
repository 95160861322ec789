import { TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import type { Anomaly } from '../../../check.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { counts, dateAndRun, skips } from '../../../owed/names.ts';
import { isEnough, placeOfCall, requestsOf, seedBefore } from './batch.ts';
import { isDisturbed, type Span, spansOf } from './spans.ts';
import { PAST } from './starts.ts';

const COMPONENT = 'phase5-coordinator';

/** Judge that there is a reason for each batch and for each request of it, also under faults and beside other calls. */
export function judgeBatches(history: History, isValid: (message: Payload) => boolean): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const all = publishes(history, TOPIC.phase5PredictionRequest);
  const places = [...new Set(all.map(({ message }) => dateAndRun(message)))];
  return places.flatMap((place) => {
    const requests = requestsOf(history, place);
    return [
      ...judgeReasons(history, spans, place, requests, isValid),
      ...requests.flatMap((request) => judgeRequest(history, spans, place, request, requests)),
    ];
  });
}

function judgeReasons(
  history: History,
  spans: readonly Span[],
  place: string,
  requests: readonly PublishEvent[],
  isValid: (message: Payload) => boolean,
): readonly Anomaly[] {
  const batches = [...new Set(requests.map(({ message }) => batchOf(message)))];
  return batches.flatMap((batch_id, index): readonly Anomaly[] => {
    const first = requests.find(({ message }) => batchOf(message) === batch_id);
    if (first === undefined) return [];
    const before = spans.filter((span) => span.from < first.sequence);
    const forced = before.filter(({ event }) => isStart(event, place) && forces(event)).length;
    const is_started =
      index === 0
        ? before.some(({ event }) => isStart(event, place) || isTrigger(history, event, place, isValid))
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
  place: string,
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
      event.kind === 'seed' &&
      event.sequence < request.sequence &&
      `${event.game_date} run ${event.run}` === place,
  );
  if (!seeds.some((event) => event.kind === 'seed' && event.players_ready.includes(player))) {
    return wrong('who was never ready');
  }
  // A request that was refused counts as an attempt and was not seen.
  if (isDisturbed(history)) return [];
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
      placeOfCall(event) === place &&
      from < request.sequence,
  );
  return attempt > 1 && retries.length < attempt - 1 ? wrong(`after ${retries.length} retries`) : [];
}

function isStart(event: Span['event'], place: string): boolean {
  return event.kind === 'request' && event.path === '/start' && placeOfCall(event) === place;
}

function forces(event: Span['event']): boolean {
  return event.kind === 'request' && (event.body as Payload | null)?.['force'] === true;
}

function isTrigger(
  history: History,
  event: Span['event'],
  place: string,
  isValid: (message: Payload) => boolean,
): boolean {
  if (event.kind !== 'delivery' || event.topic !== TOPIC.phase4PrecomputeComplete || event.message === null)
    return false;
  const { message } = event;
  if (dateAndRun(message) !== place || place < PAST) return false;
  if (!isValid(message) || !counts(message) || skips(message)) return false;
  return (
    isEnough(seedBefore(history, place, Infinity)) !== false ||
    history.some((one) => one.kind === 'seed' && isEnough(one) === true)
  );
}
