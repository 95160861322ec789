import { READINESS, TOPIC } from '../../../../../generated/topology.ts';
import type { History, Payload, PublishEvent, SeedEvent } from '../../../../history/events.ts';
import { publishes, runOf, text } from '../../../../history/select.ts';
import { batchOf } from '../../../owed/coordinator.ts';
import { dateAndRun } from '../../../owed/names.ts';
import type { Span } from './spans.ts';

/** How one player of a batch stands. */
interface Player {
  readonly attempt: number;
  readonly state: 'open' | 'succeeded' | 'failed';
}

/** How the last batch of a date and run stands at a moment, as far as it was seen. */
export interface Standing {
  readonly batch_id: string;
  readonly players: ReadonlyMap<string, Player>;
  /** Announcements of the batch since its last request. */
  readonly ends: readonly PublishEvent[];
}

/** Whether a feature store as it was seeded is enough for a start; undefined where nothing was seeded or the contract leaves it open. */
export function isEnough(seed: SeedEvent | undefined): boolean | undefined {
  if (seed === undefined || seed.players_total === 0) return undefined;
  const ready = seed.players_ready.length;
  if (ready >= READINESS.degraded_players_min) return true;
  return 100 * ready >= READINESS.ready_percent_min * seed.players_total;
}

/** Find the last seed of a date and run before a moment. */
export function seedBefore(history: History, place: string, before: number): SeedEvent | undefined {
  return history.findLast(
    (event): event is SeedEvent =>
      event.kind === 'seed' && event.sequence < before && `${event.game_date} run ${event.run}` === place,
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
  place: string,
  before: number,
  certainty: Certainty,
): Standing | undefined {
  const requests = requestsOf(history, place).filter(({ sequence }) => sequence < before);
  const batch_id = batchOf(requests.at(-1)?.message ?? null);
  if (batch_id === '') return undefined;
  const own = requests.filter(({ message }) => batchOf(message) === batch_id);
  const moves = [
    ...own.map((event) => ({ at: event.sequence, request: event.message })),
    ...spans.flatMap((span) => movesOf(history, span, place, { before, certainty, batch_id })),
  ].sort((a, b) => a.at - b.at);
  const players = new Map<string, Player>();
  const counted = new Set<string>();
  for (const move of moves) applyMove(players, counted, move);
  const last = own.at(-1)?.sequence ?? 0;
  const ends = publishes(history, TOPIC.phase5PredictionsComplete).filter(
    ({ message, sequence }) => batchOf(message) === batch_id && sequence > last && sequence < before,
  );
  return { batch_id, players, ends };
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
    if (before?.state === 'succeeded' || before?.attempt === Number(request['attempt'])) return;
    players.set(name, { attempt: Number(request['attempt']), state: 'open' });
    return;
  }
  if (ready !== undefined) {
    for (const [name, player] of players) {
      if (player.state === 'open' && !ready.includes(name)) players.set(name, { ...player, state: 'failed' });
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

/** Name the date and run that a call is about, from its body or its query. */
export function placeOfCall({ path, body }: { readonly path: string; readonly body: unknown }): string {
  const query = new URL(path, 'http://judge').searchParams;
  const game_date = query.get('game_date');
  if (game_date !== null) return `${game_date} run ${query.get('run') ?? 1}`;
  const fields = typeof body === 'object' ? (body as Payload | null) : null;
  return `${text(fields, 'game_date')} run ${runOf(fields)}`;
}
