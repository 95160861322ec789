import type { Game, Player, PlayerLine, Slate } from './slate.ts';
import { replaySlate } from './slate.ts';

/** Say what a game is for: a cup final is played, but counts in no average and no total. */
export type Stage = 'regular' | 'cup_final';

/** Describe a game as it is listed beforehand; `plays_on` is its US Eastern day. */
export type ListedGame = Readonly<{
  game_id: string;
  plays_on: string;
  home_team: string;
  away_team: string;
  stage: Stage;
  is_neutral: boolean;
}>;

/** Describe a finished game, and the day on which it was played. */
export type PlayedGame = Game & Readonly<{ played_on: string; stage: Stage; is_neutral: boolean }>;

/** Hold one line of a finished game; `team` is the team that it was played for. */
export type PlayedLine = PlayerLine & Readonly<{ played_on: string; player_name: string | null }>;

/** Describe a player who is known beforehand not to play. */
export type AbsentPlayer = Readonly<{
  player_lookup: string;
  player_name: string;
  team: string;
  reason: string;
}>;

/**
 * Hold all that can be known before the first game of `game_date`: its list of games, the rosters and the injury report
 * of that morning, and the box scores of the games that were played since the last date with games. `played` and
 * `player_lines` never hold a game of `game_date` or of a later day. A date without games is empty throughout.
 *
 * `source` says in words where the figures come from, and above all whether they are simulated.
 */
export type Known = Readonly<{
  game_date: string;
  source: string;
  games: readonly ListedGame[];
  players: readonly Player[];
  absent: readonly AbsentPlayer[];
  played: readonly PlayedGame[];
  player_lines: readonly PlayedLine[];
}>;

/** Why somebody is absent whose absence was not reported but read from a box score. */
const DERIVED = 'did_not_play_last_game';

/**
 * Let the teams of a slate meet again in the same pairs on `game_date`, one day after its games were played.
 *
 * The box scores are the slate's. The new list of games is made up; who had no minutes is listed as out, since a slate
 * has no injury report.
 *
 * @param games_max  how many games to keep, counted from the first; 0 makes a date without games.
 */
export function knownAfter(slate: Slate, game_date: string, games_max?: number): Known {
  const played_on = dayBefore(game_date);
  const last = replaySlate(slate, played_on, games_max);
  const next = replaySlate(slate, game_date, games_max);
  const names = new Map(last.players.map((player) => [player.player_lookup, player.player_name]));
  const minutes = new Map<string, number>();
  for (const line of last.player_lines) {
    minutes.set(line.player_lookup, (minutes.get(line.player_lookup) ?? 0) + line.minutes);
  }
  const stage = { stage: 'regular', is_neutral: false } as const;
  return {
    game_date,
    source: `box scores of ${slate.game_date}, and a made-up list of games: the same pairs meet again`,
    games: next.games.map(({ game_id, home_team, away_team }) => ({
      game_id,
      plays_on: game_date,
      home_team,
      away_team,
      ...stage,
    })),
    players: next.players,
    absent: next.players
      .filter((player) => minutes.get(player.player_lookup) === 0)
      .map(({ player_lookup, player_name, team }) => ({ player_lookup, player_name, team, reason: DERIVED })),
    played: last.games.map((game) => ({ ...game, played_on, ...stage })),
    player_lines: last.player_lines.map((line) => ({
      ...line,
      played_on,
      player_name: names.get(line.player_lookup) ?? null,
    })),
  };
}

/** Give the calendar day before a date, or `days` before it; a negative number leads to later days. */
export function dayBefore(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 24 * 3600 * 1000;
