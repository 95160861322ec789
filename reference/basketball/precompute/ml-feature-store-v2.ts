import { defineComputation, indexRows, type Row, readRows, type TableReader } from '../row.ts';
import type { PlayerCompositeFactors } from './player-composite-factors.ts';
import type { PlayerDailyCache } from './player-daily-cache.ts';
import type { PlayerShotZoneAnalysis } from './player-shot-zone-analysis.ts';
import type { TeamDefenseZoneAnalysis } from './team-defense-zone-analysis.ts';

/**
 * Say why a player cannot be estimated.
 *
 * `no_minutes` and `listed_out` are facts about the player; `no_player_line` and `no_factors` mean that
 * figures are missing which a complete run has, and count as failed.
 */
export type NotReadyReason = 'no_minutes' | 'listed_out' | 'no_player_line' | 'no_factors';

/**
 * Hold all features of one listed player, and whether they suffice for an estimate.
 *
 * `ready` is true exactly where `not_ready_reason` is null; then minutes, points_per_36 and the factors
 * from matchup_factor to league_points_per_36 are numbers. `true_shooting` and `share_of_attempts_threes`
 * are null for a player without attempts, ready or not.
 */
export type FeatureRow = Readonly<{
  game_date: string;
  game_id: string;
  player_lookup: string;
  player_name: string;
  team: string;
  opponent: string;
  home: boolean;
  ready: boolean;
  not_ready_reason: NotReadyReason | null;
  minutes: number | null;
  points_per_36: number | null;
  usage_rate: number | null;
  true_shooting: number | null;
  share_of_attempts_threes: number | null;
  opponent_defense_factor: number | null;
  matchup_factor: number | null;
  pace_factor: number | null;
  usage_share: number | null;
  league_points_per_36: number | null;
}>;

/** Count the players of a feature store; `players_failed` are the not ready ones whose figures are missing. */
export type FeatureCounts = Readonly<{
  players_ready: number;
  players_total: number;
  players_failed: number;
}>;

/** Compute ml_feature_store_v2: one row per listed player, ready or not. */
export const ML_FEATURE_STORE_V2 = defineComputation<FeatureRow>(
  'ml_feature_store_v2',
  [
    'team_defense_zone_analysis',
    'player_shot_zone_analysis',
    'player_daily_cache',
    'player_composite_factors',
  ],
  ['player_lookup'],
  collectFeatures,
);

/** Count ready, listed and failed players in rows of ml_feature_store_v2. */
export function countFeatures(rows: readonly Row[]): FeatureCounts {
  const failed: readonly unknown[] = ['no_player_line', 'no_factors'] satisfies NotReadyReason[];
  return {
    players_ready: rows.filter((row) => row['ready'] === true).length,
    players_total: rows.length,
    players_failed: rows.filter((row) => failed.includes(row['not_ready_reason'])).length,
  };
}

function collectFeatures(tables: TableReader): readonly FeatureRow[] {
  const defenses = indexRows(
    readRows<TeamDefenseZoneAnalysis>(tables, 'team_defense_zone_analysis'),
    (row) => row.team,
  );
  const shots = indexRows(
    readRows<PlayerShotZoneAnalysis>(tables, 'player_shot_zone_analysis'),
    (row) => row.player_lookup,
  );
  const factors = indexRows(
    readRows<PlayerCompositeFactors>(tables, 'player_composite_factors'),
    (row) => row.player_lookup,
  );
  return readRows<PlayerDailyCache>(tables, 'player_daily_cache').map((player) => {
    const own = factors.get(player.player_lookup);
    const not_ready_reason = whyNotReady(player, own);
    return {
      game_date: player.game_date,
      game_id: player.game_id,
      player_lookup: player.player_lookup,
      player_name: player.player_name,
      team: player.team,
      opponent: player.opponent,
      home: player.home,
      ready: not_ready_reason === null,
      not_ready_reason,
      minutes: player.minutes,
      points_per_36: player.points_per_36,
      usage_rate: player.usage_rate,
      true_shooting: player.true_shooting,
      share_of_attempts_threes: shots.get(player.player_lookup)?.share_of_attempts_threes ?? null,
      opponent_defense_factor: defenses.get(player.opponent)?.defense_factor ?? null,
      matchup_factor: own?.matchup_factor ?? null,
      pace_factor: own?.pace_factor ?? null,
      usage_share: own?.usage_share ?? null,
      league_points_per_36: own?.league_points_per_36 ?? null,
    };
  });
}

function whyNotReady(
  player: PlayerDailyCache,
  factors: PlayerCompositeFactors | undefined,
): NotReadyReason | null {
  if (player.minutes === 0) return 'no_minutes';
  if (player.availability === 'out') return 'listed_out';
  if (player.minutes === null) return 'no_player_line';
  if (factors === undefined) return 'no_factors';
  const { matchup_factor, pace_factor, usage_share, league_points_per_36 } = factors;
  const needed = [matchup_factor, pace_factor, usage_share, league_points_per_36];
  return needed.includes(null) ? 'no_factors' : null;
}
