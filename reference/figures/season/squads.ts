import { dayBefore } from '../known.ts';
import type { SeasonCalendar } from './calendar.ts';
import { calendarOf } from './calendar.ts';
import { invitePeople, type Person, teamCodes } from './people.ts';
import { seeded } from './random.ts';

/** Say for which team a person plays from a date on. */
type Stint = Readonly<{ team: string; from: string }>;

/** Say from when to when, both included, a person cannot play, and why. */
type Absence = Readonly<{ from: string; to: string; reason: string }>;

/** Hold who belongs where in a season. */
export type Squads = Readonly<{
  people: readonly Person[];
  stints: ReadonlyMap<number, readonly Stint[]>;
  absences: ReadonlyMap<number, readonly Absence[]>;
}>;

/** State how many pairs of players change places in a season, all before its deadline. */
const TRADES = 22;

/** State how many of a team can be absent on one date; a team must be able to play. */
const ABSENT_MAX = 5;

/** The first season of which anything is told; trades add up from here, so that a season does not depend on how many are shown. */
const FIRST_SEASON = 2020;

const REASONS = ['ankle', 'knee', 'illness', 'back', 'hamstring', 'concussion'] as const;

/** Decide who belongs to which team of a season from which date on, and who is hurt when. */
export function squadsOf(seed: number, calendar: SeasonCalendar): Squads {
  const people = invitePeople(seed, calendar.season);
  const teams = new Map(people.map((person) => [person.player_id, person.first_team]));
  for (let season = FIRST_SEASON; season < calendar.season; season += 1) {
    for (const trade of tradesOf(seed, calendarOf(seed, season), people, teams)) apply(trade, teams);
  }
  const stints = new Map<number, readonly Stint[]>();
  const [opening = ''] = calendar.dates;
  for (const person of people) {
    const from = person.is_debutant ? debutOf(seed, calendar, person) : opening;
    stints.set(person.player_id, [{ team: teams.get(person.player_id) ?? '', from }]);
  }
  for (const { date, ...pair } of tradesOf(seed, calendar, people, teams)) {
    for (const [player_id, team] of apply({ date, ...pair }, teams)) {
      stints.set(player_id, [...(stints.get(player_id) ?? []), { team, from: date }]);
    }
  }
  const absences = new Map(people.map((person) => [person.player_id, absencesOf(seed, calendar, person)]));
  return { people, stints, absences };
}

/** Give the team of a person on a date; undefined before his debut. */
function teamOn({ stints }: Squads, player_id: number, date: string): string | undefined {
  return stints.get(player_id)?.findLast(({ from }) => from <= date)?.team;
}

/** List who belongs to each team on a date, best first. */
export function rosterOn(squads: Squads, date: string): ReadonlyMap<string, readonly Person[]> {
  const rosters = new Map<string, Person[]>(teamCodes().map((team) => [team, []]));
  for (const person of squads.people) rosters.get(teamOn(squads, person.player_id, date) ?? '')?.push(person);
  for (const roster of rosters.values()) {
    roster.sort((a, b) => b.minutes - a.minutes || a.player_id - b.player_id);
  }
  return rosters;
}

/** Say who of a roster cannot play on a date, and why. */
export function absentOf(
  squads: Squads,
  roster: readonly Person[],
  date: string,
): ReadonlyMap<number, string> {
  const absent = roster.flatMap((person) => {
    const absence = squads.absences.get(person.player_id)?.find(({ from, to }) => from <= date && date <= to);
    return absence === undefined ? [] : [[person.player_id, absence.reason] as const];
  });
  return new Map(absent.slice(0, ABSENT_MAX));
}

/** Name those who came from a team on this very date; it may still have listed them. */
export function justLeft(squads: Squads, team: string, date: string): readonly Person[] {
  return squads.people.filter((person) => {
    const stints = squads.stints.get(person.player_id) ?? [];
    const index = stints.findIndex(({ from }) => from === date);
    return index > 0 && stints[index - 1]?.team === team;
  });
}

type Trade = Readonly<{ date: string; one: number; other: number }>;

function tradesOf(
  seed: number,
  { season, dates }: SeasonCalendar,
  people: readonly Person[],
  teams: ReadonlyMap<number, string>,
): readonly Trade[] {
  const random = seeded(seed, 'trades', season);
  const staying = people.filter((person) => !person.is_debutant);
  const deadline = Math.floor(dates.length * 0.65);
  const taken = new Set<number>();
  const trades: Trade[] = [];
  for (let nth = 0; nth < TRADES; nth += 1) {
    const one = staying[random.below(staying.length)];
    const date = dates[20 + random.below(deadline - 20)];
    const partners = staying.filter(
      (person) =>
        one !== undefined &&
        Math.abs(person.slot - one.slot) <= 2 &&
        teams.get(person.player_id) !== teams.get(one.player_id),
    );
    const other = partners[random.below(partners.length)];
    if (one === undefined || other === undefined || date === undefined) continue;
    if (taken.has(one.player_id) || taken.has(other.player_id)) continue;
    taken.add(one.player_id).add(other.player_id);
    trades.push({ date, one: one.player_id, other: other.player_id });
  }
  return trades.sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Swaps the teams of the two, and tells who plays where from now on. */
function apply({ one, other }: Trade, teams: Map<number, string>): readonly (readonly [number, string])[] {
  const swapped = [
    [one, teams.get(other) ?? ''],
    [other, teams.get(one) ?? ''],
  ] as const;
  for (const [player_id, team] of swapped) teams.set(player_id, team);
  return swapped;
}

function debutOf(seed: number, { season, dates }: SeasonCalendar, person: Person): string {
  const random = seeded(seed, 'joins', season, person.player_id);
  return dates[15 + random.below(dates.length - 40)] ?? '';
}

function absencesOf(seed: number, { season, dates }: SeasonCalendar, person: Person): readonly Absence[] {
  const random = seeded(seed, 'absent', season, person.player_id);
  return Array.from({ length: random.below(4) }, () => {
    const from = dates[random.below(dates.length)] ?? '';
    // Most are back within a week; a few are gone for two months.
    const length = 1 + Math.floor(60 * random.next() * random.next() * random.next());
    return { from, to: dayBefore(from, -length), reason: REASONS[random.below(REASONS.length)] ?? 'illness' };
  });
}
