import type { GameScore, TeamBoxscore } from '../raw/rows.ts';
import { indexRows, readRows, type TableReader } from '../row.ts';

/** Name a finished game and one of its teams. */
export type GameSide = Readonly<{
  game_date: string;
  game_id: string;
  played_on: string;
  /** False for a cup final, which no average and no total knows. */
  counts: boolean;
  team: string;
  opponent: string;
  home: boolean;
}>;

/** Show a finished game from one team's side. */
export type TeamGame = GameSide & Readonly<{ points: number; points_allowed: number; periods: number }>;

/** Show a finished game from one team's side, with the totals of both teams. */
export type TeamGameTotals = TeamGame & Readonly<{ own: TeamBoxscore; other: TeamBoxscore }>;

/** Name a team within a game. */
export function teamGameKey(row: Readonly<{ game_id: string; team: string }>): string {
  return `${row.game_id}|${row.team}`;
}

/** Give the columns of a game that every summary of one of its teams begins with. */
export function sideOf({ game_date, game_id, played_on, counts, team, opponent, home }: GameSide): GameSide {
  return { game_date, game_id, played_on, counts, team, opponent, home };
}

/** List every finished game twice, once from each side. Reads nbac_game_scores. */
export function readTeamGames(tables: TableReader): readonly TeamGame[] {
  return readRows<GameScore>(tables, 'nbac_game_scores').flatMap((score) => {
    const { game_date, game_id, played_on, periods, stage } = score;
    const { home_team, away_team, home_points, away_points } = score;
    const game = { game_date, game_id, played_on, periods, counts: stage === 'regular' };
    return [
      {
        ...game,
        team: home_team,
        opponent: away_team,
        home: true,
        points: home_points,
        points_allowed: away_points,
      },
      {
        ...game,
        team: away_team,
        opponent: home_team,
        home: false,
        points: away_points,
        points_allowed: home_points,
      },
    ];
  });
}

/**
 * List every finished game from each side with both teams' totals. Reads nbac_game_scores, nbac_team_boxscores.
 *
 * A game of which the totals of either team are missing is left out: half a game gives wrong ratings.
 */
export function readTeamGameTotals(tables: TableReader): readonly TeamGameTotals[] {
  const totals = indexRows(readRows<TeamBoxscore>(tables, 'nbac_team_boxscores'), teamGameKey);
  return readTeamGames(tables).flatMap((game) => {
    const own = totals.get(teamGameKey(game));
    const other = totals.get(teamGameKey({ game_id: game.game_id, team: game.opponent }));
    return own === undefined || other === undefined ? [] : [{ ...game, own, other }];
  });
}
