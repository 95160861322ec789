import type { PlayerGameSummary } from '../analytics/player-game-summary.ts';
import type { UpcomingPlayerGameContext } from '../analytics/upcoming-game-context.ts';
import { ratio, round4 } from '../formulas.ts';
import { defineComputation, indexRows, readRows } from '../row.ts';

/**
 * Hold what is known about one listed player: his game of the date beside the context of that game.
 *
 * `minutes` and all after it are null where the player has no game summary; `points_per_36` is null
 * without minutes too.
 */
export type PlayerDailyCache = Readonly<{
  game_date: string;
  game_id: string;
  player_lookup: string;
  player_name: string;
  team: string;
  opponent: string;
  home: boolean;
  availability: 'available' | 'out';
  minutes: number | null;
  points: number | null;
  points_per_36: number | null;
  usage_rate: number | null;
  true_shooting: number | null;
}>;

/** Compute player_daily_cache: one row per player with an upcoming game. */
export const PLAYER_DAILY_CACHE = defineComputation<PlayerDailyCache>(
  'player_daily_cache',
  ['player_game_summary', 'upcoming_player_game_context'],
  ['player_lookup'],
  (tables) => {
    const summaries = indexRows(
      readRows<PlayerGameSummary>(tables, 'player_game_summary'),
      (player) => player.player_lookup,
    );
    return readRows<UpcomingPlayerGameContext>(tables, 'upcoming_player_game_context').map((context) => {
      const { position: _, ...listed } = context;
      const summary = summaries.get(context.player_lookup);
      if (summary === undefined) return { ...listed, ...UNKNOWN };
      const { minutes, points, usage_rate, true_shooting } = summary;
      const points_per_36 = round4(ratio(36 * points, minutes));
      return { ...listed, minutes, points, points_per_36, usage_rate, true_shooting };
    });
  },
);

const UNKNOWN = {
  minutes: null,
  points: null,
  points_per_36: null,
  usage_rate: null,
  true_shooting: null,
} as const;
