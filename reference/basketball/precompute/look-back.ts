import { round4 } from '../formulas.ts';
import { sortRows } from '../row.ts';

/** State which part of last season's totals is kept when a season begins, so that its first games are not everything. */
const KEPT = 0.2;

/** Say up to which day a table has added up games, and in which season that was. */
export type Position = Readonly<{ through: string; season: number }>;

/** Stand before the first game of all. */
export const BEFORE_ALL: Position = { through: '', season: 0 };

/** Name the season of a day by the year in which it began: a year turns in July. */
function seasonOf(day: string): number {
  const year = Number(day.slice(0, 4));
  return Number(day.slice(5, 7)) >= 7 ? year : year - 1;
}

/** Count the days from one calendar day to another. */
export function daysFrom(earlier: string, later: string): number {
  return Math.round((Date.parse(later) - Date.parse(earlier)) / DAY_MS);
}

const DAY_MS = 24 * 3600 * 1000;

/** Any row of a finished game. */
type Played = Readonly<{ game_id: string; played_on: string; game_date: string }>;

/**
 * Choose the rows that are not added up yet, in an order that does not depend on how they came.
 *
 * A game of game_date or of a later day is never among them, whoever wrote it into the table.
 */
export function unseen<T extends Played>(
  rows: readonly T[],
  { through }: Position,
  name: (row: T) => string,
): readonly T[] {
  const own = rows.filter((row) => row.played_on > through && row.played_on < row.game_date);
  return sortRows(own, (row) => `${row.played_on}|${row.game_id}|${name(row)}`);
}

/** Move on to the last day of some rows. */
export function moveOn(position: Position, rows: readonly Played[]): Position {
  const through = rows.reduce((last, row) => (row.played_on > last ? row.played_on : last), position.through);
  return through === position.through ? position : { through, season: seasonOf(through) };
}

/** Tell by how much totals shrink on the way to another position: not at all within a season. */
export function keptShare(from: Position, to: Position): number {
  return from.season === to.season ? 1 : KEPT ** Math.max(1, Math.min(5, to.season - from.season));
}

/** Add two lists of totals of which the first is scaled before; 4 decimals, like every computed figure. */
export function addTotals(held: readonly number[], added: readonly number[]): readonly number[] {
  return added.map((value, index) => round4((held[index] ?? 0) + value));
}

/** Scale every list of totals. */
export function scaleTotals(
  totals: Readonly<Record<string, readonly number[]>>,
  share: number,
): Readonly<Record<string, readonly number[]>> {
  if (share === 1) return totals;
  return Object.fromEntries(
    Object.entries(totals).map(([name, values]) => [name, values.map((value) => round4(value * share))]),
  );
}
