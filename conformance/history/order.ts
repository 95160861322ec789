import type { History, HistoryEvent } from './events.ts';

/**
 * Put a history in the order in which things happened, where some were seen later: a publish that came through a subscription
 * stands where the broker took it. Events are numbered anew, so that a proof cites them in that order.
 *
 * Within one millisecond the order in which the judge saw them stays, since nothing is known of another.
 */
export function inOrderOfTime(history: History): History {
  const sorted = [...history].sort((a, b) => happenedMs(a) - happenedMs(b) || a.sequence - b.sequence);
  const numbers = history.map(({ sequence }) => sequence).sort((a, b) => a - b);
  const renumbered = new Map(sorted.map(({ sequence }, index) => [sequence, numbers[index] ?? sequence]));
  return sorted.map((event) => numbered(event, renumbered));
}

function happenedMs(event: HistoryEvent): number {
  if (event.kind !== 'publish') return event.at_ms;
  return Math.min(event.at_ms, event.sent_at_ms ?? event.at_ms);
}

function numbered(event: HistoryEvent, numbers: ReadonlyMap<number, number>): HistoryEvent {
  const now = (sequence: number): number => numbers.get(sequence) ?? sequence;
  const sequence = now(event.sequence);
  if (event.kind === 'answer') return { ...event, sequence, delivery: now(event.delivery) };
  if (event.kind === 'response') return { ...event, sequence, request: now(event.request) };
  return { ...event, sequence };
}
