import type { PlayerGameSummary } from '../analytics/player-game-summary.ts';
import { ratio, round4 } from '../formulas.ts';
import { defineComputation, readRows } from '../row.ts';

/**
 * Hold from where one player scores.
 *
 * Shares are 0 to 1. The three `share_of_points_*` add up to 1 and are null without points; the share of
 * attempts that are three-pointers is null without attempts.
 */
export type PlayerShotZoneAnalysis = Readonly<{
  game_date: string;
  player_lookup: string;
  team: string;
  share_of_points_twos: number | null;
  share_of_points_threes: number | null;
  share_of_points_free_throws: number | null;
  share_of_attempts_threes: number | null;
}>;

/** Compute player_shot_zone_analysis: one row per player with a game summary. */
export const PLAYER_SHOT_ZONE_ANALYSIS = defineComputation<PlayerShotZoneAnalysis>(
  'player_shot_zone_analysis',
  ['player_game_summary'],
  ['player_lookup'],
  (tables) =>
    readRows<PlayerGameSummary>(tables, 'player_game_summary').map((player) => ({
      game_date: player.game_date,
      player_lookup: player.player_lookup,
      team: player.team,
      share_of_points_twos: round4(ratio(player.points_from_twos, player.points)),
      share_of_points_threes: round4(ratio(player.points_from_threes, player.points)),
      share_of_points_free_throws: round4(ratio(player.points_from_free_throws, player.points)),
      share_of_attempts_threes: round4(ratio(player.threes_attempted, player.field_goals_attempted)),
    })),
);
