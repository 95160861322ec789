import type { FaultName } from './faults.ts';

/**
 * One departure from "in order" at a step, counted from 1.
 *
 * `take`: that many enabled steps are passed over, so 2 takes the third. `hold`: the step that would be next waits until
 * that many others have gone, or nothing else can. `fault`: it strikes the step that is taken there.
 * At one step holds come first, then the take among what is not held, then the fault.
 */
export type Deviation =
  | { readonly step: number; readonly take: number }
  | { readonly step: number; readonly hold: number }
  | { readonly step: number; readonly fault: FaultName };

/** A schedule as a value: only its departures from "in order", sorted; empty means in order. */
export type Schedule = readonly Deviation[];

/** Put deviations into the one order in which schedules are compared, printed and replayed. */
export function sortSchedule(deviations: readonly Deviation[]): Schedule {
  return deviations
    .map((deviation, index) => ({ deviation, index }))
    .sort(
      (a, b) =>
        a.deviation.step - b.deviation.step || rank(a.deviation) - rank(b.deviation) || a.index - b.index,
    )
    .map(({ deviation }) => deviation);
}

/** Say what keeps deviations from being a schedule; undefined when nothing does. */
export function findScheduleProblem(deviations: readonly Deviation[]): string | undefined {
  let before: Deviation | undefined;
  for (const deviation of deviations) {
    const size = sizeOf(deviation);
    if (!isCount(deviation.step)) return `step must be a whole number from 1, got ${deviation.step}`;
    if (!isCount(size)) return `take and hold must be whole numbers from 1, got ${size}`;
    if (before !== undefined) {
      const order = before.step - deviation.step || rank(before) - rank(deviation);
      if (order > 0) return `deviations must be sorted; step ${deviation.step} comes after ${before.step}`;
      if (order === 0 && !('hold' in deviation)) {
        return `step ${deviation.step} has two ${'take' in deviation ? 'takes' : 'faults'}`;
      }
    }
    before = deviation;
  }
  return undefined;
}

/** Measure a take or hold; 1 for a fault. */
function sizeOf(deviation: Deviation): number {
  if ('take' in deviation) return deviation.take;
  return 'hold' in deviation ? deviation.hold : 1;
}

function rank(deviation: Deviation): number {
  if ('hold' in deviation) return 0;
  return 'take' in deviation ? 1 : 2;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
