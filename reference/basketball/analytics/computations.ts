import type { Phase3Processor } from '../../../generated/registry.ts';
import type { Computation } from '../row.ts';
import { PLAYER_GAME_SUMMARY } from './player-game-summary.ts';
import { TEAM_DEFENSE_GAME_SUMMARY } from './team-defense-game-summary.ts';
import { TEAM_OFFENSE_GAME_SUMMARY } from './team-offense-game-summary.ts';
import { UPCOMING_PLAYER_GAME_CONTEXT, UPCOMING_TEAM_GAME_CONTEXT } from './upcoming-game-context.ts';

/** List the Phase 3 processors by canonical name, which is also the name of their table. */
export const ANALYTICS_COMPUTATIONS: Readonly<Record<string, Computation>> = {
  player_game_summary: PLAYER_GAME_SUMMARY,
  team_defense_game_summary: TEAM_DEFENSE_GAME_SUMMARY,
  team_offense_game_summary: TEAM_OFFENSE_GAME_SUMMARY,
  upcoming_player_game_context: UPCOMING_PLAYER_GAME_CONTEXT,
  upcoming_team_game_context: UPCOMING_TEAM_GAME_CONTEXT,
} satisfies Readonly<Record<Phase3Processor, Computation>>;
