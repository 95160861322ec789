import type { TeamDefenseGameSummary } from '../analytics/team-defense-game-summary.ts';
import type { TeamOffenseGameSummary } from '../analytics/team-offense-game-summary.ts';
import { rating, ratio, round4, sum } from '../formulas.ts';
import { defineComputation, readRows, type TableReader } from '../row.ts';

/**
 * Hold how many points one team's defense allows per zone, against the mean of the date.
 *
 * `*_allowed_per_100` are points per 100 opponent possessions. A factor is that figure divided by the same
 * figure of all teams of the date together: below 1 is a better defense than the mean. Null where the
 * divisor is zero.
 */
export type TeamDefenseZoneAnalysis = Readonly<{
  game_date: string;
  game_id: string;
  team: string;
  twos_allowed_per_100: number | null;
  threes_allowed_per_100: number | null;
  free_throws_allowed_per_100: number | null;
  twos_factor: number | null;
  threes_factor: number | null;
  free_throws_factor: number | null;
  defense_factor: number | null;
  league_offensive_rating: number | null;
}>;

/** Compute team_defense_zone_analysis: one row per team with a defense summary. */
export const TEAM_DEFENSE_ZONE_ANALYSIS = defineComputation<TeamDefenseZoneAnalysis>(
  'team_defense_zone_analysis',
  ['team_defense_game_summary', 'team_offense_game_summary'],
  ['team'],
  analyseZones,
);

type Zone = 'points_allowed_twos' | 'points_allowed_threes' | 'points_allowed_free_throws';

function analyseZones(tables: TableReader): readonly TeamDefenseZoneAnalysis[] {
  const defenses = readRows<TeamDefenseGameSummary>(tables, 'team_defense_game_summary');
  const offenses = readRows<TeamOffenseGameSummary>(tables, 'team_offense_game_summary');
  const league_possessions = sum(defenses.map((team) => team.opponent_possessions));
  const leagueRate = (zone: Zone) => rating(sum(defenses.map((team) => team[zone])), league_possessions);
  const league_offensive_rating = rating(
    sum(offenses.map((team) => team.points)),
    sum(offenses.map((team) => team.possessions)),
  );
  return defenses.map((team) => {
    const allowed = (zone: Zone) => rating(team[zone], team.opponent_possessions);
    const factor = (zone: Zone) => round4(compare(allowed(zone), leagueRate(zone)));
    return {
      game_date: team.game_date,
      game_id: team.game_id,
      team: team.team,
      twos_allowed_per_100: round4(allowed('points_allowed_twos')),
      threes_allowed_per_100: round4(allowed('points_allowed_threes')),
      free_throws_allowed_per_100: round4(allowed('points_allowed_free_throws')),
      twos_factor: factor('points_allowed_twos'),
      threes_factor: factor('points_allowed_threes'),
      free_throws_factor: factor('points_allowed_free_throws'),
      defense_factor: round4(compare(team.defensive_rating, league_offensive_rating)),
      league_offensive_rating: round4(league_offensive_rating),
    };
  });
}

function compare(own: number | null, league: number | null): number | null {
  return own === null || league === null ? null : ratio(own, league);
}
