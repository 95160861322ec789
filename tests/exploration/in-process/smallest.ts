import { followSchedule } from '../../../conformance/exploration/engine/replay.ts';
import type { Run } from '../../../conformance/exploration/engine/run.ts';
import type { TracedStep } from '../../../conformance/exploration/engine/simulation.ts';
import type { Schedule } from '../../../conformance/exploration/schedule/schedule.ts';
import { printSchedule } from '../../../conformance/exploration/schedule/text.ts';
import {
  type Attempt,
  optionsOf,
  type Search,
  type Trial,
} from '../../../conformance/exploration/shrinking/attempt.ts';
import { type SmallestCase, searchSmallest } from '../../../conformance/exploration/shrinking/smallest.ts';
import { run } from './run.ts';
import type { Simulation } from './simulation.ts';

/** Default number of runs that shrinking may cost in this process. */
const ATTEMPTS_MAX = 3000;

/** Find the smallest schedule that fails in the same way, and the nearest one that passes. */
export function findSmallest<History>(
  schedule: Schedule,
  trial: Trial<History, Simulation<History>>,
  attempts_max = ATTEMPTS_MAX,
): SmallestCase {
  return searchWith(searchSmallest(schedule, attempts_max), trial);
}

/** Run a schedule and keep its trace. */
export function attempt<History>(
  trial: Trial<History, Simulation<History>>,
  schedule: Schedule,
): Attempt & { readonly run: Run<History> } {
  const trace: TracedStep[] = [];
  const made = run(trial.simulate(), followSchedule(schedule), optionsOf(trial, trace));
  return { fails: trial.fails(made.history, made), trace, run: made };
}

/** Carry out a search in this process. */
function searchWith<History, Result>(
  search: Search<Result>,
  trial: Trial<History, Simulation<History>>,
): Result {
  let asked = search.next();
  while (asked.done !== true) asked = search.next(attempt(trial, asked.value));
  return asked.value;
}

/** Print a smallest case as a report shows it: the failing schedule, and the nearest that passes. */
export function describeSmallest(smallest: SmallestCase): string {
  const lines = [`fails:  ${printSchedule(smallest.failing)}`, `        ${smallest.failing_sentence}`];
  if (smallest.passing !== null) {
    lines.push(`passes: ${printSchedule(smallest.passing)}`, `        ${smallest.passing_sentence}`);
  }
  return lines.join('\n');
}
