import type { FindingView, OverviewRow } from './views.ts';

/**
 * List the findings of all dates, the most urgent first: those of dates whose predictions are not out before those of dates whose
 * predictions are; of each kind those of the latest date and run, causes before consequences.
 *
 * @param rows as the overview has them; a row that was not read whole has no findings.
 */
export function mostUrgentFirst(
  rows: readonly OverviewRow[],
  kind: FindingView['kind'],
): readonly FindingView[] {
  const served = new Set(rows.filter(isServed).map(({ game_date }) => game_date));
  return [...rows]
    .sort(
      (a, b) =>
        Number(served.has(a.game_date)) - Number(served.has(b.game_date)) ||
        b.game_date.localeCompare(a.game_date) ||
        b.run - a.run,
    )
    .flatMap(({ findings }) => findings.filter((finding) => finding.kind === kind));
}

/** Whether a row says that its date has its predictions; a later run of the date may be what is wrong then. */
function isServed({ cells }: OverviewRow): boolean {
  return cells.some(({ phase, state }) => phase === 'phase_5_predictions' && state === 'done');
}
