import type { EventDraft, History, HistoryEvent } from './events.ts';

/** Writes down what happens and lets others wait for it. */
export interface Recorder {
  /** Numbers an event and keeps it. */
  append(draft: EventDraft): HistoryEvent;
  /** Everything so far. */
  all(): History;
  /** The events that share a mark with `marks`, in order. */
  about(marks: ReadonlySet<string>): History;
  /**
   * Resolves true as soon as `condition` holds, which is asked now and after each event;
   * false when it does not within `patience_ms`.
   */
  until(condition: () => boolean, patience_ms: number): Promise<boolean>;
}

/** Creates an empty record. `nowMs` is the judge's clock. */
export function createRecorder(nowMs: () => number = Date.now): Recorder {
  const events: HistoryEvent[] = [];
  const by_mark = new Map<string, HistoryEvent[]>();
  const started_ms = nowMs();
  const waiting = new Set<() => void>();

  return {
    append(draft) {
      const event: HistoryEvent = { ...draft, sequence: events.length + 1, at_ms: nowMs() - started_ms };
      events.push(event);
      for (const mark of new Set(event.marks)) {
        const marked = by_mark.get(mark);
        if (marked === undefined) by_mark.set(mark, [event]);
        else marked.push(event);
      }
      for (const wake of [...waiting]) wake();
      return event;
    },
    all: () => events,
    about(marks) {
      const found = new Set([...marks].flatMap((mark) => by_mark.get(mark) ?? []));
      return [...found].sort((a, b) => a.sequence - b.sequence);
    },
    until(condition, patience_ms) {
      if (condition()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const finish = (met: boolean): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve(met);
        };
        const wake = (): void => {
          if (condition()) finish(true);
        };
        const timer = setTimeout(() => finish(condition()), patience_ms);
        waiting.add(wake);
      });
    },
  };
}
