import { describeSchedule } from '../engine/describe.ts';
import type { AsyncSimulation } from '../engine/simulation.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { type Search, searchWithAsync, type Trial } from './attempt.ts';
import { shrink } from './shrink.ts';

/** A failure made small, beside its nearest neighbour that passes. */
export interface SmallestCase {
  readonly failing: Schedule;
  /** `in order`, or `in order, except: …`. */
  readonly failing_sentence: string;
  /** One deviation less; null when the case fails in order, or did not fail again at all. */
  readonly passing: Schedule | null;
  readonly passing_sentence: string | null;
  readonly attempts: number;
  /**
   * `shrunk`: nothing can be left out. `unfinished`: the attempts ran out before that was known.
   * `unstable`: the schedule did not fail when it was run again, so it was left as it is.
   */
  readonly outcome: 'shrunk' | 'unfinished' | 'unstable';
}

/** Default number of runs that shrinking may cost: each takes real time. */
const ATTEMPTS_MAX_ASYNC = 150;

/** Find the smallest schedule that fails in the same way, and the nearest one that passes. */
export function findSmallestAsync<History>(
  schedule: Schedule,
  trial: Trial<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>>,
  attempts_max = ATTEMPTS_MAX_ASYNC,
): Promise<SmallestCase> {
  return searchWithAsync(searchSmallest(schedule, attempts_max), trial);
}

/** Search for the smallest schedule, asking for one run after the other. */
export function* searchSmallest(schedule: Schedule, attempts_max: number): Search<SmallestCase> {
  const shrunk = yield* shrink(schedule, attempts_max);
  const last = yield shrunk.schedule;
  let attempts = shrunk.attempts + 1;
  const common = {
    failing: shrunk.schedule,
    failing_sentence: describeSchedule(shrunk.schedule, last.trace),
  };
  if (!last.fails) return { ...common, passing: null, passing_sentence: null, attempts, outcome: 'unstable' };

  const outcome = shrunk.finished ? 'shrunk' : 'unfinished';
  // The last deviation first: what it changes comes latest, so the two runs have most in common.
  for (let index = shrunk.schedule.length - 1; index >= 0; index--) {
    const neighbour = shrunk.schedule.filter((_, at) => at !== index);
    const tried = yield neighbour;
    attempts += 1;
    if (tried.fails) continue;
    const passing_sentence = describeSchedule(neighbour, tried.trace);
    return { ...common, passing: neighbour, passing_sentence, attempts, outcome };
  }
  return { ...common, passing: null, passing_sentence: null, attempts, outcome };
}
