import { type Fixture, LISTED_SEASON, loadFixtures } from '../fixtures.ts';
import { dayBefore } from '../known.ts';
import { seeded } from './random.ts';

/** Describe one entry of the list of games; `is_played` is false on the day on which the game was put off. */
export type Entry = Fixture & Readonly<{ is_played: boolean }>;

/** Hold what is listed in a season, by date, and its dates in order. */
export type SeasonCalendar = Readonly<{
  season: number;
  dates: readonly string[];
  on: ReadonlyMap<string, readonly Entry[]>;
}>;

/** State how many games of a season are put off, and how many days at least they wait. */
const POSTPONED = 6;
const WAIT_DAYS = 12;

/**
 * List the games of a season as they came about: a few are put off on the morning after they were listed, and are listed
 * again on a later date on which neither team plays.
 */
export function calendarOf(seed: number, season: number): SeasonCalendar {
  const fixtures = loadFixtures(season);
  const dates = [...new Set(fixtures.map(({ plays_on }) => plays_on))].sort();
  const random = seeded(seed, 'postponed', season);
  const entries: Entry[] = fixtures.map((fixture) => ({ ...fixture, is_played: true }));
  for (let nth = 0; nth < POSTPONED; nth += 1) {
    const index = 200 + random.below(600);
    const entry = entries[index];
    if (entry === undefined || !entry.is_played || entry.stage !== 'regular' || entry.is_neutral) continue;
    // A date of which nothing is left would have no box scores to be told of.
    if (entries.filter(({ plays_on, is_played }) => is_played && plays_on === entry.plays_on).length < 3)
      continue;
    const later = dates.find(
      (date) => date >= dayBefore(entry.plays_on, -WAIT_DAYS) && isFree(entries, entry, date),
    );
    if (later === undefined) continue;
    entries[index] = { ...entry, is_played: false };
    entries.push({ ...entry, plays_on: later });
  }
  const on = new Map<string, readonly Entry[]>();
  for (const entry of entries) on.set(entry.plays_on, [...(on.get(entry.plays_on) ?? []), entry]);
  return { season, dates, on };
}

/** Name the season to which a date belongs, by the year in which it began: a year turns in July. */
export function seasonOf(date: string): number {
  const [year = '', month = ''] = date.split('-');
  return Number(month) >= 7 ? Number(year) : Number(year) - 1;
}

/** List the seasons that can be simulated, oldest first: the last is 2024-25. */
export function simulatedSeasons(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => LISTED_SEASON - count + 1 + index);
}

function isFree(entries: readonly Entry[], moved: Entry, date: string): boolean {
  const teams = [moved.home_team, moved.away_team];
  return entries.every(
    (entry) =>
      entry.plays_on !== date || !(teams.includes(entry.home_team) || teams.includes(entry.away_team)),
  );
}
