import { followSchedule } from '../engine/replay.ts';
import { type Run, runAsync } from '../engine/run.ts';
import type { AsyncSimulation, TracedStep } from '../engine/simulation.ts';
import type { Schedule } from '../schedule/schedule.ts';

/** What came of running one schedule. */
export interface Attempt {
  /** Whether it fails in the way that is being shrunk. */
  readonly fails: boolean;
  readonly trace: readonly TracedStep[];
}

/** A search that asks for runs and gets their outcomes; it knows nothing of promises, so both drivers share it. */
export type Search<Result> = Generator<Schedule, Result, Attempt>;

/** How a schedule is tried: in a world made anew, judged as the failure was. */
export interface Trial<History, World> {
  readonly simulate: () => World;
  /** True when the run fails in the way that is being shrunk, such as with the same anomaly. */
  readonly fails: (history: History, run: Run<History>) => boolean;
  readonly steps_max?: number;
}

/** Run a schedule against a program that is seen from outside, and keep its trace. */
export async function attemptAsync<History>(
  trial: Trial<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>>,
  schedule: Schedule,
): Promise<Attempt & { readonly run: Run<History> }> {
  const trace: TracedStep[] = [];
  const made = await runAsync(await trial.simulate(), followSchedule(schedule), optionsOf(trial, trace));
  return { fails: trial.fails(made.history, made), trace, run: made };
}

/** Carry out a search against a program that is seen from outside. */
export async function searchWithAsync<History, Result>(
  search: Search<Result>,
  trial: Trial<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>>,
): Promise<Result> {
  let asked = search.next();
  while (asked.done !== true) asked = search.next(await attemptAsync(trial, asked.value));
  return asked.value;
}

/** Make the options of a run that leaves its trace. */
export function optionsOf(trial: { readonly steps_max?: number }, trace: TracedStep[]) {
  const watch = (step: TracedStep): void => void trace.push(step);
  return trial.steps_max === undefined ? { watch } : { watch, steps_max: trial.steps_max };
}
