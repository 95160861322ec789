import type { Clock } from '../../reference/ports/ports.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves the time on and resolves every wait that it passes, earliest first. */
  advance(duration_ms: number): Promise<void>;
  /** How many waits are not over yet. */
  waiting(): number;
}

/** Make a clock that stands at `now` (ISO 8601). */
export function createManualClock(now: string): ManualClock {
  let time_ms = Date.parse(now);
  let waits: { readonly until_ms: number; readonly resolve: () => void }[] = [];
  return {
    now: () => new Date(time_ms),
    wait: (duration_ms) =>
      new Promise((resolve) => {
        waits.push({ until_ms: time_ms + duration_ms, resolve });
      }),
    waiting: () => waits.length,
    async advance(duration_ms) {
      const end_ms = time_ms + duration_ms;
      for (;;) {
        const next = waits.toSorted((a, b) => a.until_ms - b.until_ms)[0];
        if (next === undefined || next.until_ms > end_ms) break;
        waits = waits.filter((wait) => wait !== next);
        time_ms = next.until_ms;
        next.resolve();
        // Lets whoever waited run on, and wait again, before the time moves further.
        await new Promise((resolve) => setImmediate(resolve));
      }
      time_ms = end_ms;
    },
  };
}
