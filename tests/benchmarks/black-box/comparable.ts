import type { History } from '../../../conformance/history/events.ts';

const TIME = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const DATE = /\d{4}-\d{2}-\d{2}/g;
/** What the judge and the broker call their messages; no count is that long. */
const MESSAGE_ID = /"\d{6,}"/g;

/**
 * Write a history so that two runs of one schedule give the same text: dates, ids and message ids are numbered as they
 * first come, times and durations are left out, and everything else stays as it was, in its order.
 */
export function comparable(history: History): string {
  const places = new Map(history.map(({ sequence }, index) => [sequence, index]));
  const events = history.map(({ at_ms: _at, sequence: _sequence, ...event }) => ({
    ...event,
    ...('delivery' in event ? { delivery: places.get(event.delivery) } : {}),
  }));
  const text = events.map((event) => JSON.stringify(event)).join('\n');
  return [UUID, DATE, MESSAGE_ID].reduce(
    numbered,
    text.replaceAll(TIME, 'TIME').replaceAll(/"duration_seconds":[\d.]+/g, '"duration_seconds":0'),
  );
}

function numbered(text: string, pattern: RegExp): string {
  const names = new Map<string, string>();
  return text.replaceAll(pattern, (found) => {
    const name = names.get(found) ?? `<${pattern.source.length}.${names.size}>`;
    names.set(found, name);
    return name;
  });
}
