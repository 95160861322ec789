import type { Person } from './people.ts';
import type { Random } from './random.ts';

/** State how many players a team lists for a game, and how few of them play. */
const LISTED = 13;
const ROTATION_MIN = 8;

/** State the most minutes of a player in a game without overtime. */
const MINUTES_MAX = 42;

/** Share 240 minutes, and 25 for each overtime, among those who can play. */
export function shareMinutes(
  random: Random,
  available: readonly Person[],
  is_second_day: boolean,
): ReadonlyMap<number, number> {
  const listed = available.slice(0, LISTED);
  const rotation = ROTATION_MIN + random.below(4);
  const weights = listed.map((person, place) => {
    // A coach rests one of his best on the second of two days now and then; nobody is told beforehand.
    const is_rested = is_second_day && place < 3 && random.next() < 0.07;
    const weight = person.minutes * Math.max(0.3, 1 + 0.16 * random.normal());
    return is_rested ? 0 : weight;
  });
  const playing = weights
    .map((weight, index) => ({ weight, index }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .slice(0, rotation);
  const minutes = new Array<number>(listed.length).fill(0);
  // Everybody in turn takes his share of what is left, so that the minutes add up whatever was cut off.
  let left = 240;
  let weight_left = playing.reduce((sum, { weight }) => sum + weight, 0);
  for (const [place, { weight, index }] of playing.entries()) {
    const others = playing.length - place - 1;
    const share = Math.round((left * weight) / weight_left);
    const least = Math.max(1, left - others * MINUTES_MAX);
    const given = Math.max(least, Math.min(share, MINUTES_MAX, left - others));
    minutes[index] = given;
    left -= given;
    weight_left -= weight;
  }
  return new Map(listed.map((person, index) => [person.player_id, minutes[index] ?? 0]));
}

/** Add one overtime: five minutes more for the five who have played most. */
export function addOvertime(minutes: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const most = [...minutes].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 5);
  return new Map([...minutes, ...most.map(([player_id, played]) => [player_id, played + 5] as const)]);
}
