import type { BoxFigures } from '../../figures/columns.ts';
import type { ListedGame, Stage } from '../../figures/known.ts';

/**
 * Hold one player's line in a game that was played before game_date; zero minutes means that he did not play. `team` is the
 * team that listed him.
 */
export type PlayerBoxscore = Readonly<{
  game_date: string;
  game_id: string;
  played_on: string;
  player_lookup: string;
  player_name: string;
  team: string;
}> &
  BoxFigures;

/** Hold one listed game: of game_date itself, or of the days since the last date with games. */
export type ScheduledGame = ListedGame & Readonly<{ game_date: string }>;

/** Hold one player who is listed and cannot be expected to play. */
export type InjuryReportPlayer = Readonly<{
  game_date: string;
  player_lookup: string;
  player_name: string;
  team: string;
  status: 'out';
  reason: string;
}>;

/** Hold one player of a roster; `position` is null where the source does not know it. */
export type RosterPlayer = Readonly<{
  game_date: string;
  player_lookup: string;
  player_name: string;
  team: string;
  position: string | null;
}>;

/** Hold one team's totals in one game; `minutes` counts all players (240 without overtime). */
export type TeamBoxscore = Readonly<{
  game_date: string;
  game_id: string;
  played_on: string;
  team: string;
  final_score: number;
}> &
  BoxFigures;

/** Hold one final score; `periods` is 4, plus one per overtime. */
export type GameScore = Readonly<{
  game_date: string;
  game_id: string;
  played_on: string;
  home_team: string;
  away_team: string;
  stage: Stage;
  home_points: number;
  away_points: number;
  periods: number;
}>;
