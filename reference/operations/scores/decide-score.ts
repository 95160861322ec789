/** One player who played: what was said of him, and what he did. Points. */
export interface Comparison {
  readonly scored: number;
  /** Null when nobody predicted him. */
  readonly predicted: number | null;
  /** His mean of the season before the game; null in his first. */
  readonly season_average: number | null;
}

/** How well some players were predicted. Means are null over nobody. */
export interface Score {
  /** Players with minutes, and those of them who were predicted. */
  readonly played: number;
  readonly predicted: number;
  /** 100 × predicted / played. */
  readonly coverage_percent: number | null;
  /** Mean of |predicted − scored|, and of predicted − scored, over the predicted. */
  readonly mae: number | null;
  readonly bias: number | null;
  /** The same over those who have a season average too, beside that of the season average. */
  readonly compared: number;
  readonly compared_mae: number | null;
  readonly baseline_mae: number | null;
  readonly baseline_bias: number | null;
}

/**
 * Score what was said of players against what they did. The order of the players never matters.
 *
 * @returns every mean with 4 decimals.
 */
export function decideScore(players: readonly Comparison[]): Score {
  const predicted = players.flatMap(({ predicted, scored }) =>
    predicted === null ? [] : [predicted - scored],
  );
  const both = players.flatMap(({ predicted, season_average, scored }) =>
    predicted === null || season_average === null
      ? []
      : [{ own: predicted - scored, baseline: season_average - scored }],
  );
  const own = both.map((player) => player.own);
  const baseline = both.map((player) => player.baseline);
  return {
    played: players.length,
    predicted: predicted.length,
    coverage_percent: players.length === 0 ? null : round4((100 * predicted.length) / players.length),
    mae: mean(predicted.map(Math.abs)),
    bias: mean(predicted),
    compared: both.length,
    compared_mae: mean(own.map(Math.abs)),
    baseline_mae: mean(baseline.map(Math.abs)),
    baseline_bias: mean(baseline),
  };
}

/** Adds smallest first, so that the last digit does not depend on the order. */
function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return round4(values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length);
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
