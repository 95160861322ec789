import type { HistoryEvent } from '../../history/events.ts';

/** Cite an event: `#12`. */
export function cite(event: HistoryEvent): string {
  return `#${event.sequence}`;
}

/** Cite several events under one noun: `Deliveries #1, #2 and #3`. */
export function listed(
  noun: 'Delivery' | 'publish' | 'answer' | 'event',
  sequences: readonly number[],
): string {
  const cited = [...new Set(sequences)].map((sequence) => `#${sequence}`);
  const plurals = {
    Delivery: 'Deliveries',
    publish: 'publishes',
    answer: 'answers',
    event: 'events',
  } as const;
  const word = cited.length === 1 ? noun : plurals[noun];
  const last = cited.pop() ?? '';
  return `${word} ${cited.length === 0 ? last : `${cited.join(', ')} and ${last}`}`;
}
