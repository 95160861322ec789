import { READINESS, TOPIC } from '../../../../../generated/topology.ts';
import { holds } from '../../../../harness/faults/faults.ts';
import type {
  FaultEvent,
  History,
  HistoryEvent,
  Payload,
  PublishEvent,
  SeedEvent,
} from '../../../../history/events.ts';
import { publishes, text } from '../../../../history/select.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { dateAndRun } from '../../../owed/names.ts';
import type { Clock } from '../clock.ts';
import { isAlone, type Span } from './spans.ts';

/** How one player of a batch stands. */
interface Player {
  readonly attempt: number;
  readonly state: 'open' | 'succeeded' | 'failed';
  readonly is_withdrawn?: true;
}

/** How the last batch of a date and run stands at a moment, as far as it was seen. */
export interface Standing {
  readonly batch_id: string;
  readonly players: ReadonlyMap<string, Player>;
  /** Announcements of the batch since its last request. */
  readonly ends: readonly PublishEvent[];
  /** 1, and one more for each retry that requested somebody; undefined where two retries ran at once, and either made it. */
  readonly round: number | undefined;
  /** The feature store as it was when the batch began; undefined where it was being filled at the time. */
  readonly seed: SeedEvent | undefined;
  /** The least minutes that its start asked for; undefined for everybody. */
  readonly min_minutes: number | undefined;
  /** Whether a retry gave somebody up who was ready no longer. */
  readonly is_withdrawn: boolean;
  /** The batch before it, if it was forced. */
  readonly before: string | undefined;
}

/** Whether something that other phases do was made true for a date and run before a moment. */
export function isPrepared(
  history: History,
  name: 'no_games' | 'phase_4_begun',
  place: string,
  before: number,
): boolean {
  return history.some(
    (event) =>
      event.kind === 'seed' &&
      event.name === name &&
      event.sequence < before &&
      `${event.game_date} run ${event.run}` === place,
  );
}

/** Whether a feature store is above the thresholds of x-readiness, so that its batch is not degraded. */
export function isAboveThresholds({ players_ready, players_total }: SeedEvent): boolean {
  const ready = players_ready.length;
  return ready >= READINESS.ready_players_min || 100 * ready >= READINESS.ready_percent_min * players_total;
}

/** Players of a seed who have enough minutes to be asked for. */
export function eligibleOf(seed: SeedEvent, min_minutes: number | undefined): readonly string[] {
  const { players_ready, minutes } = seed;
  if (min_minutes === undefined || minutes === undefined) return players_ready;
  return players_ready.filter((_player, index) => (minutes[index] ?? 0) >= min_minutes);
}

/** Whether a feature store as it was seeded is enough for a start; undefined where nothing was seeded or the contract leaves it open. */
export function isEnough(seed: SeedEvent | undefined): boolean | undefined {
  if (seed === undefined || seed.players_total === 0) return undefined;
  const ready = seed.players_ready.length;
  if (ready >= READINESS.degraded_players_min) return true;
  return 100 * ready >= READINESS.ready_percent_min * seed.players_total;
}

/** Tell whether a feature store was filled, and not something else made true. */
export function isFeatureStore(event: HistoryEvent): event is SeedEvent {
  return event.kind === 'seed' && event.name === 'feature_store';
}

/** Find the last seed of a date and run before a moment. */
export function seedBefore(history: History, place: string, before: number): SeedEvent | undefined {
  return history.findLast(
    (event): event is SeedEvent =>
      isFeatureStore(event) && event.sequence < before && `${event.game_date} run ${event.run}` === place,
  );
}

/** List the announcements of a date and run that tell of nobody requested: of batches in which nobody plays enough. */
function emptyEndsOf(history: History, place: string): readonly PublishEvent[] {
  return publishes(history, TOPIC.phase5PredictionsComplete).filter(
    ({ message }) =>
      dateAndRun(message) === place &&
      (message?.['metadata'] as Payload | undefined)?.['players_requested'] === 0,
  );
}

/** List the requests of a date and run. */
export function requestsOf(history: History, place: string): readonly PublishEvent[] {
  return publishes(history, TOPIC.phase5PredictionRequest).filter(
    ({ message }) => dateAndRun(message) === place,
  );
}

/** Which results are taken for counted: those that were acked before the moment, or all that were delivered before it. */
export type Certainty = 'sure' | 'possible';

/** Work out how the last batch of a date and run stands before a moment; undefined while nobody was requested. */
export function standingBefore(
  history: History,
  spans: readonly Span[],
  place: string | undefined,
  before: number,
  certainty: Certainty,
): Standing | undefined {
  const requests = requestsOf(history, place ?? '').filter(({ sequence }) => sequence < before);
  const empty = emptyEndsOf(history, place ?? '').filter(({ sequence }) => sequence < before);
  // A zombie may still ask for a batch that another has taken the place of.
  const told = [...requests, ...empty].sort((a, b) => a.sequence - b.sequence);
  const batches = [...new Set(told.map(({ message }) => batchOf(message)))];
  const batch_id = batches.at(-1) ?? '';
  if (place === undefined || batch_id === '') return undefined;
  const own = requests.filter(({ message }) => batchOf(message) === batch_id);
  const first = told.find(({ message }) => batchOf(message) === batch_id)?.sequence ?? 0;
  const start = spans.findLast(
    ({ event, from, to }) =>
      from < first && to > first && event.kind === 'request' && event.path === '/start',
  );
  const moves = [
    ...own.map((event) => ({ at: event.sequence, request: event.message })),
    ...spans
      .filter(({ to }) => to > first)
      .flatMap((span) => movesOf(history, span, place, { before, certainty, batch_id })),
  ].sort((a, b) => a.at - b.at);
  const players = new Map<string, Player>();
  const counted = new Set<string>();
  for (const move of moves) applyMove(players, counted, move);
  const last = askedAt(history, firstOfEach(own).at(-1)?.sequence ?? 0);
  const ends = publishes(history, TOPIC.phase5PredictionsComplete).filter(
    ({ message, sequence }) => batchOf(message) === batch_id && sequence > last && sequence < before,
  );
  return {
    batch_id,
    players,
    ends,
    round: roundOf(spans, own),
    seed: seedOfStart(history, spans, place, first),
    min_minutes: minutesOfStart(start),
    is_withdrawn: [...players.values()].some((player) => player.is_withdrawn === true),
    before: batches.at(-2),
  };
}

/** The feature store that a batch began with, of which `first` is the first message; undefined where it was filled while its start was in hand. */
function seedOfStart(
  history: History,
  spans: readonly Span[],
  place: string,
  first: number,
): SeedEvent | undefined {
  const seed = seedBefore(history, place, first);
  const begun = Math.min(
    ...spans.filter(({ from, to }) => from < first && to > first).map(({ from }) => from),
  );
  return seed === undefined || seed.sequence > begun ? undefined : seed;
}

/** When what a message says may have been decided: when a call was held back that was served before it, long before it was seen. */
export function askedAt(history: History, seen: number): number {
  const isHold = (event: HistoryEvent, change: FaultEvent['change']): boolean =>
    event.kind === 'fault' && event.change === change && holds(event.fault);
  const ended = history.some((event) => isHold(event, 'ends') && event.sequence < seen);
  const struck = history.find((event) => isHold(event, 'strikes'));
  return ended && struck !== undefined ? Math.min(seen, struck.sequence) : seen;
}

/** Leave out repeats: a zombie may ask for the same attempt when all is over. */
export function firstOfEach(requests: readonly PublishEvent[]): readonly PublishEvent[] {
  const seen = new Set<string>();
  return requests.filter(({ message }) => {
    const key = `${batchOf(message)} ${text(message, 'player_lookup')} ${String(message?.['attempt'])}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether the judge saw a request for everybody who was ever ready: one that was refused counts, and was not seen. */
export function isSeenWhole(history: History, place: string, { players }: Standing): boolean {
  return history.every(
    (event) =>
      !isFeatureStore(event) ||
      `${event.game_date} run ${event.run}` !== place ||
      event.players_ready.every((player) => players.has(player)),
  );
}

/** The round that the last of the requests belongs to. */
function roundOf(spans: readonly Span[], requests: readonly PublishEvent[]): number | undefined {
  const retries = spans.filter(
    ({ event, from, to }) =>
      event.kind === 'request' &&
      event.path === '/retry' &&
      requests.some(({ sequence }) => sequence > from && sequence < to),
  );
  const is_alone = retries.every((retry) => isAlone(retry, retries));
  return is_alone ? 1 + retries.length : undefined;
}

function minutesOfStart(start: Span | undefined): number | undefined {
  const body = start?.event.kind === 'request' ? (start.event.body as Payload | null) : null;
  const said = body?.['min_minutes'];
  return typeof said === 'number' ? said : undefined;
}

interface Move {
  readonly at: number;
  readonly request?: Payload | null;
  readonly result?: Payload;
  /** Players who were ready when a retry came: an open player who is not among them is withdrawn. */
  readonly ready?: readonly string[];
}

function movesOf(
  history: History,
  span: Span,
  place: string,
  {
    before,
    certainty,
    batch_id,
  }: { readonly before: number; readonly certainty: Certainty; readonly batch_id: string },
): readonly Move[] {
  const { event } = span;
  if (certainty === 'sure' ? span.to >= before || !span.acked : span.from >= before) return [];
  if (event.kind === 'delivery') {
    const { message } = event;
    const is_own =
      event.topic === TOPIC.phase5PredictionReady &&
      dateAndRun(message) === place &&
      batchOf(message) === batch_id;
    return is_own && message !== null ? [{ at: span.from, result: message }] : [];
  }
  if (event.path !== '/retry' || dateAndRun(event.body as Payload) !== place) return [];
  return [{ at: span.from, ready: seedBefore(history, place, span.from)?.players_ready ?? [] }];
}

function applyMove(
  players: Map<string, Player>,
  counted: Set<string>,
  { request, result, ready }: Move,
): void {
  if (request != null) {
    const name = text(request, 'player_lookup');
    const before = players.get(name);
    // A request that is repeated asks nothing new, and who has a prediction keeps it.
    if (before?.state === 'succeeded' || (before?.attempt ?? 0) >= Number(request['attempt'])) return;
    players.set(name, { attempt: Number(request['attempt']), state: 'open' });
    return;
  }
  if (ready !== undefined) {
    for (const [name, player] of players) {
      if (player.state === 'open' && !ready.includes(name))
        players.set(name, { ...player, state: 'failed', is_withdrawn: true });
    }
    return;
  }
  const name = text(result ?? null, 'player_lookup');
  const player = players.get(name);
  if (player === undefined || result === undefined || player.state === 'succeeded') return;
  const id = text(result, 'execution_id');
  const is_success = text(result, 'status') === 'success';
  const attempt = result['attempt'];
  const is_earlier = typeof attempt === 'number' && attempt < player.attempt;
  if (!is_success && (is_earlier || counted.has(id))) return;
  counted.add(id);
  players.set(name, { ...player, state: is_success ? 'succeeded' : 'failed' });
}

/** Count the players of a batch by state. */
export function countPlayers({ players }: Standing, state: Player['state']): number {
  return [...players.values()].filter((player) => player.state === state).length;
}

/** Name the date and run that a call is about, from its body or its query; undefined where that is today and today is in doubt. */
export function placeOfCall(
  { path, body, at_ms }: { readonly path: string; readonly body: unknown; readonly at_ms: number },
  clock: Clock,
): string | undefined {
  const query = new URL(path, 'http://judge').searchParams;
  const fields = typeof body === 'object' ? (body as Payload | null) : null;
  const game_date = query.get('game_date') ?? (text(fields, 'game_date') || clock.todayAt(at_ms));
  if (game_date === undefined) return undefined;
  return `${game_date} run ${query.get('run') ?? fields?.['run'] ?? 1}`;
}
