import type { Row } from './row.ts';

/** State how many minutes of a mean player, or of the player's own last season, steady his rate. */
const PRIOR_MINUTES = 120;

/** State how much of a player's own rate is that of his last ten games; the rest is that of the season. */
const RECENT_SHARE = 0.25;

/** State how far one factor may bend an estimate, either way: 0.85 to 1.15. */
const FACTOR_RANGE = 0.15;

/**
 * Hold an estimate of a player's points and how it came about.
 *
 * `points` has 2 decimals; `rate_per_36` is the steadied scoring rate in points per 36 minutes;
 * the factors are as used, within 1 ± FACTOR_RANGE.
 */
export type Estimate = Readonly<{
  points: number;
  minutes: number;
  rate_per_36: number;
  matchup_factor: number;
  pace_factor: number;
  venue_factor: number;
  rest_factor: number;
}>;

/**
 * Estimate a player's points, if he plays, from his row of ml_feature_store_v2 and from nothing else.
 *
 *     own         = 0.75 × points_per_36 + 0.25 × points_per_36_last_10
 *     prior       = points_per_36_before, or league_points_per_36 without a season before
 *     rate_per_36 = (own × minutes_season + prior × 120) / (minutes_season + 120)
 *     points      = rate_per_36 × minutes / 36 × matchup_factor × pace_factor × venue_factor × rest_factor
 *
 * The 120 minutes steady rates made in few: six points in two minutes are no promise of 108 in 36. A player without
 * minutes this season has only the prior. Same row, same estimate.
 *
 * @returns undefined for a row that is not ready; `not_ready_reason` says why.
 */
export function estimatePoints(feature_row: Row): Estimate | undefined {
  const { ready, minutes, matchup_factor, pace_factor, venue_factor, rest_factor } = feature_row;
  const rate = steadyRate(feature_row);
  if (ready !== true || rate === undefined || !isAmount(minutes)) return undefined;
  if (!isAmount(matchup_factor) || !isAmount(pace_factor)) return undefined;
  if (!isAmount(venue_factor) || !isAmount(rest_factor)) return undefined;
  const used = {
    matchup_factor: limit(matchup_factor),
    pace_factor: limit(pace_factor),
    venue_factor: limit(venue_factor),
    rest_factor: limit(rest_factor),
  };
  const bent = used.matchup_factor * used.pace_factor * used.venue_factor * used.rest_factor;
  return { points: round2(((rate * minutes) / 36) * bent), minutes, rate_per_36: round2(rate), ...used };
}

function steadyRate(row: Row): number | undefined {
  const { minutes_season, points_per_36, points_per_36_last_10, points_per_36_before } = row;
  const { league_points_per_36 } = row;
  if (!isAmount(minutes_season) || !isAmount(league_points_per_36)) return undefined;
  if (!isAmount(points_per_36_last_10)) return undefined;
  const prior = isAmount(points_per_36_before) ? points_per_36_before : league_points_per_36;
  if (!isAmount(points_per_36)) return minutes_season === 0 ? prior : undefined;
  const own = (1 - RECENT_SHARE) * points_per_36 + RECENT_SHARE * points_per_36_last_10;
  return (own * minutes_season + prior * PRIOR_MINUTES) / (minutes_season + PRIOR_MINUTES);
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function limit(factor: number): number {
  return Math.min(1 + FACTOR_RANGE, Math.max(1 - FACTOR_RANGE, factor));
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
