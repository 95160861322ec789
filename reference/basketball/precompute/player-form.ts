import type { PlayerGameSummary } from '../analytics/player-game-summary.ts';
import { readRows, type TableReader } from '../row.ts';
import { addTotals, BEFORE_ALL, daysFrom, moveOn, type Position, unseen } from './look-back.ts';

/** State how many of a player's last games are kept one by one. */
const RECENT_GAMES = 10;

/** State after how many days without a line a player is forgotten. */
const FORGOTTEN_DAYS = 400;

/** Hold a player's games so far. Only games with minutes that count are in it. */
export type PlayerForm = Readonly<{
  /** The last day on which he played, also in a game that counts for nothing; empty if he never did. */
  played_on: string;
  /** The last day on which a team listed him. */
  listed_on: string;
  /** Of this season, in the order of SEASON_TOTALS. */
  season: readonly number[];
  /** The same of the season before this one in which he played; empty if there is none. */
  season_before: readonly number[];
  /** Minutes and points of the last games, oldest first, across seasons. */
  recent: readonly (readonly [minutes: number, points: number])[];
}>;

/** Name the totals of a season in order: usage is weighted by minutes. */
export const SEASON_TOTALS = [
  'games',
  'minutes',
  'points',
  'usage_minutes',
  'field_goals_attempted',
  'free_throws_attempted',
  'home_games',
  'home_points',
  'away_games',
  'away_points',
] as const;

/** Hold the form of all players, and the day of each team's last game. */
export type FormState = Readonly<{
  position: Position;
  players: Readonly<Record<string, PlayerForm>>;
  teams: Readonly<Record<string, string>>;
}>;

/** Know nobody. */
export const NO_FORM: FormState = { position: BEFORE_ALL, players: {}, teams: {} };

const UNKNOWN: PlayerForm = { played_on: '', listed_on: '', season: [], season_before: [], recent: [] };

/** Add the lines of player_game_summary that are not in the form yet. */
export function addForm(state: FormState, tables: TableReader): FormState {
  const lines = unseen(
    readRows<PlayerGameSummary>(tables, 'player_game_summary'),
    state.position,
    (line) => line.player_lookup,
  );
  const position = moveOn(state.position, lines);
  const is_new_season = position.season !== state.position.season;
  const players: Record<string, PlayerForm> = {};
  for (const [player_lookup, form] of Object.entries(state.players)) {
    if (daysFrom(form.listed_on, position.through) > FORGOTTEN_DAYS) continue;
    players[player_lookup] = is_new_season ? turnSeason(form) : form;
  }
  const teams: Record<string, string> = { ...state.teams };
  for (const line of lines) {
    players[line.player_lookup] = addLine(players[line.player_lookup] ?? UNKNOWN, line);
    teams[line.team] = line.played_on;
  }
  return { position, players, teams };
}

function turnSeason(form: PlayerForm): PlayerForm {
  return form.season.length === 0 ? form : { ...form, season: [], season_before: form.season };
}

function addLine(form: PlayerForm, line: PlayerGameSummary): PlayerForm {
  const listed = { ...form, listed_on: line.played_on };
  if (line.minutes === 0) return listed;
  const played = { ...listed, played_on: line.played_on };
  if (!line.counts) return played;
  const { minutes, points, home } = line;
  const is_home = home === true ? 1 : 0;
  const is_away = home === false ? 1 : 0;
  const added = [
    1,
    minutes,
    points,
    (line.usage_rate ?? 0) * minutes,
    line.field_goals_attempted,
    line.free_throws_attempted,
    is_home,
    is_home * points,
    is_away,
    is_away * points,
  ];
  return {
    ...played,
    season: addTotals(form.season, added),
    recent: [...form.recent, [minutes, points] as const].slice(-RECENT_GAMES),
  };
}
