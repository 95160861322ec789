import type { HistoryView } from '../../history/recorder.ts';
import { CaseCutError, citeWaits, IMPATIENCE_MS, type Lessons } from './lessons.ts';

/** Something that a case waits for. */
export interface Awaited {
  /** Goes on after "expected". */
  readonly what: string;
  readonly name: string;
  readonly components: readonly string[];
  readonly patience_ms: number;
}

/**
 * Waits for something in a case's history; for what has never come in other cases only a moment.
 *
 * @returns whether it came within the whole patience.
 * @throws {CaseCutError} when it did not come within that moment.
 */
export async function awaitInHistory(
  lessons: Lessons,
  view: HistoryView,
  { what, name, components, patience_ms }: Awaited,
  condition: () => boolean,
): Promise<boolean> {
  const key = `${components.join(' ')} ${what.replaceAll(/\d+/g, '#')}`;
  const vain = lessons.lesson(key);
  const granted_ms = vain === undefined ? patience_ms : Math.min(IMPATIENCE_MS, patience_ms);
  const came = await view.until(condition, granted_ms);
  if (came) {
    lessons.came(key);
    return true;
  }
  if (vain !== undefined) {
    throw new CaseCutError(
      `${what} did not come, as in ${vain.length} cases before, which waited ${patience_ms / 1000} s each (${citeWaits(vain)})`,
    );
  }
  lessons.vain(key, { case: name, sequence: view.events().at(-1)?.sequence ?? 0 });
  return false;
}
