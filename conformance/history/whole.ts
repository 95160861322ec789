import type { History, HistoryEvent } from './events.ts';

/**
 * Say what shows that a history is not as it was recorded: lines in another order, or missing. Undefined when nothing does.
 *
 * Deliveries over a road of a project have no answers; every other delivery and request has one, if only that none came.
 */
export function findDamage(history: History): string | undefined {
  return findDisorder(history) ?? findStrayAnswer(history) ?? findUnanswered(history);
}

function findDisorder(history: History): string | undefined {
  const place = history.findIndex(({ sequence }, index) => sequence <= (history[index - 1]?.sequence ?? 0));
  if (place < 0) return undefined;
  const sequence = history[place]?.sequence;
  return `event ${place + 1} (#${sequence}) stands after #${history[place - 1]?.sequence}; expected numbers that rise, each once`;
}

function findStrayAnswer(history: History): string | undefined {
  const open = new Map<number, HistoryEvent['kind']>();
  const closed = new Set<number>();
  for (const event of history) {
    if (event.kind === 'delivery' || event.kind === 'request') open.set(event.sequence, event.kind);
    const answered = answeredBy(event);
    if (answered === undefined) continue;
    const [kind, asked] = answered;
    const what = `#${event.sequence} answers the ${kind} #${asked}`;
    if (closed.has(asked)) return `${what} a second time`;
    if (open.get(asked) !== kind) return `${what}, which does not stand before it`;
    closed.add(asked);
  }
  return undefined;
}

function findUnanswered(history: History): string | undefined {
  const answered = new Set(history.flatMap((event) => answeredBy(event)?.[1] ?? []));
  const open = history.find(
    (event) =>
      (event.kind === 'request' || (event.kind === 'delivery' && event.road === undefined)) &&
      !answered.has(event.sequence),
  );
  return open === undefined ? undefined : `it has no answer to the ${open.kind} #${open.sequence}`;
}

function answeredBy(event: HistoryEvent): readonly ['delivery' | 'request', number] | undefined {
  if (event.kind === 'answer') return ['delivery', event.delivery];
  return event.kind === 'response' ? ['request', event.request] : undefined;
}
