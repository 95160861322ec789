import type { FaultName } from '../schedule/faults.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Chooser } from './decide.ts';
import type { Step } from './simulation.ts';

/** Make the chooser that follows a schedule, and goes in order where it says nothing. Good for one run. */
export function followSchedule(schedule: Schedule): Chooser {
  let next = 0;
  let struck: FaultName | undefined;
  /** Steps that wait, with the number of the step at which they may go again. */
  const held = new Map<Step, number>();

  const firstFree = (number: number, enabled: readonly Step[], passing: number): number => {
    let passed = 0;
    for (let index = 0; index < enabled.length; index++) {
      const step = enabled[index];
      if (step === undefined || (held.get(step) ?? 0) > number) continue;
      if (passed === passing) return index;
      passed += 1;
    }
    return -1;
  };

  return {
    take(number, enabled) {
      let passing = 0;
      struck = undefined;
      for (;;) {
        const deviation = schedule[next];
        if (deviation === undefined || deviation.step > number) break;
        next += 1;
        if ('take' in deviation) passing = deviation.take;
        else if ('fault' in deviation) struck = deviation.fault;
        else {
          const step = enabled[firstFree(number, enabled, 0)];
          if (step !== undefined) held.set(step, number + deviation.hold);
        }
      }
      if (held.size === 0) return passing;
      const index = firstFree(number, enabled, passing);
      return index >= 0 ? index : Math.max(0, firstFree(number, enabled, 0));
    },
    fault: () => struck,
  };
}
