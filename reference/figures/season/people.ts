import { LISTED_SEASON, loadFixtures } from '../fixtures.ts';
import { assignPlayerLookups } from '../player-lookup.ts';
import { type Random, seeded } from './random.ts';

/** Describe an invented player and what he tends to do; shares and chances are 0 to 1. */
export type Person = Readonly<{
  player_id: number;
  player_lookup: string;
  player_name: string;
  position: string;
  /** Place of his team's list in his first season, from 0 for the best. */
  slot: number;
  /** The team of his first season. */
  first_team: string;
  /** True for those who join in the middle of a season and leave at its end. */
  is_debutant: boolean;
  /** How many minutes a coach would like to give him. */
  minutes: number;
  /** How many plays he finishes, against 1 for a mean player. */
  usage: number;
  share_threes: number;
  share_fouled: number;
  share_lost: number;
  twos: number;
  threes: number;
  free_throws: number;
  offensive_rebounds: number;
  defensive_rebounds: number;
  passing: number;
}>;

/** State how many players a team has, and how many join it in the middle of a season. */
const PLAYERS_PER_TEAM = 15;
const DEBUTANTS_PER_TEAM = 2;

/** Ids of invented people; no real source counts that far. */
const FIRST_ID = 900_000_000;

/** Minutes that coaches give to the places of their list. */
const MINUTES = [35, 34, 32, 30, 28, 24, 20, 17, 13, 9, 6, 4, 3, 2, 1] as const;

const POSITIONS = ['G', 'F', 'G', 'F-C', 'C', 'G-F', 'F', 'C-F'] as const;

let codes: readonly string[] | undefined;

/** List the codes of the thirty teams in order. */
export function teamCodes(): readonly string[] {
  codes ??= [...new Set(loadFixtures(LISTED_SEASON).map((fixture) => fixture.home_team))].sort();
  return codes;
}

/** Invent everybody who plays in a season: 450 who stay, and 60 who make their first game in it. Nobody is real. */
export function invitePeople(seed: number, season: number): readonly Person[] {
  const teams = teamCodes();
  const staying = teams.flatMap((team, index) =>
    MINUTES.map((_, slot) =>
      invent(seeded(seed, 'person', team, slot), index * PLAYERS_PER_TEAM + slot, team, slot, false),
    ),
  );
  const first = teams.length * PLAYERS_PER_TEAM * (1 + (season % 1000));
  const joining = teams.flatMap((team, index) =>
    Array.from({ length: DEBUTANTS_PER_TEAM }, (_, nth) =>
      invent(
        seeded(seed, 'debut', season, team, nth),
        first + index * DEBUTANTS_PER_TEAM + nth,
        team,
        8 + 2 * nth,
        true,
      ),
    ),
  );
  // Who stays keeps his key, whoever joins with the same name.
  const lookups = new Map([
    ...assignPlayerLookups([...staying, ...joining]),
    ...assignPlayerLookups(staying),
  ]);
  return [...staying, ...joining].map(({ first_name, last_name, ...person }) => ({
    ...person,
    player_name: `${first_name} ${last_name}`,
    player_lookup: lookups.get(person.player_id) ?? '',
  }));
}

type Named = Omit<Person, 'player_lookup' | 'player_name'> &
  Readonly<{ first_name: string; last_name: string }>;

function invent(random: Random, nth: number, first_team: string, slot: number, is_debutant: boolean): Named {
  const name = inventName(random);
  const position = POSITIONS[(slot + random.below(3)) % POSITIONS.length] ?? 'G';
  const big = position.includes('C') ? 1 : position === 'F' ? 0.5 : 0;
  const around = (mean: number, deviation: number): number =>
    Math.max(mean / 4, mean + deviation * random.normal());
  return {
    player_id: FIRST_ID + nth,
    ...name,
    position,
    slot,
    first_team,
    is_debutant,
    minutes: Math.max(1, (MINUTES[slot] ?? 1) + 2 * random.normal()),
    usage: around(1.25 - 0.045 * slot, 0.2),
    share_threes: Math.min(0.75, around(0.45 - 0.25 * big, 0.12)),
    share_fouled: around(0.1, 0.03),
    share_lost: around(0.11, 0.02),
    twos: around(0.52 + 0.07 * big, 0.03),
    threes: around(0.36, 0.025),
    free_throws: Math.min(0.95, around(0.8 - 0.08 * big, 0.06)),
    offensive_rebounds: around(0.6 + 1.6 * big, 0.3),
    defensive_rebounds: around(0.8 + 0.9 * big, 0.2),
    passing: around(position.startsWith('G') ? 1.6 : 0.8, 0.4),
  };
}

const FIRST_NAMES = [
  'Adlan',
  'Brinto',
  'Cormel',
  'Davric',
  'Elmaro',
  'Færo',
  'Gunvar',
  'Halvek',
  'Işkan',
  'Jorvin',
  'Kestan',
  'Łubor',
  'Mirsad',
  'Norvel',
  'Øbern',
  'Petrik',
  'Quanto',
  'Rasmel',
  'Sørlan',
  'Tavion',
  'Ulmarq',
  'Vanteo',
  'Wesmar',
  'Xandel',
  'Yorric',
  'Zelmar',
] as const;
const BEGINNINGS = [
  'Bal',
  'Cren',
  'Dor',
  'Đur',
  'Fen',
  'Grol',
  'Hask',
  'Ivel',
  'Jans',
  'Kor',
  'Lind',
  'Mard',
  'Nest',
  'Ort',
  'Pell',
  'Rusk',
  'Śvan',
  'Tor',
  'Ulv',
  'Vask',
  'Weiß',
  'Zan',
] as const;
const ENDINGS = [
  'aric',
  'bert',
  'den',
  'ević',
  'holt',
  'ıncı',
  'kvist',
  'lund',
  'mann',
  'nez',
  'owski',
  'quist',
  'sen',
  'ström',
  'ton',
  'ur',
  'well',
  'yard',
] as const;

function inventName(random: Random): Readonly<{ first_name: string; last_name: string }> {
  const pick = (names: readonly string[]): string => names[random.below(names.length)] ?? '';
  return { first_name: pick(FIRST_NAMES), last_name: `${pick(BEGINNINGS)}${pick(ENDINGS)}` };
}
