import { readFileSync } from 'node:fs';
import { dayBefore, type ListedGame, type Stage } from './known.ts';

/** Describe one fixture of a season; `plays_on` is its US Eastern day. */
export type Fixture = Omit<ListedGame, 'game_id'>;

/** Name the season whose real list of games ships, by the year in which it began. */
export const LISTED_SEASON = 2024;

/** Say by how many days the same fixtures are moved for one season earlier: 52 weeks, so that weekdays stay. */
const SEASON_DAYS = 364;

/**
 * Give the fixtures of a season in order of date: the real ones of 2024-25, or the same 52 weeks earlier for each season
 * before. They say who meets whom, and never how it ended.
 */
export function loadFixtures(season: number): readonly Fixture[] {
  const days = SEASON_DAYS * (LISTED_SEASON - season);
  return listed().map((fixture) => ({ ...fixture, plays_on: dayBefore(fixture.plays_on, days) }));
}

type FixtureTable = Readonly<{
  games: Readonly<{ rows: readonly (readonly [string, string, string, Stage, boolean])[] }>;
}>;

/** The file does not change while a process lives. */
let opened: readonly Fixture[] | undefined;

function listed(): readonly Fixture[] {
  opened ??= openFile();
  return opened;
}

function openFile(): readonly Fixture[] {
  const text = readFileSync(new URL('./schedule-2024-25.json', import.meta.url), 'utf8');
  const { games } = JSON.parse(text) as FixtureTable;
  return games.rows.map(([plays_on, home_team, away_team, stage, is_neutral]) => ({
    plays_on,
    home_team,
    away_team,
    stage,
    is_neutral,
  }));
}
