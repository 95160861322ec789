import type { PlayerGameSummary } from '../analytics/player-game-summary.ts';
import { ratio, round4 } from '../formulas.ts';
import { defineLookingBack, readRows, type TableReader } from '../row.ts';
import { addTotals, BEFORE_ALL, daysFrom, keptShare, moveOn, type Position, unseen } from './look-back.ts';

/**
 * Hold from where one player scores, over his games of the season.
 *
 * Shares are 0 to 1. The three `share_of_points_*` add up to 1 and are null without points; the share of
 * attempts that are three-pointers is null without attempts.
 */
export type PlayerShotZoneAnalysis = Readonly<{
  game_date: string;
  player_lookup: string;
  team: string;
  share_of_points_twos: number | null;
  share_of_points_threes: number | null;
  share_of_points_free_throws: number | null;
  share_of_attempts_threes: number | null;
}>;

/** State after how many days without a line a player is forgotten. */
const FORGOTTEN_DAYS = 400;

type Shots = Readonly<{
  team: string;
  listed_on: string;
  /** Points from twos, threes and free throws; field goals and threes attempted. */
  totals: readonly number[];
}>;
type State = Readonly<{ position: Position; players: Readonly<Record<string, Shots>> }>;

/** Compute player_shot_zone_analysis: one row per player with a line within the last 400 days. Looks back. */
export const PLAYER_SHOT_ZONE_ANALYSIS = defineLookingBack<State, PlayerShotZoneAnalysis>(
  'player_shot_zone_analysis',
  ['player_game_summary'],
  ['player_lookup'],
  1,
  { empty: { position: BEFORE_ALL, players: {} }, add: addLines, rows: shareOut },
);

function addLines(state: State, tables: TableReader): State {
  const lines = unseen(
    readRows<PlayerGameSummary>(tables, 'player_game_summary'),
    state.position,
    (line) => line.player_lookup,
  );
  const position = moveOn(state.position, lines);
  const share = keptShare(state.position, position);
  const kept = Object.entries(state.players).flatMap(([player_lookup, shots]) =>
    daysFrom(shots.listed_on, position.through) > FORGOTTEN_DAYS
      ? []
      : [[player_lookup, { ...shots, totals: shots.totals.map((value) => round4(value * share)) }] as const],
  );
  const players: Record<string, Shots> = Object.fromEntries(kept);
  for (const line of lines) {
    const held = players[line.player_lookup]?.totals ?? [];
    players[line.player_lookup] = {
      team: line.team,
      listed_on: line.played_on,
      totals: line.counts ? addTotals(held, shotsOf(line)) : held,
    };
  }
  return { position, players };
}

function shotsOf(line: PlayerGameSummary): readonly number[] {
  return [
    line.points_from_twos,
    line.points_from_threes,
    line.points_from_free_throws,
    line.field_goals_attempted,
    line.threes_attempted,
  ];
}

function shareOut(tables: TableReader, { players }: State): readonly PlayerShotZoneAnalysis[] {
  const game_date = readRows<PlayerGameSummary>(tables, 'player_game_summary')[0]?.game_date;
  if (game_date === undefined) return [];
  return Object.entries(players).map(([player_lookup, { team, totals }]) => {
    const [twos = 0, threes = 0, free_throws = 0, attempts = 0, attempted_threes = 0] = totals;
    const points = twos + threes + free_throws;
    return {
      game_date,
      player_lookup,
      team,
      share_of_points_twos: round4(ratio(twos, points)),
      share_of_points_threes: round4(ratio(threes, points)),
      share_of_points_free_throws: round4(ratio(free_throws, points)),
      share_of_attempts_threes: round4(ratio(attempted_threes, attempts)),
    };
  });
}
