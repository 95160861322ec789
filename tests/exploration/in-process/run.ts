import {
  type ChoiceLog,
  type Chooser,
  chooseFault,
  chooseIndex,
} from '../../../conformance/exploration/engine/decide.ts';
import { type Run, type RunOptions, STEPS_MAX } from '../../../conformance/exploration/engine/run.ts';
import type { Simulation } from './simulation.ts';

/** Run a simulation in this process to its end, one chosen step after the other, and heal it. */
export function run<History>(
  simulation: Simulation<History>,
  chooser: Chooser,
  { steps_max = STEPS_MAX, watch }: RunOptions = {},
): Run<History> {
  const log: ChoiceLog = { deviations: [], watch };
  let steps = 0;
  let end: Run<History>['end'] = 'cut';
  while (steps < steps_max) {
    const enabled = simulation.enabled();
    if (enabled.length === 0) {
      end = simulation.done() ? 'done' : 'stuck';
      break;
    }
    steps += 1;
    const chosen = enabled[chooseIndex(chooser, steps, enabled, log)];
    if (chosen === undefined)
      throw new Error(`the array of enabled steps changed while step ${steps} was chosen`);
    simulation.perform(chosen, chooseFault(chooser, steps, chosen, enabled, log));
  }
  simulation.heal();
  return { schedule: log.deviations, steps, end, history: simulation.history };
}
