import { possessions, rating, round4 } from '../formulas.ts';
import type { ScheduledGame } from '../raw/rows.ts';
import { defineComputation, indexTable, type TableReader } from '../row.ts';
import { type GameSide, readTeamGameTotals, sideOf, type TeamGameTotals } from './games.ts';

/**
 * Hold what one team's defense allowed in its game.
 *
 * The three `points_allowed_*` zones add up to `points_allowed`. `defensive_rating` is points allowed per
 * 100 possessions of the opponent, null without possessions; it equals the opponent's offensive rating.
 */
export type TeamDefenseGameSummary = GameSide &
  Readonly<{
    points_allowed: number;
    points_allowed_twos: number;
    points_allowed_threes: number;
    points_allowed_free_throws: number;
    opponent_possessions: number;
    defensive_rating: number | null;
  }>;

/** Compute team_defense_game_summary: one row per team of a scheduled game with score and totals. */
export const TEAM_DEFENSE_GAME_SUMMARY = defineComputation<TeamDefenseGameSummary>(
  'team_defense_game_summary',
  ['nbac_team_boxscores', 'nbac_game_scores', 'nbac_schedule_games'],
  ['game_id', 'team'],
  summariseDefenses,
);

function summariseDefenses(tables: TableReader): readonly TeamDefenseGameSummary[] {
  const listed = indexTable<ScheduledGame>(tables, 'nbac_schedule_games', 'game_id');
  return readTeamGameTotals(tables).flatMap((game) => {
    const scheduled = listed.get(game.game_id);
    return scheduled === undefined ? [] : [summarise(game, scheduled.home_team === game.team)];
  });
}

function summarise(game: TeamGameTotals, home: boolean): TeamDefenseGameSummary {
  const opponent_possessions = possessions(game.other);
  return {
    ...sideOf(game),
    home,
    points_allowed: game.points_allowed,
    points_allowed_twos: 2 * (game.other.field_goals_made - game.other.threes_made),
    points_allowed_threes: 3 * game.other.threes_made,
    points_allowed_free_throws: game.other.free_throws_made,
    opponent_possessions: round4(opponent_possessions),
    defensive_rating: round4(rating(game.points_allowed, opponent_possessions)),
  };
}
