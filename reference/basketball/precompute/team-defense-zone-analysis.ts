import type { TeamDefenseGameSummary } from '../analytics/team-defense-game-summary.ts';
import type { TeamOffenseGameSummary } from '../analytics/team-offense-game-summary.ts';
import { rating, ratio, round4, sum } from '../formulas.ts';
import { defineLookingBack, readRows, type TableReader } from '../row.ts';
import { addTotals, BEFORE_ALL, keptShare, moveOn, type Position, scaleTotals, unseen } from './look-back.ts';

/**
 * Hold how many points one team's defense allows per zone over its games of the season, against all teams.
 *
 * `*_allowed_per_100` are points per 100 opponent possessions. A factor is that figure, with STEADY possessions of a mean
 * team mixed in, divided by the same figure of all teams together: below 1 is a better defense than the mean. Null where
 * the divisor is zero. `possessions` are those of its opponents.
 */
export type TeamDefenseZoneAnalysis = Readonly<{
  game_date: string;
  team: string;
  possessions: number;
  twos_allowed_per_100: number | null;
  threes_allowed_per_100: number | null;
  free_throws_allowed_per_100: number | null;
  twos_factor: number | null;
  threes_factor: number | null;
  free_throws_factor: number | null;
  defense_factor: number | null;
  league_offensive_rating: number | null;
}>;

/** State how many possessions of a mean team steady a factor: about four games. */
const STEADY = 400;

/** Per team: possessions of opponents, points allowed by twos, threes, free throws and in all. */
type State = Readonly<{
  position: Position;
  teams: Readonly<Record<string, readonly number[]>>;
  /** Points and possessions of all offenses. */
  league: readonly number[];
}>;

/** Compute team_defense_zone_analysis: one row per team with a game this season or the last. Looks back. */
export const TEAM_DEFENSE_ZONE_ANALYSIS = defineLookingBack<State, TeamDefenseZoneAnalysis>(
  'team_defense_zone_analysis',
  ['team_defense_game_summary', 'team_offense_game_summary'],
  ['team'],
  1,
  { empty: { position: BEFORE_ALL, teams: {}, league: [0, 0] }, add: addGames, rows: compareTeams },
);

function addGames(state: State, tables: TableReader): State {
  const defenses = unseen(
    readRows<TeamDefenseGameSummary>(tables, 'team_defense_game_summary'),
    state.position,
    (row) => row.team,
  );
  const offenses = unseen(
    readRows<TeamOffenseGameSummary>(tables, 'team_offense_game_summary'),
    state.position,
    (row) => row.team,
  );
  const position = moveOn(state.position, [...defenses, ...offenses]);
  const share = keptShare(state.position, position);
  const teams: Record<string, readonly number[]> = { ...scaleTotals(state.teams, share) };
  for (const game of defenses) {
    if (!game.counts) continue;
    teams[game.team] = addTotals(teams[game.team] ?? [], [
      game.opponent_possessions,
      game.points_allowed_twos,
      game.points_allowed_threes,
      game.points_allowed_free_throws,
      game.points_allowed,
    ]);
  }
  let league = scaleTotals({ league: state.league }, share)['league'] ?? [];
  for (const game of offenses) {
    if (game.counts) league = addTotals(league, [game.points, game.possessions]);
  }
  return { position, teams, league };
}

function compareTeams(tables: TableReader, { teams, league }: State): readonly TeamDefenseZoneAnalysis[] {
  const game_date = readRows<TeamDefenseGameSummary>(tables, 'team_defense_game_summary')[0]?.game_date;
  if (game_date === undefined) return [];
  const all = Object.values(teams);
  const total = (index: number) => sum(all.map((values) => values[index] ?? 0));
  const league_possessions = total(0);
  const [points = 0, possessions = 0] = league;
  const league_offensive_rating = rating(points, possessions);
  return Object.entries(teams).map(([team, values]) => {
    const [own = 0] = values;
    const allowed = (index: number) => rating(values[index] ?? 0, own);
    const factor = (index: number, mean = rating(total(index), league_possessions)) => {
      if (mean === null || mean === 0) return null;
      return round4(ratio(((values[index] ?? 0) * 100 + mean * STEADY) / (own + STEADY), mean));
    };
    return {
      game_date,
      team,
      possessions: round4(own),
      twos_allowed_per_100: round4(allowed(1)),
      threes_allowed_per_100: round4(allowed(2)),
      free_throws_allowed_per_100: round4(allowed(3)),
      twos_factor: factor(1),
      threes_factor: factor(2),
      free_throws_factor: factor(3),
      defense_factor: league_offensive_rating === null ? null : factor(4, league_offensive_rating),
      league_offensive_rating: round4(league_offensive_rating),
    };
  });
}
