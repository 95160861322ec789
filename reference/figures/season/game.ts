import { BOX_COLUMNS, type BoxColumn, type BoxFigures } from '../columns.ts';
import { addOvertime, shareMinutes } from './minutes.ts';
import type { Person } from './people.ts';
import { chooseByWeight, type Random, seeded, type Weights, weighed } from './random.ts';

/** Describe one of the two teams before the game; figures around 1 are those of a mean team. */
export type Side = Readonly<{
  team: string;
  /** Who can play, best first. */
  available: readonly Person[];
  is_home: boolean;
  is_second_day: boolean;
  /** Possessions per 48 minutes that it likes. */
  pace: number;
  /** How well its opponents shoot twos and threes. */
  twos_allowed: number;
  threes_allowed: number;
}>;

/** Hold how one side fared: a line for everybody whom it listed, zeros for those who did not play. */
export type SideBox = Readonly<{ team: string; points: number; lines: ReadonlyMap<number, BoxFigures> }>;

/** Hold a simulated game. */
export type GameBox = Readonly<{ periods: number; home: SideBox; away: SideBox }>;

/** State after how many overtimes a free throw decides a game that would never end. */
const OVERTIMES_MAX = 5;

/** Play one game: the same seed and sides give the same lines. */
export function playGame(seed: readonly (string | number)[], home: Side, away: Side): GameBox {
  const random = seeded(...seed);
  const pace = (home.pace + away.pace) / 2 + 2.5 * random.normal();
  const sides: readonly [Bench, Bench] = [openBench(random, home), openBench(random, away)];
  const [one, other] = sides;
  let periods = 4;
  playPossessions(random, sides, Math.round(pace));
  while (pointsOf(one) === pointsOf(other)) {
    periods += 1;
    for (const bench of sides) {
      bench.minutes = addOvertime(bench.minutes);
      bench.weights = weighBench(bench.people, bench.minutes);
    }
    playPossessions(random, sides, Math.round((pace * 5) / 48));
    if (periods === 4 + OVERTIMES_MAX && pointsOf(one) === pointsOf(other)) decideByFreeThrow(one);
  }
  return { periods, home: closeBench(one), away: closeBench(other) };
}

type Tally = Record<BoxColumn, number>;
type Bench = {
  readonly side: Side;
  readonly people: readonly Person[];
  readonly tallies: readonly Tally[];
  /** How well each shoots tonight. */
  readonly touch: readonly number[];
  minutes: ReadonlyMap<number, number>;
  weights: BenchWeights;
};

/** Only who is on the floor does anything: in proportion to his minutes. */
type BenchWeights = Readonly<Record<'usage' | 'offensive' | 'defensive' | 'passing' | 'presence', Weights>>;

function weighBench(people: readonly Person[], minutes: ReadonlyMap<number, number>): BenchWeights {
  const by = (ability: (person: Person) => number): Weights =>
    weighed(people.map((person) => ability(person) * (minutes.get(person.player_id) ?? 0)));
  return {
    usage: by((person) => person.usage),
    offensive: by((person) => person.offensive_rebounds),
    defensive: by((person) => person.defensive_rebounds),
    passing: by((person) => person.passing),
    presence: by(() => 1),
  };
}

function openBench(random: Random, side: Side): Bench {
  const minutes = shareMinutes(random, side.available, side.is_second_day);
  const people = side.available.filter((person) => minutes.has(person.player_id));
  return {
    side,
    people,
    tallies: people.map(() => Object.fromEntries(BOX_COLUMNS.map((column) => [column, 0])) as Tally),
    touch: people.map(() => 1 + 0.07 * random.normal()),
    minutes,
    weights: weighBench(people, minutes),
  };
}

function playPossessions(random: Random, [one, other]: readonly [Bench, Bench], possessions: number): void {
  for (let possession = 0; possession < possessions; possession += 1) {
    playPossession(random, one, other);
    playPossession(random, other, one);
  }
}

/** A possession goes on for as long as its own misses are caught. */
function playPossession(random: Random, attack: Bench, defence: Bench): void {
  for (let play = 0; play < 4; play += 1) {
    const shooter = chooseByWeight(random, attack.weights.usage);
    if (!playShot(random, attack, defence, shooter)) return;
    if (random.next() >= 0.25) {
      const catcher = chooseByWeight(random, defence.weights.defensive);
      if (random.next() < 0.9) count(defence, catcher, 'rebounds_defensive');
      return;
    }
    count(attack, chooseByWeight(random, attack.weights.offensive), 'rebounds_offensive');
  }
}

/** @returns whether the ball came off the rim. */
function playShot(random: Random, attack: Bench, defence: Bench, shooter: number): boolean {
  const person = attack.people[shooter];
  if (person === undefined) return false;
  if (random.next() < person.share_lost) {
    count(attack, shooter, 'turnovers');
    if (random.next() < 0.55) count(defence, choose(random, defence), 'steals');
    return false;
  }
  if (random.next() < person.share_fouled) {
    const by = choose(random, defence);
    if ((defence.tallies[by]?.fouls ?? 0) < 6) count(defence, by, 'fouls');
    for (let shot = 0; shot < 2; shot += 1) {
      count(attack, shooter, 'free_throws_attempted');
      if (random.next() < person.free_throws) score(attack, shooter, 'free_throws_made', 1);
    }
    return false;
  }
  const is_three = random.next() < person.share_threes;
  const { is_home, is_second_day } = attack.side;
  const mood = (attack.touch[shooter] ?? 1) * (is_home ? 1.012 : 0.988) * (is_second_day ? 0.985 : 1);
  const chance = is_three
    ? person.threes * defence.side.threes_allowed * mood
    : person.twos * defence.side.twos_allowed * mood;
  count(attack, shooter, 'field_goals_attempted');
  if (is_three) count(attack, shooter, 'threes_attempted');
  if (random.next() >= chance) {
    if (!is_three && random.next() < 0.1) count(defence, choose(random, defence), 'blocks');
    return true;
  }
  if (is_three) count(attack, shooter, 'threes_made');
  score(attack, shooter, 'field_goals_made', is_three ? 3 : 2);
  const passer = chooseByWeight(random, attack.weights.passing);
  if (random.next() < 0.7 && passer !== shooter) count(attack, passer, 'assists');
  return false;
}

function choose(random: Random, bench: Bench): number {
  return chooseByWeight(random, bench.weights.presence);
}

function count(bench: Bench, index: number, column: BoxColumn): void {
  const tally = bench.tallies[index];
  if (tally !== undefined) tally[column] += 1;
}

function score(bench: Bench, index: number, column: BoxColumn, points: number): void {
  count(bench, index, column);
  const tally = bench.tallies[index];
  if (tally !== undefined) tally.points += points;
}

function decideByFreeThrow(bench: Bench): void {
  count(bench, 0, 'free_throws_attempted');
  score(bench, 0, 'free_throws_made', 1);
}

function pointsOf({ tallies }: Bench): number {
  return tallies.reduce((sum, tally) => sum + tally.points, 0);
}

function closeBench(bench: Bench): SideBox {
  const lines = bench.people.map((person, index) => {
    const minutes = bench.minutes.get(person.player_id) ?? 0;
    return [person.player_id, { ...(bench.tallies[index] as Tally), minutes }] as const;
  });
  return { team: bench.side.team, points: pointsOf(bench), lines: new Map(lines) };
}
