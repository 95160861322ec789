import { readFileSync } from 'node:fs';
import type { BoxFigures, Figure, FigureTable, SlateFile } from './columns.ts';
import { assignPlayerLookups } from './player-lookup.ts';

/** Describe a team; `team` is its three-letter code and the key in every table. */
export type Team = Readonly<{ team: string; city: string; nickname: string }>;

/** Describe a finished game; `periods` is 4, plus one per overtime. */
export type Game = Readonly<{
  game_id: string;
  home_team: string;
  away_team: string;
  home_points: number;
  away_points: number;
  periods: number;
}>;

/** Describe a player on a roster of the date; `position` is null where the source does not know it. */
export type Player = Readonly<{
  player_id: number;
  player_lookup: string;
  player_name: string;
  position: string | null;
  team: string;
}>;

/**
 * Hold what one player did in one game; zero `minutes` means that he did not play. `team` is the team that he was listed for
 * in this game, which need not be that of his roster: a traded player may be listed for both on one date.
 */
export type PlayerLine = Readonly<{ game_id: string; player_lookup: string; team: string }> & BoxFigures;

/** Hold all figures of one game_date: every listed player has one line per team that listed him. */
export type Slate = Readonly<{
  game_date: string;
  season: number;
  teams: readonly Team[];
  games: readonly Game[];
  players: readonly Player[];
  player_lines: readonly PlayerLine[];
}>;

const SLATE_FILES: ReadonlyMap<string, string> = new Map([['2024-01-15', './slate-2024-01-15.json']]);

/** List the game dates of which figures ship with the reference, in order of date. */
export function knownSlateDates(): readonly string[] {
  return [...SLATE_FILES.keys()].sort();
}

/**
 * Load the figures of one game date.
 *
 * @returns undefined for a date without figures; the caller knows how to say so to its user and can
 *          name `knownSlateDates()`.
 */
export function loadSlate(game_date: string): Slate | undefined {
  const file = SLATE_FILES.get(game_date);
  if (file === undefined) return undefined;
  return openSlate(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as SlateFile);
}

/** Turn a stored slate into plain objects with their keys: `game_id`, `player_lookup`, `player_name`. */
export function openSlate(file: SlateFile): Slate {
  const people = expand(file.players) as readonly StoredPlayer[];
  const lookups = assignPlayerLookups(people);
  const players = people.map(({ player_id, first_name, last_name, position, team }) => ({
    player_id,
    player_lookup: lookups.get(player_id) ?? '',
    player_name: `${first_name} ${last_name}`,
    position,
    team,
  }));
  const games = (expand(file.games) as readonly Omit<Game, 'game_id'>[]).map((game) => ({
    game_id: gameId(file.game_date, game),
    ...game,
  }));
  return {
    game_date: file.game_date,
    season: file.season,
    teams: expand(file.teams) as readonly Team[],
    games,
    players,
    player_lines: placeLines(expand(file.player_lines) as readonly StoredLine[], players, games),
  };
}

/**
 * Show the same figures under another date, to run many dates on one set of real figures.
 *
 * @param games_max  how many games to keep, counted from the first; 0 makes a date without games.
 *                   Teams, players and lines of the other games go too. Player keys never change.
 */
export function replaySlate(slate: Slate, game_date: string, games_max: number = slate.games.length): Slate {
  const kept = slate.games.slice(0, games_max);
  const game_ids = new Map(kept.map((game) => [game.game_id, gameId(game_date, game)]));
  const teams = new Set(kept.flatMap((game) => [game.home_team, game.away_team]));
  return {
    game_date,
    season: slate.season,
    teams: slate.teams.filter(({ team }) => teams.has(team)),
    games: kept.map((game) => ({ ...game, game_id: gameId(game_date, game) })),
    players: slate.players.filter(({ team }) => teams.has(team)),
    player_lines: slate.player_lines.flatMap((line) => {
      const game_id = game_ids.get(line.game_id);
      return game_id === undefined ? [] : [{ ...line, game_id }];
    }),
  };
}

type StoredPlayer = Readonly<{
  player_id: number;
  first_name: string;
  last_name: string;
  position: string | null;
  team: string;
}>;
type StoredLine = Readonly<{ player_id: number; team: string }> & BoxFigures;

function expand(table: FigureTable): readonly Readonly<Record<string, Figure>>[] {
  return table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, index) => [column, row[index] ?? null])),
  );
}

function gameId(game_date: string, game: Pick<Game, 'home_team' | 'away_team'>): string {
  return `${game_date.replaceAll('-', '')}-${game.away_team}-${game.home_team}`;
}

function placeLines(
  lines: readonly StoredLine[],
  players: readonly Player[],
  games: readonly Game[],
): readonly PlayerLine[] {
  const playerOf = new Map(players.map((player) => [player.player_id, player]));
  const gameOf = new Map(
    games.flatMap((game) => [
      [game.home_team, game.game_id] as const,
      [game.away_team, game.game_id] as const,
    ]),
  );
  return lines.map(({ player_id, team, ...figures }) => {
    const player = playerOf.get(player_id);
    const game_id = gameOf.get(team);
    if (player === undefined || game_id === undefined) {
      throw new Error(
        `The slate has a player line for player_id ${player_id}, but no ${player === undefined ? 'player' : `game of ${team}`} for it; convert the slate again from its source.`,
      );
    }
    return { game_id, player_lookup: player.player_lookup, team, ...figures };
  });
}
