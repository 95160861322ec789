import type { RowsNote } from '../ports/ports.ts';

/**
 * What came of rows that a run wanted to store. `superseded`: the table holds what was collected later. `kept`: a later
 * run of the same key has written, or there were no rows to put in the place of some.
 */
export type RowsOutcome = 'written' | 'superseded' | 'kept';

/**
 * Decide whether a run may replace the rows of a table for one date and run.
 *
 * | held by | wanted by | outcome |
 * |---|---|---|
 * | nobody, or the run itself | anybody | written |
 * | a run from the same source that began later | a run whose claim was taken over | kept |
 * | a backfill that triggers nobody | a live run | written |
 * | a run from a source collected later | any other | superseded |
 * | a run with rows | a run without | kept |
 * | any other | any other | written |
 *
 * @returns with the note to leave by the rows: the one that is held when nothing is written.
 * @see requirements IDEM-001, IDEM-006, BACK-004
 */
export function decideRows(held: RowsNote | undefined, wanted: RowsNote): readonly [RowsNote, RowsOutcome] {
  if (held === undefined || held.execution_id === wanted.execution_id) return [wanted, 'written'];
  const age = compareSources(held, wanted);
  if (age === 0 && Date.parse(held.started_at) > Date.parse(wanted.started_at)) return [held, 'kept'];
  if (held.skip_downstream_trigger && !wanted.skip_downstream_trigger) return [wanted, 'written'];
  if (age > 0) return [held, 'superseded'];
  if (wanted.record_count === 0 && held.record_count > 0) return [held, 'kept'];
  return [wanted, 'written'];
}

/** Above 0 when the first was collected later; 0 when a source has no time, or both have the same. */
function compareSources(a: RowsNote, b: RowsNote): number {
  if (a.as_of === null || b.as_of === null) return 0;
  return Date.parse(a.as_of) - Date.parse(b.as_of);
}
