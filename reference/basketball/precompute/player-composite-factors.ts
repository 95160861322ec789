import type { TeamOffenseGameSummary } from '../analytics/team-offense-game-summary.ts';
import type { UpcomingPlayerGameContext } from '../analytics/upcoming-game-context.ts';
import { ratio, round4, sum } from '../formulas.ts';
import { defineLookingBack, indexTable, readRows, type TableReader } from '../row.ts';
import { addTotals, BEFORE_ALL, keptShare, moveOn, type Position, scaleTotals, unseen } from './look-back.ts';
import type { PlayerDailyCache } from './player-daily-cache.ts';
import type { PlayerShotZoneAnalysis } from './player-shot-zone-analysis.ts';
import type { TeamDefenseZoneAnalysis } from './team-defense-zone-analysis.ts';

/**
 * Hold how the game at hand bends one player's scoring.
 *
 * - `matchup_factor`: his points shares weighted with the opponent's zone factors; above 1 is an easier game.
 * - `pace_factor`: how fast both teams like to play, against the league; the mean of a team is steadied by STEADY games.
 * - `venue_factor`: how much more home teams score than visitors; 1 on a neutral court.
 * - `rest_factor`: below 1 on the second of two days.
 * - `usage_share`: part of his team's plays in a game of 48 minutes that he can be expected to finish, 0 to 1.
 * - `league_points_per_36`: points per player and 36 minutes over all games of the season.
 *
 * Null where nothing is known of the player, his team or his opponent.
 */
export type PlayerCompositeFactors = Readonly<{
  game_date: string;
  player_lookup: string;
  team: string;
  opponent: string;
  matchup_factor: number | null;
  pace_factor: number | null;
  venue_factor: number | null;
  rest_factor: number;
  usage_share: number | null;
  league_points_per_36: number | null;
}>;

/** State how many games of a mean team steady a pace. */
const STEADY = 5;

/** State how many points, of some fifty games, steady what home teams score against visitors. */
const STEADY_POINTS = 5_500;

/** State what is left of a player's scoring on the second of two days. */
const SECOND_DAY = 0.985;

type State = Readonly<{
  position: Position;
  /** Per team: games, and the sum of their paces. */
  teams: Readonly<Record<string, readonly number[]>>;
  /** Points, game minutes, points of home teams and of visitors. */
  league: readonly number[];
}>;

/** Compute player_composite_factors: one row per player with an upcoming game. Looks back. */
export const PLAYER_COMPOSITE_FACTORS = defineLookingBack<State, PlayerCompositeFactors>(
  'player_composite_factors',
  [
    'team_defense_zone_analysis',
    'player_shot_zone_analysis',
    'player_daily_cache',
    'upcoming_player_game_context',
    'team_offense_game_summary',
  ],
  ['player_lookup'],
  1,
  { empty: { position: BEFORE_ALL, teams: {}, league: [] }, add: addGames, rows: combineFactors },
);

function addGames(state: State, tables: TableReader): State {
  const games = unseen(
    readRows<TeamOffenseGameSummary>(tables, 'team_offense_game_summary'),
    state.position,
    (game) => game.team,
  );
  const position = moveOn(state.position, games);
  const share = keptShare(state.position, position);
  const teams: Record<string, readonly number[]> = { ...scaleTotals(state.teams, share) };
  let league = scaleTotals({ league: state.league }, share)['league'] ?? [];
  for (const { counts, team, home, pace, points, game_minutes } of games) {
    if (!counts) continue;
    teams[team] = addTotals(teams[team] ?? [], [1, pace]);
    league = addTotals(league, [points, game_minutes, home ? points : 0, home ? 0 : points]);
  }
  return { position, teams, league };
}

function combineFactors(tables: TableReader, state: State): readonly PlayerCompositeFactors[] {
  const defenses = indexTable<TeamDefenseZoneAnalysis>(tables, 'team_defense_zone_analysis', 'team');
  const shots = indexTable<PlayerShotZoneAnalysis>(tables, 'player_shot_zone_analysis', 'player_lookup');
  const caches = indexTable<PlayerDailyCache>(tables, 'player_daily_cache', 'player_lookup');
  const paceOf = relativePaces(state);
  const [points = 0, minutes = 0, home_points = 0, away_points = 0] = state.league;
  const league_points_per_36 = round4(ratio(36 * points, 5 * minutes));
  return readRows<UpcomingPlayerGameContext>(tables, 'upcoming_player_game_context').map((context) => {
    const { game_date, player_lookup, team, opponent, home, is_neutral } = context;
    const own = paceOf(team);
    const other = paceOf(opponent);
    const cache = caches.get(player_lookup);
    const scored = (home ? home_points : away_points) + STEADY_POINTS;
    const venue = ratio(2 * scored, home_points + away_points + 2 * STEADY_POINTS);
    return {
      game_date,
      player_lookup,
      team,
      opponent,
      matchup_factor: matchupFactor(defenses.get(opponent), shots.get(player_lookup)),
      pace_factor: own === null || other === null ? null : round4(own * other),
      venue_factor: is_neutral ? 1 : round4(venue),
      rest_factor: cache?.back_to_back === true ? SECOND_DAY : 1,
      usage_share: usageShare(cache),
      league_points_per_36,
    };
  });
}

/** A team of which nothing is known has no pace; the others have one around 1. */
function relativePaces({ teams }: State): (team: string) => number | null {
  const all = Object.values(teams);
  const mean = ratio(sum(all.map(([, paces = 0]) => paces)), sum(all.map(([games = 0]) => games)));
  return (team) => {
    const [games = 0, paces = 0] = teams[team] ?? [];
    if (mean === null || games === 0) return null;
    return ratio((paces + STEADY * mean) / (games + STEADY), mean);
  };
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
  // without a factor is one in which nobody scored, so its share is zero for everybody.
  if (shots.share_of_points_twos === null) return defense.defense_factor;
  return round4(weighted.reduce((total, [share, factor]) => total + (share ?? 0) * (factor ?? 0), 0));
}

function usageShare(cache: PlayerDailyCache | undefined): number | null {
  if (cache === undefined || cache.usage_rate === null || cache.minutes === null) return null;
  return round4(((cache.usage_rate / 100) * cache.minutes) / 48);
}
