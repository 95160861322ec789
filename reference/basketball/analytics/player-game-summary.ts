import { gameMinutes, plays, round4, trueShooting, usageRate } from '../formulas.ts';
import type { PlayerBoxscore, RosterPlayer, TeamBoxscore } from '../raw/rows.ts';
import { defineComputation, indexRows, indexTable, readRows, type TableReader } from '../row.ts';
import { readTeamGames, type TeamGame, teamGameKey } from './games.ts';

/**
 * Hold what one listed player did in a game that was played since the last date with games.
 *
 * `counts` is false for a cup final.
 *
 * `usage_rate` (percent) is null without minutes or team totals, `true_shooting` without attempts, and
 * `opponent`, `home`, `win` without a final score.
 */
export type PlayerGameSummary = Readonly<{
  game_date: string;
  game_id: string;
  played_on: string;
  counts: boolean;
  player_lookup: string;
  player_name: string;
  team: string;
  opponent: string | null;
  home: boolean | null;
  win: boolean | null;
  position: string | null;
  minutes: number;
  points: number;
  points_from_twos: number;
  points_from_threes: number;
  points_from_free_throws: number;
  field_goals_attempted: number;
  threes_attempted: number;
  free_throws_attempted: number;
  rebounds: number;
  assists: number;
  steals: number;
  blocks: number;
  turnovers: number;
  fouls: number;
  usage_rate: number | null;
  true_shooting: number | null;
}>;

/** Compute player_game_summary: one row per player line, also of players without minutes. */
export const PLAYER_GAME_SUMMARY = defineComputation<PlayerGameSummary>(
  'player_game_summary',
  ['bdl_player_boxscores', 'nbac_team_boxscores', 'nbac_game_scores', 'bdl_active_rosters'],
  ['game_id', 'player_lookup'],
  summarisePlayers,
);

function summarisePlayers(tables: TableReader): readonly PlayerGameSummary[] {
  const totals = indexRows(readRows<TeamBoxscore>(tables, 'nbac_team_boxscores'), teamGameKey);
  const games = indexRows(readTeamGames(tables), teamGameKey);
  const rosters = indexTable<RosterPlayer>(tables, 'bdl_active_rosters', 'player_lookup');
  return readRows<PlayerBoxscore>(tables, 'bdl_player_boxscores').map((line) => {
    const game = games.get(teamGameKey(line));
    const position = rosters.get(line.player_lookup)?.position ?? null;
    return summarise(line, game, position, totals.get(teamGameKey(line)));
  });
}

function summarise(
  line: PlayerBoxscore,
  game: TeamGame | undefined,
  position: string | null,
  team: TeamBoxscore | undefined,
): PlayerGameSummary {
  const { game_date, game_id, played_on, player_lookup, player_name, minutes, points } = line;
  return {
    game_date,
    game_id,
    played_on,
    counts: game?.counts ?? true,
    player_lookup,
    player_name,
    team: line.team,
    opponent: game?.opponent ?? null,
    home: game?.home ?? null,
    win: game === undefined ? null : game.points > game.points_allowed,
    position,
    minutes,
    points,
    points_from_twos: 2 * (line.field_goals_made - line.threes_made),
    points_from_threes: 3 * line.threes_made,
    points_from_free_throws: line.free_throws_made,
    field_goals_attempted: line.field_goals_attempted,
    threes_attempted: line.threes_attempted,
    free_throws_attempted: line.free_throws_attempted,
    rebounds: line.rebounds_offensive + line.rebounds_defensive,
    assists: line.assists,
    steals: line.steals,
    blocks: line.blocks,
    turnovers: line.turnovers,
    fouls: line.fouls,
    usage_rate: usageOf(line, game, team),
    true_shooting: round4(trueShooting(points, line.field_goals_attempted, line.free_throws_attempted)),
  };
}

function usageOf(
  line: PlayerBoxscore,
  game: TeamGame | undefined,
  team: TeamBoxscore | undefined,
): number | null {
  if (game === undefined || team === undefined) return null;
  return round4(usageRate(plays(line), line.minutes, plays(team), gameMinutes(game.periods)));
}
