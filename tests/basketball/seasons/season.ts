import { estimatePoints } from '../../../reference/basketball/estimate.ts';
import { RAW_COMPUTATIONS } from '../../../reference/basketball/raw/computations.ts';
import type { Row } from '../../../reference/basketball/row.ts';
import { scrapeFile } from '../../../reference/basketball/scrape.ts';
import { dayBefore, type Known } from '../../../reference/figures/known.ts';
import { calendarOf } from '../../../reference/figures/season/calendar.ts';
import { computeDate, type HandedOn, type Tables } from '../chain.ts';

/** Where the figures of a date come from; undefined for a date that has none. */
export type Source = (game_date: string) => Known | undefined;

/** Hold one date of a season after its Phase 4. */
export type PlayedDate = Readonly<{ known: Known; tables: Tables }>;

/** List dates of a simulated season with games, in order. */
export function listedDates(season: number, seed = 1): readonly string[] {
  return calendarOf(seed, season).dates;
}

/** Carry dates in order through Phases 1 to 4, each with what those before it have handed on. */
export function* carryDates(source: Source, dates: readonly string[]): Generator<PlayedDate> {
  let handed_on: HandedOn = {};
  for (const game_date of dates) {
    const known = source(game_date);
    if (known === undefined) throw new Error(`expected figures for ${game_date}, got none`);
    const date = computeDate(loadRaw(known), handed_on);
    handed_on = date.handed_on;
    yield { known, tables: date.tables };
  }
}

/** Load raw tables as Phase 2 does: what it rejects is left out. */
function loadRaw(known: Known): Tables {
  return Object.fromEntries(
    Object.values(RAW_COMPUTATIONS).map(({ table, inputs, compute }) => [
      table,
      compute(scrapeFile(inputs[0], known)).rows,
    ]),
  );
}

/** Predict everybody who is ready on a date, as the workers do. */
export function predictDate({ tables }: PlayedDate): readonly Row[] {
  return (tables['ml_feature_store_v2'] ?? []).flatMap((row) => {
    const estimate = estimatePoints(row);
    return estimate === undefined ? [] : [{ player_lookup: row['player_lookup'] ?? null, ...estimate }];
  });
}

/** Give the last of some dates. */
export function lastOf<T>(dates: Iterable<T>): T {
  let last: T | undefined;
  for (const date of dates) last = date;
  if (last === undefined) throw new Error('expected at least one date, got none');
  return last;
}

/** Tell of a date's own games as if they were over: what no honest source can do. */
export function withOwnResults(source: Source, game_date: string): Known {
  const own = source(game_date);
  // What was played on a date is told on the next one with games.
  for (let days = 1; days < 12; days += 1) {
    const later = source(dayBefore(game_date, -days));
    if (own === undefined || later === undefined || later.games.length === 0) continue;
    return {
      ...own,
      played: [...own.played, ...later.played],
      player_lines: [...own.player_lines, ...later.player_lines],
    };
  }
  throw new Error(`expected a date with games after ${game_date}, found none`);
}
