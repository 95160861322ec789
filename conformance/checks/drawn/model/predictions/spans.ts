import type { DeliveryEvent, History, RequestEvent } from '../../../../history/events.ts';
import { isObject } from '../../../../history/select.ts';

/** A delivery or a call with the moment of its answer; Infinity while there is none. */
export interface Span {
  readonly event: DeliveryEvent | RequestEvent;
  readonly from: number;
  readonly to: number;
  readonly status: number | null;
  readonly acked: boolean;
}

/** List the deliveries and calls to a component, in order, each with its answer. */
export function spansOf(history: History, component: string): readonly Span[] {
  const answers = new Map<
    number,
    { readonly to: number; readonly status: number | null; readonly acked: boolean }
  >();
  for (const event of history) {
    // When nothing came back, nobody knows when its work ended.
    if ((event.kind !== 'answer' && event.kind !== 'response') || event.status === null) continue;
    const { status, sequence: to } = event;
    if (event.kind === 'answer') answers.set(event.delivery, { to, status, acked: event.acked });
    else answers.set(event.request, { to, status, acked: status < 300 });
  }
  return history.flatMap((event) => {
    if ((event.kind !== 'delivery' && event.kind !== 'request') || event.component !== component) return [];
    const answer = answers.get(event.sequence) ?? { to: Infinity, status: null, acked: false };
    return [{ event, from: event.sequence, ...answer }];
  });
}

/** Tell whether nothing else was in hand from a span's beginning to its end. */
export function isAlone(span: Span, spans: readonly Span[]): boolean {
  return spans.every((other) => other === span || other.to < span.from || other.from > span.to);
}

/** Tell whether a fault struck, an instance ended, or store or broker were too slow somewhere in a history. */
export function isDisturbed(history: History): boolean {
  return disturbances(history).length > 0;
}

/** Tell whether all that a span did was over before anything was disturbed. */
export function isBeforeFaults(history: History, { to }: Pick<Span, 'to'>): boolean {
  return to < (disturbances(history)[0] ?? Infinity);
}

/** The sequence of the last event that tells of a disturbance; 0 for none. */
function lastDisturbance(history: History): number {
  return disturbances(history).at(-1) ?? 0;
}

/** Sequences of the events that tell of a disturbance, in order; a fault that struck nothing disturbs nothing. */
function disturbances(history: History): readonly number[] {
  const known = found.get(history);
  if (known !== undefined) return known;
  const begun_ms = new Map(
    history.flatMap((event) =>
      event.kind === 'delivery' || event.kind === 'request' ? [[event.sequence, event.at_ms]] : [],
    ),
  );
  const struck = new Set(
    history.flatMap((event) => (event.kind === 'fault' && event.change === 'strikes' ? [event.fault] : [])),
  );
  const disturbing = history.filter((event) => {
    if (event.kind === 'process') return true;
    if (event.kind === 'fault') return event.change !== 'begins' && struck.has(event.fault);
    if (event.kind !== 'answer' && event.kind !== 'response') return false;
    // On a busy machine a call to the cloud runs into its limit, which is an outage for the target.
    const from_ms = begun_ms.get(event.kind === 'answer' ? event.delivery : event.request);
    return (event.status ?? 500) >= 500 && event.at_ms - (from_ms ?? event.at_ms) > CLAIM_MS;
  });
  const sequences = disturbing.map(({ sequence }) => sequence);
  found.set(history, sequences);
  return sequences;
}

/** The same history is asked about once for each of its calls. */
const found = new WeakMap<History, readonly number[]>();

/** Targets are judged with short claims; on a busy machine they run out. */
export const CLAIM_MS = 2_000;

/** Tell whether a place was retried after the last fault and before a span, so that nothing of it is lost or unseen. */
export function faultsOver(
  history: History,
  spans: readonly Span[],
  before: Span,
  place: string | undefined,
): boolean {
  if (history.some(({ kind }) => kind === 'process')) return false;
  const ended = lastDisturbance(history);
  const in_hand = spans.some(({ from, to }) => from < ended && to > ended);
  const last = spans.findLast(
    ({ event, from, to, acked }) =>
      event.kind === 'request' &&
      event.path === '/retry' &&
      acked &&
      from > ended &&
      to < before.from &&
      placeInBody(event.body) === place,
  );
  return last !== undefined && (!in_hand || spans.every(({ to }) => to < last.from || to >= last.to));
}

function placeInBody(body: RequestEvent['body']): string {
  const { game_date, run = 1 } = (isObject(body) ? body : {}) as {
    readonly game_date?: string;
    readonly run?: number;
  };
  return `${game_date} run ${run}`;
}

/** Tell whether a component had something in hand at a moment. */
export function isBusyAt(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, to }) => from < at && to > at);
}
