/**
 * The one source of time inside the embedded cloud. Every deadline, backoff and timestamp asks it,
 * so that a test can drive an hour of redeliveries in a millisecond.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  nowMs(): number;
  /** Runs `callback` once, `delay_ms` from now; the returned function cancels it. */
  schedule(delay_ms: number, callback: () => void): () => void;
}

/** Real time. Its timers never keep the process alive on their own. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(delay_ms, callback) {
    const timer = setTimeout(callback, delay_ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

interface Alarm {
  readonly due_ms: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that moves only when told to. */
export interface VirtualClock extends Clock {
  /**
   * Moves time forward and runs what falls due, in order of due time, then of scheduling.
   * Between two alarms pending promises settle, so what an alarm starts can schedule the next one.
   */
  advance(duration_ms: number): Promise<void>;
}

/** Creates a clock that stands at `start_ms` (default 2024-01-15T12:00:00Z) until it is advanced. */
export function createVirtualClock(start_ms = Date.UTC(2024, 0, 15, 12)): VirtualClock {
  let now_ms = start_ms;
  let order = 0;
  const alarms = new Set<Alarm>();

  const nextDue = (until_ms: number): Alarm | undefined =>
    [...alarms]
      .filter((alarm) => alarm.due_ms <= until_ms)
      .sort((a, b) => a.due_ms - b.due_ms || a.order - b.order)[0];

  return {
    nowMs: () => now_ms,
    schedule(delay_ms, callback) {
      const alarm = { due_ms: now_ms + Math.max(0, delay_ms), order: order++, callback };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    async advance(duration_ms) {
      const until_ms = now_ms + duration_ms;
      for (let alarm = nextDue(until_ms); alarm !== undefined; alarm = nextDue(until_ms)) {
        alarms.delete(alarm);
        now_ms = Math.max(now_ms, alarm.due_ms);
        alarm.callback();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      now_ms = until_ms;
    },
  };
}
