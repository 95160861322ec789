import { FEATURE_STORE } from '../../../generated/registry.ts';
import { TOPIC } from '../../../generated/topology.ts';
import type { History, Payload, PublishEvent, SeedEvent } from '../../history/events.ts';
import { metadataOf, publishes, runOf, text } from '../../history/select.ts';
import { type Owed, type Worked, workedDeliveries } from './deliveries.ts';
import { counts, dateAndRun, processorOf, skips } from './names.ts';

/** Game dates before this are past for everybody; the judge's calendar has no others between. */
const PAST = '2010-01-01';

/**
 * Work out what the coordinator owed: a first request for each ready player of a date that was triggered, and the
 * end of each batch whose requested players have all answered.
 */
export function owedByCoordinator(history: History): readonly Owed[] {
  return [...owedRequests(history), ...owedEnds(history)];
}

/** Name one request of one player. */
export function requestKey(player_lookup: string, date_and_run: string, attempt: number): string {
  return `${player_lookup} of ${date_and_run} attempt ${attempt}`;
}

/** Name the end of a batch. */
export function endKey(batch_id: string): string {
  return `end of batch ${batch_id}`;
}

/** Read the batch of an announcement, a request or a result. */
export function batchOf(message: Payload | null): string {
  return text(message, 'batch_id') || text(metadataOf(message), 'batch_id');
}

function owedRequests(history: History): readonly Owed[] {
  const triggers = workedDeliveries(history, 'phase5-coordinator').filter(
    ({ delivery, message }) =>
      delivery.topic === TOPIC.phase4PrecomputeComplete &&
      counts(message) &&
      !skips(message) &&
      processorOf('phase_4_precompute', message) === FEATURE_STORE &&
      text(message, 'game_date') >= PAST,
  );
  const dates = [...new Set(triggers.map(({ message }) => dateAndRun(message)))];
  return dates.flatMap((date) => {
    const asked = triggers.filter(({ message }) => dateAndRun(message) === date);
    const acked = asked.find((trigger) => trigger.acked);
    const first = asked[0]?.delivery.sequence ?? 0;
    return readyPlayers(history, date).map(
      (player): Owed => ({
        topic: TOPIC.phase5PredictionRequest,
        key: requestKey(player, date, 1),
        not_before: first,
        causes: [acked?.delivery.sequence ?? first],
        due: acked !== undefined,
      }),
    );
  });
}

function readyPlayers(history: History, date: string): readonly string[] {
  const seed = history.findLast(
    (event): event is SeedEvent =>
      event.kind === 'seed' &&
      event.name === 'feature_store' &&
      `${event.game_date} run ${event.run}` === date,
  );
  return seed?.players_ready ?? [];
}

function owedEnds(history: History): readonly Owed[] {
  const results = workedDeliveries(history, 'phase5-coordinator').filter(
    ({ delivery }) => delivery.topic === TOPIC.phase5PredictionReady,
  );
  const requests = publishes(history, TOPIC.phase5PredictionRequest);
  const batches = [...new Set(requests.map(({ message }) => batchOf(message)))];
  return batches.flatMap((batch_id): readonly Owed[] => {
    const players = new Set(
      requests
        .filter(({ message }) => batchOf(message) === batch_id)
        .map(({ message }) => text(message, 'player_lookup')),
    );
    const answers = [...players].map((player) => {
      const own = results.filter(
        (result) =>
          batchOf(result.message) === batch_id &&
          text(result.message, 'player_lookup') === player &&
          runOf(result.message) === runOf(requests[0]?.message ?? null) &&
          !isSuperseded(result, requests),
      );
      return {
        first: own[0]?.delivery.sequence,
        acked: own.find((result) => result.acked)?.delivery.sequence,
      };
    });
    const known = answers.flatMap(({ first }) => first ?? []);
    if (known.length < players.size) return [];
    return [
      {
        topic: TOPIC.phase5PredictionsComplete,
        key: endKey(batch_id),
        not_before: Math.max(...known),
        causes: answers.map(({ first, acked }) => acked ?? first ?? 0),
        due: answers.every(({ acked }) => acked !== undefined),
      },
    ];
  });
}

/** Tell whether a failure is of an earlier attempt than one that its player was requested for before it came. */
function isSuperseded({ delivery, message }: Worked, requests: readonly PublishEvent[]): boolean {
  const attempt = message?.['attempt'];
  if (text(message, 'status') !== 'failed' || typeof attempt !== 'number') return false;
  return requests.some(
    (request) =>
      request.sequence < delivery.sequence &&
      batchOf(request.message) === batchOf(message) &&
      text(request.message, 'player_lookup') === text(message, 'player_lookup') &&
      Number(request.message?.['attempt']) > attempt,
  );
}
