import type { History, HistoryEvent } from './events.ts';

/** Write a history as JSON Lines: one event a line, in order. */
export function toJsonLines(history: History): string {
  return history.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/**
 * Read a history back.
 *
 * @throws {Error} naming the line that is not an event.
 */
export function fromJsonLines(text: string): History {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => readEvent(line, number));
}

function readEvent(line: string, number: number): HistoryEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null && 'kind' in event && 'sequence' in event) {
      return event as HistoryEvent;
    }
  } catch {
    // Reported below with the line's number, like a line that is JSON but no event.
  }
  throw new Error(
    `line ${number}: expected one JSON object with kind and sequence, got "${line.slice(0, 60)}"; write the file with --keep-output`,
  );
}
