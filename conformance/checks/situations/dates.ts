import type { History, HistoryEvent } from '../../history/events.ts';
import { text } from '../../history/select.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Sum up what `count` finds among the events of each date; a case that explores has hundreds of dates. */
export function sumOverDates(history: History, count: (history: History) => number): number {
  return [...splitByDate(history).values()].reduce((sum, events) => sum + count(events), 0);
}

/** Split a history into what concerns each game date, in order; answers go with their deliveries, what names no date with ``. */
function splitByDate(history: History): ReadonlyMap<string, History> {
  const dates = new Map<string, HistoryEvent[]>();
  const of_delivery = new Map<number, readonly string[]>();
  for (const event of history) {
    const own = event.kind === 'answer' ? (of_delivery.get(event.delivery) ?? ['']) : datesOf(event);
    if (event.kind === 'delivery') of_delivery.set(event.sequence, own);
    for (const date of own) {
      const events = dates.get(date) ?? [];
      events.push(event);
      dates.set(date, events);
    }
  }
  return dates;
}

function datesOf(event: HistoryEvent): readonly string[] {
  if (event.kind === 'delivery') return [text(event.message, 'game_date')];
  const marked = event.marks.filter((mark) => DATE.test(mark));
  return marked.length === 0 ? [''] : [...new Set(marked)];
}
