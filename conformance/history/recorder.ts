import type { EventDraft, History, HistoryEvent } from './events.ts';

/** Writes down what happens. */
export interface Recorder {
  /** Numbers an event and keeps it. */
  append(draft: EventDraft): HistoryEvent;
  /** Milliseconds since the run began. */
  elapsedMs(): number;
  /** A moment of the judge's machine, in milliseconds since 1970, as milliseconds since the run began. */
  sinceBeginMs(epoch_ms: number): number;
  /** Everything so far that was not forgotten. */
  all(): History;
  /**
   * Forgets the events that carry a mark, here and in every view, and lets no view hear of the mark any more. For what was
   * judged already and would only fill memory; numbers go on as if nothing had been forgotten. An answer that comes later to
   * what was forgotten is forgotten too.
   */
  forget(mark: string): void;
  /** Opens a view of the events that carry one of its marks. */
  view(): HistoryView;
  /** As the view's `until`, over all events. */
  until(condition: () => boolean, patience_ms: number, given_up?: AbortSignal): Promise<boolean>;
}

/** The part of the record that belongs to one case; it grows as things happen. */
export interface HistoryView {
  /** The events so far, in order. */
  events(): History;
  /** Adds a mark, with the events that already carry it. */
  add(mark: string): void;
  /**
   * Resolves true as soon as `condition` holds, which is asked now and after each new event of the view;
   * false when it does not within `patience_ms`, or as soon as `given_up`.
   */
  until(condition: () => boolean, patience_ms: number, given_up?: AbortSignal): Promise<boolean>;
}

/** The mark of events that every view has. */
export const EVERYBODY = '*';

interface Listener {
  take(event: HistoryEvent): void;
  drop(gone: ReadonlySet<HistoryEvent>): void;
}

/** Creates an empty record. `nowMs` is the judge's clock; `watch` is told each event as it happens. */
export function createRecorder(
  nowMs: () => number = Date.now,
  watch: (event: HistoryEvent) => void = () => {},
): Recorder {
  let events: HistoryEvent[] = [];
  /** Forgotten, and still among `events`: leaving them out one mark at a time would read all of them each time. */
  const leaving = new Set<HistoryEvent>();
  const leaveOut = (): HistoryEvent[] => {
    if (leaving.size > 0) events = without(events, leaving);
    leaving.clear();
    return events;
  };
  let count = 0;
  const by_mark = new Map<string, HistoryEvent[]>();
  const listeners = new Map<string, Set<Listener>>();
  /** Numbers of forgotten deliveries and requests whose answers have not come so far. */
  const forgotten_open = new Set<number>();
  const waiting = createWaiting();
  const started_ms = nowMs();
  let last_ms = 0;

  return {
    append(draft) {
      // The machine's clock may be put back; what comes later has no earlier time.
      last_ms = Math.max(last_ms, nowMs() - started_ms);
      const event: HistoryEvent = { ...draft, sequence: ++count, at_ms: last_ms };
      if (forgotten_open.delete(askedBy(event) ?? 0)) {
        watch(event);
        return event;
      }
      events.push(event);
      const told = new Set<Listener>();
      for (const mark of event.marks) {
        const marked = by_mark.get(mark);
        if (marked === undefined) by_mark.set(mark, [event]);
        else if (marked.at(-1) !== event) marked.push(event);
        for (const listener of listeners.get(mark) ?? []) told.add(listener);
      }
      for (const listener of told) listener.take(event);
      waiting.wake();
      watch(event);
      return event;
    },
    elapsedMs: () => nowMs() - started_ms,
    sinceBeginMs: (epoch_ms) => epoch_ms - started_ms,
    all: leaveOut,
    forget(mark) {
      const gone = new Set(by_mark.get(mark));
      const told = new Set(listeners.get(mark));
      listeners.delete(mark);
      for (const event of gone) leaving.add(event);
      if (leaving.size * 2 > events.length) leaveOut();
      for (const { kind, sequence } of gone)
        if (kind === 'delivery' || kind === 'request') forgotten_open.add(sequence);
      for (const event of gone) forgotten_open.delete(askedBy(event) ?? 0);
      for (const other of new Set([...gone].flatMap(({ marks }) => marks))) {
        for (const listener of listeners.get(other) ?? []) told.add(listener);
        const rest = without(by_mark.get(other) ?? [], gone);
        if (rest.length === 0) by_mark.delete(other);
        else by_mark.set(other, rest);
      }
      for (const listener of told) listener.drop(gone);
    },
    view: () => openView(by_mark, listeners),
    until: waiting.until,
  };
}

/** The number of what an event answers; undefined when it answers nothing. */
function askedBy(event: HistoryEvent): number | undefined {
  if (event.kind === 'answer') return event.delivery;
  return event.kind === 'response' ? event.request : undefined;
}

function without(events: readonly HistoryEvent[], gone: ReadonlySet<HistoryEvent>): HistoryEvent[] {
  return events.filter((event) => !gone.has(event));
}

function openView(
  by_mark: ReadonlyMap<string, readonly HistoryEvent[]>,
  listeners: Map<string, Set<Listener>>,
): HistoryView {
  let events: HistoryEvent[] = [];
  /** The first mark is the view's own: calls that reach all dates and carry it are no neighbour's. */
  let owner: string | undefined;
  const isOwn = (event: HistoryEvent): boolean => event.kind === 'neighbour' && event.by === owner;
  const waiting = createWaiting();
  const listener: Listener = {
    take(event) {
      if (isOwn(event)) return;
      events.push(event);
      waiting.wake();
    },
    drop(gone) {
      events = without(events, gone);
    },
  };
  const add = (mark: string): void => {
    if (mark !== EVERYBODY) owner ??= mark;
    const marked = listeners.get(mark) ?? new Set();
    if (marked.has(listener)) return;
    listeners.set(mark, marked.add(listener));
    const before = by_mark.get(mark) ?? [];
    if (before.length === 0) return;
    events = [...new Set([...events, ...before])]
      .filter((event) => !isOwn(event))
      .sort((a, b) => a.sequence - b.sequence);
    waiting.wake();
  };
  add(EVERYBODY);
  return { events: () => events, add, until: waiting.until };
}

interface Waiting {
  wake(): void;
  readonly until: HistoryView['until'];
}

function createWaiting(): Waiting {
  const sleepers = new Set<() => void>();
  return {
    wake() {
      for (const sleeper of [...sleepers]) sleeper();
    },
    until(condition, patience_ms, given_up) {
      if (condition()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (met: boolean): void => {
          clearTimeout(timer);
          sleepers.delete(look);
          given_up?.removeEventListener('abort', giveUp);
          resolve(met);
        };
        const giveUp = (): void => finish(false);
        const look = (): void => {
          if (condition()) finish(true);
        };
        const timer = setTimeout(() => finish(condition()), patience_ms);
        given_up?.addEventListener('abort', giveUp);
        sleepers.add(look);
      });
    },
  };
}
