import { defineComputation, indexTable, type Row, readRows, type TableReader } from '../row.ts';
import type { PlayerCompositeFactors } from './player-composite-factors.ts';
import type { PlayerDailyCache } from './player-daily-cache.ts';
import type { PlayerShotZoneAnalysis } from './player-shot-zone-analysis.ts';
import type { TeamDefenseZoneAnalysis } from './team-defense-zone-analysis.ts';

/**
 * Say why a player cannot be estimated.
 *
 * `listed_out` and `no_minutes` are facts about the player: he is hurt, or has never had minutes, as before his first game.
 * `no_factors` means that figures are missing which a complete run has, and counts as failed.
 */
export type NotReadyReason = 'no_minutes' | 'listed_out' | 'no_factors';

/**
 * Hold all features of one listed player, and whether they suffice for an estimate. All of them were known before the first
 * game of game_date.
 *
 * `ready` is true exactly where `not_ready_reason` is null; then minutes, points_per_36_last_10 and the factors are numbers.
 * Figures of the season are null for a player who has not played in it yet, ready or not.
 */
export type FeatureRow = Omit<PlayerDailyCache, 'availability'> &
  Readonly<{
    ready: boolean;
    not_ready_reason: NotReadyReason | null;
    share_of_attempts_threes: number | null;
    opponent_defense_factor: number | null;
    matchup_factor: number | null;
    pace_factor: number | null;
    venue_factor: number | null;
    rest_factor: number | null;
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
  const failed: readonly unknown[] = ['no_factors'] satisfies NotReadyReason[];
  return {
    players_ready: rows.filter((row) => row['ready'] === true).length,
    players_total: rows.length,
    players_failed: rows.filter((row) => failed.includes(row['not_ready_reason'])).length,
  };
}

function collectFeatures(tables: TableReader): readonly FeatureRow[] {
  const defenses = indexTable<TeamDefenseZoneAnalysis>(tables, 'team_defense_zone_analysis', 'team');
  const shots = indexTable<PlayerShotZoneAnalysis>(tables, 'player_shot_zone_analysis', 'player_lookup');
  const factors = indexTable<PlayerCompositeFactors>(tables, 'player_composite_factors', 'player_lookup');
  return readRows<PlayerDailyCache>(tables, 'player_daily_cache').map((player) => {
    const own = factors.get(player.player_lookup);
    const not_ready_reason = whyNotReady(player, own);
    const { availability: _, ...known } = player;
    return {
      ...known,
      ready: not_ready_reason === null,
      not_ready_reason,
      share_of_attempts_threes: shots.get(player.player_lookup)?.share_of_attempts_threes ?? null,
      opponent_defense_factor: defenses.get(player.opponent)?.defense_factor ?? null,
      matchup_factor: own?.matchup_factor ?? null,
      pace_factor: own?.pace_factor ?? null,
      venue_factor: own?.venue_factor ?? null,
      rest_factor: own?.rest_factor ?? null,
      usage_share: own?.usage_share ?? null,
      league_points_per_36: own?.league_points_per_36 ?? null,
    };
  });
}

function whyNotReady(
  player: PlayerDailyCache,
  factors: PlayerCompositeFactors | undefined,
): NotReadyReason | null {
  if (player.availability === 'out') return 'listed_out';
  if (player.minutes === null) return 'no_minutes';
  if (factors === undefined) return 'no_factors';
  const { matchup_factor, pace_factor, venue_factor, league_points_per_36 } = factors;
  return [matchup_factor, pace_factor, venue_factor, league_points_per_36].includes(null)
    ? 'no_factors'
    : null;
}
