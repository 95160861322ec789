import { BOX_COLUMNS, type BoxFigures } from '../columns.ts';
import {
  type AbsentPlayer,
  dayBefore,
  type Known,
  type ListedGame,
  type PlayedGame,
  type PlayedLine,
} from '../known.ts';
import type { Player } from '../slate.ts';
import { calendarOf, type Entry, type SeasonCalendar, seasonOf } from './calendar.ts';
import { type GameBox, playGame, type Side } from './game.ts';
import type { Person } from './people.ts';
import { seeded } from './random.ts';
import { absentOf, justLeft, rosterOn, type Squads, squadsOf } from './squads.ts';

/**
 * Say which invented seasons there are, by the years in which they begin. `game_seed` gives the games of a day another seed,
 * so that a test can let them end differently; everything that is known before them stays.
 */
export type Simulation = Readonly<{
  seed: number;
  seasons: readonly number[];
  game_seed?: (played_on: string) => number;
}>;

/**
 * Make the simulator of some seasons. Every figure is invented; only the list of who meets whom and when is real. The same
 * seed gives the same figures, whatever was asked before, and however many seasons there are.
 *
 * @returns what is known before a date's first game; undefined for a date of no simulated season.
 */
export function createSimulator({
  seed,
  seasons,
  game_seed = () => seed,
}: Simulation): (game_date: string) => Known | undefined {
  let opened: Season | undefined;
  const open = (season: number): Season => {
    if (opened?.calendar.season === season) return opened;
    const calendar = calendarOf(seed, season);
    return { seed, calendar, squads: squadsOf(seed, calendar), game_seed };
  };
  return (game_date) => {
    const season = seasonOf(game_date);
    if (!seasons.includes(season)) return undefined;
    opened = open(season);
    const earlier = seasons.includes(season - 1) ? () => open(season - 1) : undefined;
    return knownBefore(opened, game_date, earlier);
  };
}

type Season = Readonly<{
  seed: number;
  calendar: SeasonCalendar;
  squads: Squads;
  game_seed: (played_on: string) => number;
}>;

function knownBefore(season: Season, game_date: string, earlier: (() => Season) | undefined): Known {
  const source = `simulated season ${season.calendar.season}, seed ${season.seed}: invented players and figures`;
  const entries = season.calendar.on.get(game_date) ?? [];
  if (entries.length === 0) {
    return { game_date, source, games: [], players: [], absent: [], played: [], player_lines: [] };
  }
  const rosters = rosterOn(season.squads, game_date);
  const teams = entries.flatMap(({ home_team, away_team }) => [home_team, away_team]);
  const listed = teams.flatMap((team) => (rosters.get(team) ?? []).map((person) => ({ team, person })));
  const last = season.calendar.dates.findLast((date) => date < game_date);
  const played = last === undefined ? openLast(earlier?.()) : boxesOf(season, last);
  return {
    game_date,
    source,
    games: entries.map(listGame),
    players: listed.map(({ team, person }) => playerOf(person, team)),
    absent: teams.flatMap((team) => listAbsent(season.squads, rosters.get(team) ?? [], team, game_date)),
    played: played.map(({ game }) => game),
    player_lines: played.flatMap(({ lines }) => lines),
  };
}

/** The first date of a season is told of the last of the season before. */
function openLast(season: Season | undefined): readonly Played[] {
  const last = season?.calendar.dates.at(-1);
  return season === undefined || last === undefined ? [] : boxesOf(season, last);
}

function gameId({ plays_on, home_team, away_team }: Entry): string {
  return `sim-${plays_on.replaceAll('-', '')}-${away_team}-${home_team}`;
}

function listGame(entry: Entry): ListedGame {
  const { is_played: _, ...fixture } = entry;
  return { game_id: gameId(entry), ...fixture };
}

function playerOf({ player_id, player_lookup, player_name, position }: Person, team: string): Player {
  return { player_id, player_lookup, player_name, position, team };
}

function listAbsent(
  squads: Squads,
  roster: readonly Person[],
  team: string,
  date: string,
): readonly AbsentPlayer[] {
  const absent = absentOf(squads, roster, date);
  return roster.flatMap(({ player_id, player_lookup, player_name }) => {
    const reason = absent.get(player_id);
    return reason === undefined ? [] : [{ player_lookup, player_name, team, reason }];
  });
}

type Played = Readonly<{ game: PlayedGame; lines: readonly PlayedLine[] }>;

function boxesOf(season: Season, date: string): readonly Played[] {
  const rosters = rosterOn(season.squads, date);
  const entries = (season.calendar.on.get(date) ?? []).filter(({ is_played }) => is_played);
  return entries.map((entry) => {
    const { home_team, away_team, stage, is_neutral } = entry;
    const side = (team: string, is_home: boolean) =>
      sideOf(season, rosters.get(team) ?? [], team, date, is_home);
    const game_id = gameId(entry);
    const box = playGame(
      [season.game_seed(date), 'game', game_id],
      side(home_team, !is_neutral),
      side(away_team, false),
    );
    return {
      game: {
        game_id,
        played_on: date,
        home_team,
        away_team,
        home_points: box.home.points,
        away_points: box.away.points,
        periods: box.periods,
        stage,
        is_neutral,
      },
      lines: linesOf(season, box, game_id, date),
    };
  });
}

/** A team and its form of the season: how it defends and how fast it plays follow from the seed. */
function sideOf(
  { seed, calendar, squads }: Season,
  roster: readonly Person[],
  team: string,
  date: string,
  is_home: boolean,
): Side {
  const absent = absentOf(squads, roster, date);
  const form = seeded(seed, 'team', calendar.season, team);
  const yesterday = calendar.on.get(dayBefore(date)) ?? [];
  return {
    team,
    available: roster
      .filter((person) => !absent.has(person.player_id))
      .map((person) => inForm(seed, calendar.season, person)),
    is_home,
    is_second_day: yesterday.some(
      (entry) => entry.is_played && [entry.home_team, entry.away_team].includes(team),
    ),
    pace: 97 + 2.2 * form.normal(),
    twos_allowed: 1 + 0.035 * form.normal(),
    threes_allowed: 1 + 0.035 * form.normal(),
  };
}

/** A player is somewhat better or worse from season to season. */
function inForm(seed: number, season: number, person: Person): Person {
  const form = seeded(seed, 'form', season, person.player_id);
  const factor = (): number => 1 + 0.06 * form.normal();
  return {
    ...person,
    minutes: person.minutes * factor(),
    usage: person.usage * factor(),
    twos: person.twos * (1 + (factor() - 1) / 3),
  };
}

function linesOf({ squads }: Season, box: GameBox, game_id: string, date: string): readonly PlayedLine[] {
  const known = new Map(squads.people.map((person) => [person.player_id, person]));
  return [box.home, box.away].flatMap(({ team, lines }) => {
    const about = (person: Person | undefined) => ({
      game_id,
      played_on: date,
      player_lookup: person?.player_lookup ?? '',
      player_name: person?.player_name ?? null,
      team,
    });
    const own = [...lines].map(([player_id, figures]) => ({ ...about(known.get(player_id)), ...figures }));
    // Who was traded on the day itself is still on the sheet of the team that he left.
    const left = justLeft(squads, team, date).map((person) => ({ ...about(person), ...NOTHING }));
    return [...own, ...left];
  });
}

const NOTHING = Object.fromEntries(BOX_COLUMNS.map((column) => [column, 0])) as BoxFigures;
