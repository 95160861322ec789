import type { Row } from './row.ts';

/** State how many minutes of a mean player are mixed into every player's own rate. */
const PRIOR_MINUTES = 12;

/** State how far one factor may bend an estimate, either way: 0.85 to 1.15. */
const FACTOR_RANGE = 0.15;

/**
 * Hold an estimate of a player's points and how it came about.
 *
 * `points` has 2 decimals; `rate_per_36` is the steadied scoring rate in points per 36 minutes;
 * `matchup_factor` and `pace_factor` are the factors as used, within 1 ± FACTOR_RANGE.
 */
export type Estimate = Readonly<{
  points: number;
  minutes: number;
  rate_per_36: number;
  matchup_factor: number;
  pace_factor: number;
}>;

/**
 * Estimate a player's points from his row of ml_feature_store_v2.
 *
 * rate_per_36 = (points_per_36 × minutes + league_points_per_36 × 12) / (minutes + 12)
 * points      = rate_per_36 × minutes / 36 × matchup_factor × pace_factor
 *
 * The twelve minutes of a mean player steady rates made in few minutes: six points in two minutes are no
 * promise of 108 in 36. Same row, same estimate.
 *
 * @returns undefined for a row that is not ready; `not_ready_reason` says why.
 */
export function estimatePoints(feature_row: Row): Estimate | undefined {
  const { ready, minutes, points_per_36, league_points_per_36, matchup_factor, pace_factor } = feature_row;
  if (ready !== true) return undefined;
  if (!isAmount(minutes) || !isAmount(points_per_36) || !isAmount(league_points_per_36)) return undefined;
  if (!isAmount(matchup_factor) || !isAmount(pace_factor)) return undefined;
  const rate_per_36 =
    (points_per_36 * minutes + league_points_per_36 * PRIOR_MINUTES) / (minutes + PRIOR_MINUTES);
  const matchup = limit(matchup_factor);
  const speed = limit(pace_factor);
  return {
    points: round2(((rate_per_36 * minutes) / 36) * matchup * speed),
    minutes,
    rate_per_36: round2(rate_per_36),
    matchup_factor: matchup,
    pace_factor: speed,
  };
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
