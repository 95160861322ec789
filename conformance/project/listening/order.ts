import type { HistoryEvent } from '../../history/events.ts';

/** A message that names a cause which never comes is taken all the same. */
const CAUSE_PATIENCE_MS = 3_000;

/** Puts effects after their causes: topics keep no order among each other. */
export interface CausalOrder {
  /** Calls `record` as soon as the message that `cause` names is on record; at once when none is named. */
  take(cause: string, record: () => void): void;
  /** Told each event of the record. */
  readonly onEvent: (event: HistoryEvent) => void;
  /** Forgets what still waits. */
  stop(): void;
}

/** Creates an order; `patience_ms` is how long a cause is waited for. */
export function createCausalOrder(patience_ms = CAUSE_PATIENCE_MS): CausalOrder {
  const known = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const timers = new Set<NodeJS.Timeout>();
  const release = (cause: string): void => {
    const due = waiting.get(cause) ?? [];
    waiting.delete(cause);
    for (const record of due) record();
  };
  return {
    take(cause, record) {
      if (cause === '' || known.has(cause)) return record();
      waiting.set(cause, [...(waiting.get(cause) ?? []), record]);
      const timer = setTimeout(() => {
        timers.delete(timer);
        release(cause);
      }, patience_ms);
      timers.add(timer);
    },
    onEvent(event) {
      if (event.kind !== 'delivery' && event.kind !== 'publish') return;
      if (known.has(event.message_id)) return;
      known.add(event.message_id);
      if (waiting.has(event.message_id)) setImmediate(release, event.message_id);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
