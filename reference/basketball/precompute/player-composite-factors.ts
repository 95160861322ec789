import type { TeamOffenseGameSummary } from '../analytics/team-offense-game-summary.ts';
import type { UpcomingPlayerGameContext } from '../analytics/upcoming-game-context.ts';
import { ratio, round4, sum } from '../formulas.ts';
import { defineComputation, indexRows, readRows, type TableReader } from '../row.ts';
import type { PlayerDailyCache } from './player-daily-cache.ts';
import type { PlayerShotZoneAnalysis } from './player-shot-zone-analysis.ts';
import type { TeamDefenseZoneAnalysis } from './team-defense-zone-analysis.ts';

/**
 * Hold how the game at hand bends one player's scoring.
 *
 * - `matchup_factor`: his points shares weighted with the opponent's zone factors; above 1 is an easier game.
 * - `pace_factor`: pace of his team's game against the mean pace of the date.
 * - `usage_share`: part of his team's plays in the whole game that he finished, 0 to 1; a team adds up to 1.
 * - `league_points_per_36`: points per player and 36 minutes over all games of the date.
 *
 * Null where a table that it needs has no row for the player, his team or his opponent.
 */
export type PlayerCompositeFactors = Readonly<{
  game_date: string;
  player_lookup: string;
  team: string;
  opponent: string;
  matchup_factor: number | null;
  pace_factor: number | null;
  usage_share: number | null;
  league_points_per_36: number | null;
}>;

/** Compute player_composite_factors: one row per player with an upcoming game. */
export const PLAYER_COMPOSITE_FACTORS = defineComputation<PlayerCompositeFactors>(
  'player_composite_factors',
  [
    'team_defense_zone_analysis',
    'player_shot_zone_analysis',
    'player_daily_cache',
    'upcoming_player_game_context',
    'team_offense_game_summary',
  ],
  ['player_lookup'],
  combineFactors,
);

function combineFactors(tables: TableReader): readonly PlayerCompositeFactors[] {
  const defenses = indexRows(
    readRows<TeamDefenseZoneAnalysis>(tables, 'team_defense_zone_analysis'),
    (row) => row.team,
  );
  const shots = indexRows(
    readRows<PlayerShotZoneAnalysis>(tables, 'player_shot_zone_analysis'),
    (row) => row.player_lookup,
  );
  const caches = indexRows(
    readRows<PlayerDailyCache>(tables, 'player_daily_cache'),
    (row) => row.player_lookup,
  );
  const games = readRows<TeamOffenseGameSummary>(tables, 'team_offense_game_summary');
  const offenses = indexRows(games, (row) => row.team);
  const mean_pace = ratio(sum(games.map((game) => game.pace)), games.length);
  const league_points_per_36 = round4(
    ratio(36 * sum(games.map((game) => game.points)), 5 * sum(games.map((game) => game.game_minutes))),
  );
  return readRows<UpcomingPlayerGameContext>(tables, 'upcoming_player_game_context').map((context) => {
    const { game_date, player_lookup, team, opponent } = context;
    const offense = offenses.get(team);
    const pace_factor =
      offense === undefined || mean_pace === null ? null : round4(ratio(offense.pace, mean_pace));
    return {
      game_date,
      player_lookup,
      team,
      opponent,
      matchup_factor: matchupFactor(defenses.get(opponent), shots.get(player_lookup)),
      pace_factor,
      usage_share: usageShare(caches.get(player_lookup), offense),
      league_points_per_36,
    };
  });
}

function matchupFactor(
  defense: TeamDefenseZoneAnalysis | undefined,
  shots: PlayerShotZoneAnalysis | undefined,
): number | null {
  if (defense === undefined || shots === undefined || defense.defense_factor === null) return null;
  const weighted = [
    [shots.share_of_points_twos, defense.twos_factor],
    [shots.share_of_points_threes, defense.threes_factor],
    [shots.share_of_points_free_throws, defense.free_throws_factor],
  ] as const;
  // Who has not scored has no shares: the opponent's defense as a whole is the best that is known. A zone
  // without a factor is one in which nobody scored on this date, so its share is zero for everybody.
  if (shots.share_of_points_twos === null) return defense.defense_factor;
  return round4(weighted.reduce((total, [share, factor]) => total + (share ?? 0) * (factor ?? 0), 0));
}

function usageShare(
  cache: PlayerDailyCache | undefined,
  offense: TeamOffenseGameSummary | undefined,
): number | null {
  if (cache === undefined || offense === undefined) return null;
  if (cache.usage_rate === null || cache.minutes === null) return null;
  return round4(ratio((cache.usage_rate / 100) * cache.minutes, offense.game_minutes));
}
