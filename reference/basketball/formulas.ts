/**
 * State the share of free throws that end a possession or use up a play.
 *
 * The usual estimate; and-ones, technicals and three-shot fouls keep it under one half.
 */
const FREE_THROW_WEIGHT = 0.44;

/** Name the counts that plays are estimated from, for a player or for a team. */
export type PlayCounts = Readonly<{
  field_goals_attempted: number;
  free_throws_attempted: number;
  turnovers: number;
}>;

/** Estimate how many plays a player or team finished: FGA + 0.44 × FTA + TOV. */
export function plays(counts: PlayCounts): number {
  return counts.field_goals_attempted + FREE_THROW_WEIGHT * counts.free_throws_attempted + counts.turnovers;
}

/**
 * Estimate a team's possessions: FGA + 0.44 × FTA + TOV − OREB.
 *
 * An offensive rebound continues a possession. This is the short estimate that NBA.com uses.
 */
export function possessions(counts: PlayCounts & Readonly<{ rebounds_offensive: number }>): number {
  return plays(counts) - counts.rebounds_offensive;
}

/** Give a game's length in minutes: 48, and 5 more for each period after the fourth. */
export function gameMinutes(periods: number): number {
  return 48 + 5 * (periods - 4);
}

/**
 * Compute the pace of a game: 48 × mean possessions of both teams / game minutes.
 *
 * @returns possessions per team and 48 minutes, the same for both teams. Dividing by the real length keeps
 *          an overtime game from looking fast.
 */
export function pace(possessions_own: number, possessions_opponent: number, game_minutes: number): number {
  return (48 * (possessions_own + possessions_opponent)) / 2 / game_minutes;
}

/** Compute points per 100 possessions; null without possessions. */
export function rating(points: number, team_possessions: number): number | null {
  return ratio(100 * points, team_possessions);
}

/**
 * Compute usage rate: 100 × player plays × game minutes / (player minutes × team plays).
 *
 * @returns percent of the team's plays that the player finished while he was on the floor; null without
 *          minutes or team plays. Basketball-Reference writes team minutes / 5 for game minutes.
 */
export function usageRate(
  player_plays: number,
  player_minutes: number,
  team_plays: number,
  game_minutes: number,
): number | null {
  return ratio(100 * player_plays * game_minutes, player_minutes * team_plays);
}

/** Compute true shooting: points / (2 × (FGA + 0.44 × FTA)), 0 to 1.5; null without attempts. */
export function trueShooting(
  points: number,
  field_goals_attempted: number,
  free_throws_attempted: number,
): number | null {
  return ratio(points, 2 * (field_goals_attempted + FREE_THROW_WEIGHT * free_throws_attempted));
}

/** Divide; null where the divisor is zero or less, since a rate of nothing is unknown and not zero. */
export function ratio(dividend: number, divisor: number): number | null {
  return divisor > 0 ? dividend / divisor : null;
}

/** Add numbers so that their order cannot change the last digit: smallest first. */
export function sum(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0);
}

/** Round to 4 decimals, the precision of every computed column; null stays null. */
export function round4(value: number): number;
export function round4(value: number | null): number | null;
export function round4(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
