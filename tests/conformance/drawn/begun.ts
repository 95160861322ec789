import { BEGIN_MARKER } from '../../../conformance/checks/drawn/run/begin.ts';
import type { HistoryEvent } from '../../../conformance/history/events.ts';
import { DATE, type Story, story } from '../checks/story.ts';

/** When the played histories of the tests began. */
const NOW_MS = Date.parse('2031-03-05T12:00:00Z');
/** A moment of them. */
export const MOMENT = '2031-03-05T12:00:00.010Z';

/** Begins a story as a played history begins. */
export function begun(): Story {
  const told = story();
  const beginning = { line: '{"days":"plain","steps":[]}', days: [DATE], run_offset: 0, now_ms: NOW_MS };
  told.mark(BEGIN_MARKER, JSON.stringify(beginning));
  return told;
}

/** Puts the last events of a story between a delivery or call and its answer. */
export function within(told: Story, act: () => number, publish: () => void): void {
  act();
  publish();
  const events = told.history() as HistoryEvent[];
  const answer = events.findLastIndex(({ kind }) => kind === 'answer' || kind === 'response');
  const [moved] = events.splice(answer, 1);
  if (moved !== undefined) events.push(moved);
  for (const [index, event] of events.entries()) {
    Object.assign(event, { sequence: index + 1 });
    const from = events.findLast(
      ({ kind, sequence }) => (kind === 'delivery' || kind === 'request') && sequence <= index + 1,
    );
    if (event === moved && event.kind === 'answer') Object.assign(event, { delivery: from?.sequence });
    if (event === moved && event.kind === 'response') Object.assign(event, { request: from?.sequence });
  }
}
