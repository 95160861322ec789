import type { RequirementId } from '../../../../../../generated/requirements.ts';
import { TOPIC } from '../../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent } from '../../../../../history/events.ts';
import { metadataOf, publishes, text } from '../../../../../history/select.ts';
import type { AnomalyName } from '../../../../anomalies.ts';
import type { Anomaly } from '../../../../check.ts';
import { batchOf } from '../../../../owed/coordinator.ts';
import { dateAndRun } from '../../../../owed/names.ts';
import { clockOf } from '../../clock.ts';
import {
  askedAt,
  countPlayers,
  eligibleOf,
  firstOfEach,
  isFeatureStore,
  isSeenWhole,
  placeOfCall,
  requestsOf,
  seedBefore,
  standingBefore,
} from '../batch.ts';
import { isLimited } from '../settled.ts';
import { CLAIM_MS, isBeforeFaults, isDisturbed, type Span, spansOf } from '../spans.ts';

const COMPONENT = 'phase5-coordinator';
/** Coverage is told with two decimals. */
const COVERAGE_SLACK = 0.011;

/** Judge the announcements of batches: none too early, none missing, none twice, each with the counts that were seen. */
export function judgeEnds(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const ends = publishes(history, TOPIC.phase5PredictionsComplete);
  return [
    ...ends.flatMap((end) => judgeEnd(history, spans, end)),
    ...judgeRepeats(history, spans, ends),
    ...judgeMissing(history, spans),
  ];
}

function judgeEnd(history: History, spans: readonly Span[], end: PublishEvent): readonly Anomaly[] {
  const place = dateAndRun(end.message);
  // What was counted while its publish was held back is not in it.
  const asked = askedAt(history, end.sequence);
  const sure = standingBefore(history, spans, place, asked, 'sure');
  const possible = standingBefore(history, spans, place, end.sequence, 'possible');
  // While its publish was held back another batch may have begun.
  if (possible === undefined || possible.batch_id !== batchOf(end.message)) return [];
  const found: Anomaly[] = [];
  const add = (requirement: RequirementId, anomaly: AnomalyName, what: string): void => {
    const proof = `#${end.sequence} announced the end of batch ${possible.batch_id}, ${what}.`;
    found.push({ requirement, anomaly, proof, events: [end.sequence] });
  };
  const is_of_then = sure?.batch_id === possible.batch_id;
  const open = [...possible.players].filter(([, { state }]) => state === 'open').map(([name]) => name);
  // Of a batch that began after a call was held back, only the first end surely belongs to what was seen of it.
  if (open.length > 0 && (is_of_then || isFirstEnd(history, end))) {
    add(
      'COORD-008',
      'phantom completion',
      `although nothing had answered for ${open.slice(0, 4).join(', ')}`,
    );
    return found;
  }
  if (sure === undefined || !is_of_then) return [];
  const is_clear = isBeforeFaults(history, { to: end.sequence });
  if (!is_clear && !isSeenWhole(history, place, possible)) return found;
  const metadata = metadataOf(end.message);
  const requested = possible.players.size;
  // Who announces has counted what it was given: a success in hand closed its player, unless a failure was in hand too.
  const closing = [...possible.players].filter(
    ([name, { state }]) =>
      state === 'succeeded' &&
      sure.players.get(name)?.state === 'open' &&
      !mayHaveFailed(history, spans, { asked, at: end.sequence }, name),
  );
  const least = countPlayers(sure, 'succeeded') + closing.length;
  const most = countPlayers(possible, 'succeeded');
  const completed = Number(metadata['players_completed']);
  const said = ['players_requested', 'players_completed', 'players_failed', 'coverage_percent'].map(
    (field) => `${field} ${String(metadata[field])}`,
  );
  const is_right =
    metadata['players_requested'] === requested &&
    completed >= least &&
    completed <= most &&
    metadata['players_failed'] === requested - completed &&
    Math.abs(Number(metadata['coverage_percent']) - (100 * completed) / requested) < COVERAGE_SLACK;
  const seen = least === most ? `${most}` : `${least} to ${most}`;
  if (!is_right) {
    add(
      'COORD-008',
      'wrong count',
      `with ${said.join(', ')}; it had requested ${requested} players, of whom ${seen} were predicted`,
    );
  }
  const status = statusOf(completed, requested);
  if (is_right && text(end.message, 'status') !== status) {
    add(
      'COORD-026',
      'wrong answer',
      `with status ${text(end.message, 'status')}; of ${requested} players ${completed} were predicted, which is ${status}`,
    );
  }
  return found;
}

function isFirstEnd(history: History, end: PublishEvent): boolean {
  return !publishes(history, TOPIC.phase5PredictionsComplete).some(
    ({ message, sequence }) => sequence < end.sequence && batchOf(message) === batchOf(end.message),
  );
}

/**
 * Whether a player may be on record as failed when an end was asked for, or by the time it was seen: a failure of his was in hand or
 * was nacked, and so was a retry that gives him up, since he was ready no longer.
 */
function mayHaveFailed(
  history: History,
  spans: readonly Span[],
  { asked, at }: { readonly asked: number; readonly at: number },
  player: string,
): boolean {
  return spans.some(({ event, from, to, acked }) => {
    if (from >= at || (to <= asked && acked)) return false;
    if (event.kind === 'delivery') {
      const { message } = event;
      return text(message, 'player_lookup') === player && text(message, 'status') === 'failed';
    }
    const place = dateAndRun(event.body as Payload | null);
    return (
      event.path === '/retry' &&
      seedsWithin(history, place, from, at).some((ready) => !ready.includes(player))
    );
  });
}

/** Who was ready, by each feature store that was there at some time between two moments: any of them may have been read. */
function seedsWithin(
  history: History,
  place: string,
  from: number,
  to: number,
): readonly (readonly string[])[] {
  const later = history.flatMap((event) =>
    isFeatureStore(event) &&
    event.sequence > from &&
    event.sequence < to &&
    `${event.game_date} run ${event.run}` === place
      ? [event.players_ready]
      : [],
  );
  return [seedBefore(history, place, from)?.players_ready ?? [], ...later];
}

function statusOf(completed: number, requested: number): string {
  if (completed === requested) return 'success';
  return completed === 0 ? 'failed' : 'partial';
}

/** A round is over once; the next one begins with a request. */
function judgeRepeats(
  history: History,
  spans: readonly Span[],
  ends: readonly PublishEvent[],
): readonly Anomaly[] {
  const disturbed = isDisturbed(history);
  return ends.flatMap((end, index): readonly Anomaly[] => {
    const before = ends.slice(0, index).findLast(({ message }) => batchOf(message) === batchOf(end.message));
    if (before === undefined) return [];
    const is_new_round = firstOfEach(requestsOf(history, dateAndRun(end.message))).some(
      ({ sequence, message }) =>
        sequence > before.sequence && sequence < end.sequence && batchOf(message) === batchOf(end.message),
    );
    // The requests of a round may have been refused, so that nobody saw them.
    const is_unseen_round =
      !isBeforeFaults(history, { to: end.sequence }) &&
      spans.some(
        ({ event, from }) =>
          event.kind === 'request' &&
          event.path === '/retry' &&
          from > before.sequence &&
          from < end.sequence,
      );
    const is_same_id = text(before.message, 'execution_id') === text(end.message, 'execution_id');
    // Under one id other counts are no repeat.
    const is_same = is_same_id && countsIn(before) === countsIn(end);
    // So long after the first time a claim may have run out.
    const is_overdue = end.at_ms - before.at_ms > CLAIM_MS;
    if (is_new_round && is_same_id && isBeforeFaults(history, { to: end.sequence })) {
      return [
        {
          requirement: 'CORR-005',
          anomaly: 'broken provenance',
          proof: `#${before.sequence} and #${end.sequence} announced the ends of two rounds of batch ${batchOf(end.message)} under one execution_id, ${text(end.message, 'execution_id')}. Whoever has heard the first takes the second one for its repeat.`,
          events: [before.sequence, end.sequence],
        },
      ];
    }
    if (is_new_round || is_unseen_round || (is_same_id && (disturbed || is_overdue))) return [];
    return [
      {
        requirement: is_same ? 'COORD-032' : 'COORD-008',
        anomaly: is_same ? 'repeated message' : 'double run',
        proof: `The end of batch ${batchOf(end.message)} was announced by #${before.sequence} and again by #${end.sequence}, and nobody was requested in between.`,
        events: [before.sequence, end.sequence],
      },
    ];
  });
}

function countsIn({ message }: PublishEvent): string {
  const { players_requested, players_completed, players_failed } = metadataOf(message);
  return [players_requested, players_completed, players_failed].join(' ');
}

function judgeMissing(history: History, spans: readonly Span[]): readonly Anomaly[] {
  const places = new Set(
    publishes(history, TOPIC.phase5PredictionRequest).map(({ message }) => dateAndRun(message)),
  );
  return [...places].flatMap((place): readonly Anomaly[] => {
    const standing = standingBefore(history, spans, place, Infinity, 'sure');
    if (standing === undefined || countPlayers(standing, 'open') > 0 || standing.ends.length > 0) return [];
    const last = requestsOf(history, place).at(-1)?.sequence ?? 0;
    // Whose request was refused is waited for, although nobody saw it.
    if (isDisturbed(history)) return [];
    return [
      {
        requirement: standing.is_withdrawn ? 'COORD-039' : 'COORD-008',
        anomaly: 'stuck batch',
        proof: `Every one of the ${standing.players.size} players of batch ${standing.batch_id} has answered since its last request (#${last}), and all answers were acked. Its end was not announced.`,
        events: [last],
      },
    ];
  });
}

/** Judge that after faults a retry leaves nobody who is ready without a request: what was refused is not lost. */
export function judgeRefusedRequests(history: History): readonly Anomaly[] {
  const spans = spansOf(history, COMPONENT);
  const clock = clockOf(history);
  const ended = history.findLast((event) => event.kind === 'fault')?.sequence ?? Infinity;
  return spans.flatMap((span): readonly Anomaly[] => {
    const { event } = span;
    if (event.kind !== 'request' || event.path !== '/retry' || span.from < ended || !span.acked) return [];
    const place = placeOfCall(event, clock);
    const seed = place === undefined ? undefined : seedBefore(history, place, span.from);
    const standing = standingBefore(history, spans, place, span.to, 'possible');
    // Whose requests were all refused began the batch unseen, perhaps for some of the players only.
    const is_unsure = standing?.min_minutes === undefined && isLimited(spans, span, place ?? '', clock);
    const ready = seed === undefined || is_unsure ? [] : eligibleOf(seed, standing?.min_minutes);
    const lost = ready.filter((player) => standing?.players.has(player) !== true);
    if (standing === undefined || lost.length === 0) return [];
    return [
      {
        requirement: 'COORD-011',
        anomaly: 'lost message',
        proof: `After all faults #${span.from} asked to retry ${place} and was answered ${span.status} (#${span.to}). ${lost.slice(0, 5).join(', ')} are ready, and batch ${standing.batch_id} never requested them.`,
        events: [span.from, span.to],
      },
    ];
  });
}
