import { possessions, ratio, round4 } from '../formulas.ts';
import type { InjuryReportPlayer, RosterPlayer, ScheduledGame, TeamBoxscore } from '../raw/rows.ts';
import { defineComputation, indexRows, readRows, sortRows, type TableReader } from '../row.ts';

/** Name a game of game_date and one of its teams. `home` is the listed home team also on a neutral court. */
type Fixture = Readonly<{
  game_date: string;
  game_id: string;
  team: string;
  opponent: string;
  home: boolean;
  is_neutral: boolean;
}>;

/**
 * Hold where and against whom a listed player's team plays on game_date, and whether he can be expected to.
 */
export type UpcomingPlayerGameContext = Fixture &
  Readonly<{
    player_lookup: string;
    player_name: string;
    position: string | null;
    availability: 'available' | 'out';
  }>;

/**
 * Hold where and against whom a team plays, and how fast that game can be expected to be.
 *
 * Possessions are per 48 minutes of the team's game since the last slate; null where it had none. `expected_pace` is the
 * mean of both.
 */
export type UpcomingTeamGameContext = Fixture &
  Readonly<{
    possessions_per_48: number | null;
    opponent_possessions_per_48: number | null;
    expected_pace: number | null;
  }>;

/** Compute upcoming_player_game_context: one row per roster player whose team has a game. */
export const UPCOMING_PLAYER_GAME_CONTEXT = defineComputation<UpcomingPlayerGameContext>(
  'upcoming_player_game_context',
  ['nbac_schedule_games', 'bdl_active_rosters', 'nbac_injury_report_players'],
  ['player_lookup'],
  (tables) => {
    const fixtures = indexRows(readFixtures(tables), (fixture) => fixture.team);
    const out = new Set(
      readRows<InjuryReportPlayer>(tables, 'nbac_injury_report_players').map(
        (player) => player.player_lookup,
      ),
    );
    return readRows<RosterPlayer>(tables, 'bdl_active_rosters').flatMap((player) => {
      const { player_lookup, player_name, position } = player;
      const fixture = fixtures.get(player.team);
      const availability = out.has(player_lookup) ? 'out' : 'available';
      return fixture === undefined
        ? []
        : [{ ...fixture, player_lookup, player_name, position, availability }];
    });
  },
);

/** Compute upcoming_team_game_context: one row per team of a scheduled game. */
export const UPCOMING_TEAM_GAME_CONTEXT = defineComputation<UpcomingTeamGameContext>(
  'upcoming_team_game_context',
  ['nbac_schedule_games', 'nbac_team_boxscores'],
  ['game_id', 'team'],
  (tables) => {
    const games = sortRows(
      readRows<TeamBoxscore>(tables, 'nbac_team_boxscores'),
      (row) => `${row.played_on}|${row.game_id}`,
    );
    // Of several games the last one stays.
    const totals = indexRows(games, (row) => row.team);
    return readFixtures(tables).map((fixture) => {
      const own = possessionsPer48(totals.get(fixture.team));
      const other = possessionsPer48(totals.get(fixture.opponent));
      return {
        ...fixture,
        possessions_per_48: round4(own),
        opponent_possessions_per_48: round4(other),
        expected_pace: own === null || other === null ? null : round4((own + other) / 2),
      };
    });
  },
);

/** The list also holds the games since the last slate, which are over. */
function readFixtures(tables: TableReader): readonly Fixture[] {
  return readRows<ScheduledGame>(tables, 'nbac_schedule_games').flatMap((game) => {
    const { game_date, game_id, plays_on, home_team, away_team, is_neutral } = game;
    if (plays_on !== game_date) return [];
    return [
      { game_date, game_id, team: home_team, opponent: away_team, home: true, is_neutral },
      { game_date, game_id, team: away_team, opponent: home_team, home: false, is_neutral },
    ];
  });
}

/** Team minutes count all five players on the floor, so a fifth of them is the length of the game. */
function possessionsPer48(team: TeamBoxscore | undefined): number | null {
  return team === undefined ? null : ratio(48 * possessions(team), team.minutes / 5);
}
