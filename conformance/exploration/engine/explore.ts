import type { Schedule } from '../schedule/schedule.ts';
import type { Strategy } from './decide.ts';
import { type Run, run, runAsync } from './run.ts';
import type { AsyncSimulation, Simulation } from './simulation.ts';

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

/** Explore schedules of a simulation in this process until enough have failed or none are left. */
export function explore<History>(options: ExploreOptions<History, Simulation<History>>): Exploration {
  const tally = createTally(options);
  for (let chooser = tally.next(); chooser !== undefined; chooser = tally.next()) {
    tally.add(run(options.simulate(), chooser, tally.limits));
  }
  return tally.result();
}

/** Explore schedules of a program that is seen from outside, one run after the other. */
export async function exploreAsync<History>(
  options: ExploreOptions<History, AsyncSimulation<History> | Promise<AsyncSimulation<History>>>,
): Promise<Exploration> {
  const tally = createTally(options);
  for (let chooser = tally.next(); chooser !== undefined; chooser = tally.next()) {
    tally.add(await runAsync(await options.simulate(), chooser, tally.limits));
  }
  return tally.result();
}

/** Say how much was tried: "all 252 schedules" or "stopped at 1000 schedules". */
export function describeCoverage({ runs, complete, failures }: Exploration): string {
  if (complete) return `all ${runs} schedules`;
  return `stopped at ${runs} schedules${failures.length > 0 ? `, ${failures.length} of which failed` : ''}`;
}

function createTally<History, World>(options: ExploreOptions<History, World>) {
  const { strategy, judge, runs_max, failures_max = 1, steps_max } = options;
  const failures: Failure[] = [];
  let runs = 0;
  let steps = 0;
  let complete = false;
  return {
    limits: steps_max === undefined ? {} : { steps_max },
    next() {
      if (failures.length >= failures_max) return undefined;
      const chooser = strategy.chooser(runs + 1);
      complete = chooser === undefined;
      return runs < runs_max ? chooser : undefined;
    },
    add(made: Run<History>) {
      runs += 1;
      steps += made.steps;
      strategy.learn(made.steps);
      const findings = judge(made.history, made);
      if (findings.length > 0) failures.push({ run: runs, schedule: made.schedule, findings });
    },
    result: (): Exploration => ({ runs, steps, complete, failures }),
  };
}
