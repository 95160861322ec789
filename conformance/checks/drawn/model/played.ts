import type { History, HistoryEvent, MarkerEvent } from '../../../history/events.ts';
import { EVERYBODY } from '../../../history/recorder.ts';
import { runOf } from '../../../history/select.ts';
import { BEGIN_MARKER, type Beginning, LEFT_MARKER } from '../run/begin.ts';

/** One played history with its events. */
export interface Played extends Beginning {
  /** What its events carry beside its days. */
  readonly mark: string;
  readonly events: History;
}

/** Read how the first history among events began; undefined when none did. */
export function readBeginning(events: History): Beginning | undefined {
  const begin = events.find(isBegin);
  return begin === undefined ? undefined : (JSON.parse(begin.sentence) as Beginning);
}

/** Split the history of a case into the histories that were played in it, without those that were left before their end. */
export function playedHistories(history: History): readonly Played[] {
  const left = new Set(history.filter(isLeft).map(({ marks }) => marks.at(-1)));
  const begins = history.filter(isBegin).filter(({ marks }) => !left.has(marks.at(-1)));
  const by_mark = new Map<string, HistoryEvent[]>();
  for (const event of history) {
    for (const mark of new Set(event.marks)) {
      const marked = by_mark.get(mark);
      if (marked === undefined) by_mark.set(mark, [event]);
      else marked.push(event);
    }
  }
  return begins.flatMap((begin) => {
    const mark = begin.marks.at(-1);
    if (mark === undefined) return [];
    const beginning = JSON.parse(begin.sentence) as Beginning;
    const own = by_mark.get(mark) ?? [];
    const marks = new Set([mark, ...beginning.days, ...idsIn(own)]);
    const others = (by_mark.get(EVERYBODY) ?? []).filter(
      (event) => event.kind === 'neighbour' && event.by !== mark,
    );
    const found = new Set([...others, ...[...marks].flatMap((each) => by_mark.get(each) ?? [])]);
    const events = [...found].sort((a, b) => a.sequence - b.sequence);
    return [{ ...beginning, mark, events: eventsOf(events, mark, beginning) }];
  });
}

/** Leave out what belongs to other histories of the same days: those of today share them, each with runs of its own. */
export function eventsOf(events: History, mark: string, { run_offset }: Beginning): History {
  if (run_offset === 0) return events;
  return events.filter((event) => {
    if (event.marks.includes(mark) || event.kind === 'neighbour') return true;
    if (event.kind !== 'publish') return event.kind === 'fault';
    const run = runOf(event.message);
    return run > run_offset && run < run_offset + 10;
  });
}

/** Ids that the judge made for a history; what carries one of them belongs to it, whatever date it says. */
function idsIn(events: History): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind !== 'delivery') return [];
    const { execution_id, correlation_id } = event.message ?? {};
    return [event.message_id, execution_id, correlation_id].filter((id) => typeof id === 'string');
  });
}

function isBegin(event: HistoryEvent): event is MarkerEvent {
  return event.kind === 'marker' && event.name === BEGIN_MARKER;
}

function isLeft(event: HistoryEvent): event is MarkerEvent {
  return event.kind === 'marker' && event.name === LEFT_MARKER;
}
