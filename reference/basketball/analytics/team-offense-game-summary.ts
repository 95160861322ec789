import { gameMinutes, pace, possessions, rating, round4 } from '../formulas.ts';
import { defineComputation } from '../row.ts';
import { type GameSide, readTeamGameTotals, sideOf, type TeamGameTotals } from './games.ts';

/**
 * Hold what one team's offense did in its game.
 *
 * `game_minutes` is 48 or, with overtimes, 53, 58, …; `pace` is possessions per team and 48 minutes;
 * `offensive_rating` is points per 100 possessions, null without possessions.
 */
export type TeamOffenseGameSummary = GameSide &
  Readonly<{
    win: boolean;
    periods: number;
    game_minutes: number;
    points: number;
    possessions: number;
    pace: number;
    offensive_rating: number | null;
  }>;

/** Compute team_offense_game_summary: one row per team whose game has a score and both teams' totals. */
export const TEAM_OFFENSE_GAME_SUMMARY = defineComputation<TeamOffenseGameSummary>(
  'team_offense_game_summary',
  ['nbac_team_boxscores', 'nbac_game_scores'],
  ['game_id', 'team'],
  (tables) => readTeamGameTotals(tables).map(summarise),
);

function summarise(game: TeamGameTotals): TeamOffenseGameSummary {
  const own = possessions(game.own);
  const game_minutes = gameMinutes(game.periods);
  return {
    ...sideOf(game),
    win: game.points > game.points_allowed,
    periods: game.periods,
    game_minutes,
    points: game.points,
    possessions: round4(own),
    pace: round4(pace(own, possessions(game.other), game_minutes)),
    offensive_rating: round4(rating(game.points, own)),
  };
}
