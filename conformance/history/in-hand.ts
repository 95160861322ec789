import type { History } from './events.ts';

/** A connection breaks a moment before the end of its process is seen. */
const BROKEN_MS = 2_000;

/**
 * Give the marks of deliveries and calls that have no answer, or whose connection just broke.
 *
 * @param now_ms on the clock of the history.
 * @param component only those to it; all when left out.
 */
export function marksInHand(history: History, now_ms: number, component?: string): readonly string[] {
  const answered = new Set(
    history.flatMap((event) => {
      if (event.kind !== 'answer' && event.kind !== 'response') return [];
      if (event.status === null && now_ms - event.at_ms < BROKEN_MS) return [];
      return [event.kind === 'answer' ? event.delivery : event.request];
    }),
  );
  const open = history.filter(
    (event) =>
      (event.kind === 'delivery' || event.kind === 'request') &&
      (component === undefined || event.component === component) &&
      !answered.has(event.sequence),
  );
  return [...new Set(open.flatMap(({ marks }) => marks))];
}
