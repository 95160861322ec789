import { BEGIN_MARKER } from '../../../conformance/checks/drawn/run/begin.ts';
import { DATE, type Story, story } from '../checks/story.ts';

/** When the played histories of the tests began. */
export const NOW_MS = Date.parse('2031-03-05T12:00:00Z');
/** A moment of them. */
export const MOMENT = '2031-03-05T12:00:00.010Z';

/** Begins a story as a played history begins. */
export function begun(): Story {
  const told = story();
  const beginning = { line: '{"days":"plain","steps":[]}', days: [DATE], run_offset: 0, now_ms: NOW_MS };
  told.mark(BEGIN_MARKER, JSON.stringify(beginning));
  return told;
}
