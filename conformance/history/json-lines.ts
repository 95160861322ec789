import type { History, HistoryEvent } from './events.ts';

/** Counts up when the lines change their form. */
const HISTORY_VERSION = 1;

/** Write a history as JSON Lines: a line that counts the events, then one event a line, in order. */
export function toJsonLines(history: History): string {
  return headLine(history.length) + history.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Write the line that counts the events. */
export function headLine(events: number): string {
  return `${JSON.stringify({ history_version: HISTORY_VERSION, events })}\n`;
}

/**
 * Read a history back. The line that counts may be missing, as in a history from elsewhere.
 *
 * @throws {Error} naming the line that is not an event, or saying that lines are missing.
 */
export function fromJsonLines(text: string): History {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '');
  const [first] = lines;
  const head = first === undefined ? undefined : readHead(first.line);
  const events = (head === undefined ? lines : lines.slice(1)).map(readEvent);
  if (head === undefined || head.events === events.length) return events;
  throw new Error(
    `line ${first?.number}: expected ${head.events} events as it says, got ${events.length}; copy the file again, whole`,
  );
}

function readHead(line: string): { readonly events: unknown } | undefined {
  const head = parse(line);
  if (head === undefined || !('history_version' in head)) return undefined;
  if (head.history_version === HISTORY_VERSION && 'events' in head) return head;
  throw new Error(
    `expected history_version ${HISTORY_VERSION} and the number of events, got history_version ${JSON.stringify(head.history_version)}; use the judge that wrote the file`,
  );
}

function readEvent({ line, number }: { readonly line: string; readonly number: number }): HistoryEvent {
  const event = parse(line);
  if (event !== undefined && 'kind' in event && 'sequence' in event) return event as HistoryEvent;
  throw new Error(
    `line ${number}: expected one JSON object with kind and sequence, got "${line.slice(0, 60)}"; write the file with --keep-output`,
  );
}

/** An object, or undefined for anything else: the caller names the line. */
function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
