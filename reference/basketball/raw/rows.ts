import type { BoxFigures } from '../../figures/columns.ts';

/** Hold one player's line; zero minutes means that he did not play. */
export type PlayerBoxscore = Readonly<{
  game_date: string;
  game_id: string;
  player_lookup: string;
  player_name: string;
  team: string;
}> &
  BoxFigures;

/** Hold one scheduled game. */
export type ScheduledGame = Readonly<{
  game_date: string;
  game_id: string;
  home_team: string;
  away_team: string;
}>;

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
  team: string;
  final_score: number;
}> &
  BoxFigures;

/** Hold one final score; `periods` is 4, plus one per overtime. */
export type GameScore = Readonly<{
  game_date: string;
  game_id: string;
  home_team: string;
  away_team: string;
  home_points: number;
  away_points: number;
  periods: number;
}>;
