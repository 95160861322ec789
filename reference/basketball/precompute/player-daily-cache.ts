import type { UpcomingPlayerGameContext } from '../analytics/upcoming-game-context.ts';
import { ratio, round4, trueShooting } from '../formulas.ts';
import { defineLookingBack, readRows, type TableReader } from '../row.ts';
import { daysFrom } from './look-back.ts';
import { addForm, type FormState, NO_FORM, type PlayerForm, SEASON_TOTALS } from './player-form.ts';

/**
 * Hold what is known about one listed player before his game: how he has played so far, beside the context of the game.
 *
 * Means are per game with minutes. `minutes` are those that can be expected of him; they and the figures of last games are
 * null for a player who never had minutes, those of the season for one who had none in it. `points_season` is his season
 * average. `rest_days` counts the days off since his last game, `back_to_back` says that his team played on the day before.
 */
export type PlayerDailyCache = Omit<UpcomingPlayerGameContext, 'position'> &
  Readonly<{
    minutes: number | null;
    minutes_last_5: number | null;
    minutes_last_10: number | null;
    points_last_5: number | null;
    points_last_10: number | null;
    points_per_36_last_10: number | null;
    games_season: number;
    minutes_season: number;
    points_season: number | null;
    points_season_home: number | null;
    points_season_away: number | null;
    points_per_36: number | null;
    points_per_36_before: number | null;
    usage_rate: number | null;
    true_shooting: number | null;
    rest_days: number | null;
    back_to_back: boolean;
  }>;

/** Compute player_daily_cache: one row per player with an upcoming game. Looks back. */
export const PLAYER_DAILY_CACHE = defineLookingBack<FormState, PlayerDailyCache>(
  'player_daily_cache',
  ['player_game_summary', 'upcoming_player_game_context'],
  ['player_lookup'],
  1,
  { empty: NO_FORM, add: addForm, rows: describePlayers },
);

function describePlayers(tables: TableReader, { players, teams }: FormState): readonly PlayerDailyCache[] {
  const contexts = readRows<UpcomingPlayerGameContext>(tables, 'upcoming_player_game_context');
  return contexts.map(({ position: _, ...listed }) => {
    const form = players[listed.player_lookup];
    const team_played_on = teams[listed.team];
    return {
      ...listed,
      ...(form === undefined ? NEVER_SEEN : describe(form)),
      rest_days:
        form === undefined || form.played_on === '' ? null : daysFrom(form.played_on, listed.game_date) - 1,
      back_to_back: team_played_on !== undefined && daysFrom(team_played_on, listed.game_date) === 1,
    };
  });
}

function describe({ season, season_before, recent }: PlayerForm) {
  const now = totalsOf(season);
  const before = totalsOf(season_before);
  const last5 = recent.slice(-5);
  const minutes_last_5 = mean(last5, 0);
  const minutes_last_10 = mean(recent, 0);
  const own = ratio(now('minutes'), now('games')) ?? ratio(before('minutes'), before('games'));
  return {
    minutes: expectMinutes(minutes_last_5, minutes_last_10, own),
    minutes_last_5: round4(minutes_last_5),
    minutes_last_10: round4(minutes_last_10),
    points_last_5: round4(mean(last5, 1)),
    points_last_10: round4(mean(recent, 1)),
    points_per_36_last_10: round4(ratio(36 * total(recent, 1), total(recent, 0))),
    games_season: now('games'),
    minutes_season: now('minutes'),
    points_season: round4(ratio(now('points'), now('games'))),
    points_season_home: round4(ratio(now('home_points'), now('home_games'))),
    points_season_away: round4(ratio(now('away_points'), now('away_games'))),
    points_per_36: round4(ratio(36 * now('points'), now('minutes'))),
    points_per_36_before: round4(ratio(36 * before('points'), before('minutes'))),
    usage_rate: round4(ratio(now('usage_minutes'), now('minutes'))),
    true_shooting: round4(
      trueShooting(now('points'), now('field_goals_attempted'), now('free_throws_attempted')),
    ),
  };
}

const NEVER_SEEN = describe({ played_on: '', listed_on: '', season: [], season_before: [], recent: [] });

/** The last games say most about a role, and the season steadies them. */
function expectMinutes(last_5: number | null, last_10: number | null, season: number | null): number | null {
  if (last_5 === null || last_10 === null || season === null) return null;
  return round4(0.4 * last_5 + 0.3 * last_10 + 0.3 * season);
}

function totalsOf(values: readonly number[]): (name: (typeof SEASON_TOTALS)[number]) => number {
  return (name) => values[SEASON_TOTALS.indexOf(name)] ?? 0;
}

function total(games: readonly (readonly [number, number])[], index: 0 | 1): number {
  return games.reduce((sum, game) => sum + game[index], 0);
}

function mean(games: readonly (readonly [number, number])[], index: 0 | 1): number | null {
  return ratio(total(games, index), games.length);
}
