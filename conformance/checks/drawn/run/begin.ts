import type { Branch } from '../../../harness/scene/scene.ts';
import { type DrawnHistory, printHistory } from '../value/history.ts';

/** The marker with which a played history begins. */
export const BEGIN_MARKER = 'history begins';

/** What the marker says, as JSON. */
export interface Beginning {
  /** The history in one line. */
  readonly line: string;
  readonly days: readonly string[];
  readonly run_offset: number;
  /** Milliseconds since 1970 at the moment of the marker. */
  readonly now_ms: number;
}

/** Marks the beginning of a history, so that a judge knows which events are its own, and when it was. */
export function markBeginning(branch: Branch, history: DrawnHistory): void {
  const { days, run_offset } = branch.window;
  const beginning: Beginning = { line: printHistory(history), days, run_offset, now_ms: Date.now() };
  branch.mark(BEGIN_MARKER, JSON.stringify(beginning));
}

/** Say a marker in words; the beginning of a history says more than a report can show. */
export function markerWords({
  name,
  sentence,
}: {
  readonly name: string;
  readonly sentence: string;
}): string {
  return name === BEGIN_MARKER ? 'a drawn history begins' : sentence;
}

/** A history with this marker was left before its end, and shows nothing. */
export const LEFT_MARKER = 'history left';

/** After this marker no claim stands any more that was taken before the last fault. */
export const CLAIMS_OVER = 'claims over';
