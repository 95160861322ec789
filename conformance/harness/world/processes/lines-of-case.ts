import type { History } from '../../../history/events.ts';
import type { OutputLine } from '../settings.ts';

/** A mark that is shorter may stand in a line by accident. */
const MARK_LENGTH_MIN = 8;

/**
 * Choose what components printed for one case: lines that name one of its dates or ids, whenever they came, and lines
 * between its first and its last event that name no other case's date. Cases share components, so a line without a date may
 * belong to a neighbour; it is shown in both.
 */
export function linesOfCase(
  history: History,
  components: readonly string[],
  printed: readonly OutputLine[],
): readonly OutputLine[] {
  const begin_ms = history[0]?.at_ms ?? Number.POSITIVE_INFINITY;
  const end_ms = history.at(-1)?.at_ms ?? Number.NEGATIVE_INFINITY;
  const marks = [...new Set(history.flatMap((event) => event.marks))].filter(
    (mark) => mark.length >= MARK_LENGTH_MIN,
  );
  return printed.filter(({ components: served, at_ms, text }) => {
    if (!served.some((name) => components.includes(name))) return false;
    if (marks.some((mark) => text.includes(mark))) return true;
    return at_ms >= begin_ms && at_ms <= end_ms && !/\d{4}-\d{2}-\d{2}(?!T)/.test(text);
  });
}
