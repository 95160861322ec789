import type { Schedule } from '../schedule/schedule.ts';
import { type ChoiceLog, type Chooser, chooseFault, chooseIndex } from './decide.ts';
import type { AsyncSimulation, TracedStep } from './simulation.ts';

/** What came of one run. */
export interface Run<History> {
  /** What really departed from "in order"; replaying it gives the same run. */
  readonly schedule: Schedule;
  /** How many steps were chosen; healing is not counted. */
  readonly steps: number;
  /** `done`: nothing was left. `stuck`: somebody still waits. `cut`: `steps_max` was reached. Healing follows each. */
  readonly end: 'done' | 'stuck' | 'cut';
  readonly history: History;
}

/** How far a run may go, and who looks on. */
export interface RunOptions {
  /** Default 2000. */
  readonly steps_max?: number;
  readonly watch?: (step: TracedStep) => void;
}

/** Default of `steps_max`. */
export const STEPS_MAX = 2000;

/** Run a simulation whose steps take real time; before each choice it waits until nothing more is coming. */
export async function runAsync<History>(
  simulation: AsyncSimulation<History>,
  chooser: Chooser,
  { steps_max = STEPS_MAX, watch }: RunOptions = {},
): Promise<Run<History>> {
  const log: ChoiceLog = { deviations: [], watch };
  let steps = 0;
  let end: Run<History>['end'] = 'cut';
  while (steps < steps_max) {
    await simulation.settle();
    const enabled = simulation.enabled();
    if (enabled.length === 0) {
      end = simulation.done() ? 'done' : 'stuck';
      break;
    }
    steps += 1;
    const chosen = enabled[chooseIndex(chooser, steps, enabled, log)];
    if (chosen === undefined)
      throw new Error(`the array of enabled steps changed while step ${steps} was chosen`);
    await simulation.perform(chosen, chooseFault(chooser, steps, chosen, enabled, log));
  }
  await simulation.heal();
  return { schedule: log.deviations, steps, end, history: simulation.history };
}
