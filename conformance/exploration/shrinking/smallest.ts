import { describeSchedule } from '../engine/describe.ts';
import type { AsyncSimulation, Simulation } from '../engine/simulation.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { printSchedule } from '../schedule/text.ts';
import { type Search, searchWith, searchWithAsync, type Trial } from './attempt.ts';
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

/** Default number of runs that shrinking may cost in this process. */
const ATTEMPTS_MAX = 3000;
/** The same for a program seen from outside, where a run costs real time. */
const ATTEMPTS_MAX_ASYNC = 150;

/** Find the smallest schedule that fails in the same way, and the nearest one that passes. */
export function findSmallest<History>(
  schedule: Schedule,
  trial: Trial<History, Simulation<History>>,
  attempts_max = ATTEMPTS_MAX,
): SmallestCase {
  return searchWith(searchSmallest(schedule, attempts_max), trial);
}

/** The same against a program that is seen from outside. */
export function findSmallestAsync<History>(
  schedule: Schedule,
  trial: Trial<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>>,
  attempts_max = ATTEMPTS_MAX_ASYNC,
): Promise<SmallestCase> {
  return searchWithAsync(searchSmallest(schedule, attempts_max), trial);
}

/** Print a smallest case as a report shows it: the failing schedule, and the nearest that passes. */
export function describeSmallest(smallest: SmallestCase): string {
  const lines = [`fails:  ${printSchedule(smallest.failing)}`, `        ${smallest.failing_sentence}`];
  if (smallest.passing !== null) {
    lines.push(`passes: ${printSchedule(smallest.passing)}`, `        ${smallest.passing_sentence}`);
  }
  return lines.join('\n');
}

function* searchSmallest(schedule: Schedule, attempts_max: number): Search<SmallestCase> {
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
