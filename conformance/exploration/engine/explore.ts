import type { Schedule } from '../schedule/schedule.ts';
import type { Chooser, Strategy } from './decide.ts';
import { type Run, runAsync } from './run.ts';
import type { AsyncSimulation } from './simulation.ts';

/** A broken promise that a judge found in a history. */
export interface Finding {
  /** Its name, such as `lost trigger`; two runs fail alike when they share one. */
  readonly anomaly: string;
  /** One to three sentences that cite the history. */
  readonly proof: string;
}

/** Which runs are made, and who judges them. */
export interface ExploreOptions<History, World> {
  /** Makes the world of one run, the same each time. */
  readonly simulate: () => World;
  /** Same history, same findings; none means the run passed. */
  readonly judge: (history: History, run: Run<History>) => readonly Finding[];
  readonly strategy: Strategy;
  readonly runs_max: number;
  readonly steps_max?: number;
  /** Stop after this many failures. Default 1. */
  readonly failures_max?: number;
}

/** A run that failed. */
export interface Failure {
  /** Counts from 1. */
  readonly run: number;
  readonly schedule: Schedule;
  readonly findings: readonly Finding[];
}

/** What came of all runs. */
export interface Exploration {
  readonly runs: number;
  readonly steps: number;
  /** Whether the strategy had nothing left to try: then these are all schedules that it stands for. */
  readonly complete: boolean;
  readonly failures: readonly Failure[];
}

/** How a program that is seen from outside is explored. */
export interface AsyncExploreOptions<History>
  extends ExploreOptions<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>> {
  /**
   * How many runs are under way at the same time, once the first has ended. Default 1. More are for strategies whose
   * choosers depend on nothing but the first run, and for runs that wait most of the time.
   */
  readonly runs_at_once?: number;
}

/** Explore schedules of a program that is seen from outside. */
export async function exploreAsync<History>(options: AsyncExploreOptions<History>): Promise<Exploration> {
  const tally = createTally(options);
  const runNext = async (): Promise<boolean> => {
    const asked = tally.next();
    if (asked === undefined) return false;
    tally.add(await runAsync(await options.simulate(), asked.chooser, tally.limits), asked.run);
    return true;
  };
  const lane = async (): Promise<void> => {
    while (await runNext());
  };
  if (await runNext()) await Promise.all(Array.from({ length: options.runs_at_once ?? 1 }, lane));
  return tally.result();
}

/** Count the runs of an exploration: which is next, what came of each, and what of all. */
export function createTally<History, World>(options: ExploreOptions<History, World>) {
  const { strategy, judge, runs_max, failures_max = 1, steps_max } = options;
  const failures: Failure[] = [];
  let begun = 0;
  let runs = 0;
  let steps = 0;
  let complete = false;
  return {
    limits: steps_max === undefined ? {} : { steps_max },
    next(): { readonly run: number; readonly chooser: Chooser } | undefined {
      if (failures.length >= failures_max) return undefined;
      const chooser = strategy.chooser(begun + 1);
      complete = chooser === undefined;
      if (chooser === undefined || begun >= runs_max) return undefined;
      begun += 1;
      return { run: begun, chooser };
    },
    add(made: Run<History>, number: number) {
      runs += 1;
      steps += made.steps;
      strategy.learn(made.steps);
      const findings = judge(made.history, made);
      if (findings.length > 0) failures.push({ run: number, schedule: made.schedule, findings });
    },
    result: (): Exploration => ({ runs, steps, complete, failures }),
  };
}
