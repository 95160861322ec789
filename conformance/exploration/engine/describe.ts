import { FAULT_PHRASES } from '../schedule/faults.ts';
import type { Deviation, Schedule } from '../schedule/schedule.ts';
import type { Step, TracedStep } from './simulation.ts';

/**
 * Say a schedule in words: "in order, except: step 7 (Commit … on instance 2) goes before step 9 (…); …".
 *
 * @param trace of the run that this schedule gave; what has no effect in it is said to have none.
 */
export function describeSchedule(schedule: Schedule, trace: readonly TracedStep[]): string {
  if (schedule.length === 0) return 'in order';
  const held = findHeld(schedule, trace);
  return `in order, except: ${schedule.map((deviation) => describeDeviation(deviation, held, trace)).join('; ')}`;
}

function describeDeviation(
  deviation: Deviation,
  held: ReadonlyMap<Deviation, Step>,
  trace: readonly TracedStep[],
): string {
  const at = trace[deviation.step - 1];
  if (at === undefined) return `step ${deviation.step} was never reached`;
  const name = `step ${deviation.step} (${at.chosen.label})`;
  if ('fault' in deviation) {
    return `${name} ${at.fault === deviation.fault ? FAULT_PHRASES[deviation.fault] : `cannot suffer ${deviation.fault}`}`;
  }
  if ('take' in deviation) {
    const passed = at.enabled.slice(0, at.enabled.indexOf(at.chosen));
    if (passed.length === 0) return `${name} has nothing to overtake`;
    return `${name} goes before ${passed.map((step) => nameLater(step, deviation.step, trace)).join(' and ')}`;
  }
  const step = held.get(deviation);
  if (step === undefined || step === at.chosen) return `${name} has nothing else to wait for`;
  const end = findLater(step, deviation.step, trace);
  const others = (end?.number ?? trace.length + 1) - deviation.step;
  const count = `${others} ${others === 1 ? 'other' : 'others'}`;
  const when = end === undefined ? 'and is never taken' : `and goes at step ${end.number}`;
  return `${step.label}, due at step ${deviation.step}, waits for ${count} ${when}`;
}

/** Finds out whom each hold held back, the way that a replay does. */
function findHeld(schedule: Schedule, trace: readonly TracedStep[]): ReadonlyMap<Deviation, Step> {
  const found = new Map<Deviation, Step>();
  const until = new Map<Step, number>();
  for (const deviation of schedule) {
    if (!('hold' in deviation)) continue;
    const enabled = trace[deviation.step - 1]?.enabled ?? [];
    const step = enabled.find((each) => (until.get(each) ?? 0) <= deviation.step);
    if (step === undefined) continue;
    until.set(step, deviation.step + deviation.hold);
    found.set(deviation, step);
  }
  return found;
}

function nameLater(step: Step, after: number, trace: readonly TracedStep[]): string {
  const end = findLater(step, after, trace);
  return end === undefined ? `${step.label}, which is never taken` : `step ${end.number} (${step.label})`;
}

function findLater(step: Step, after: number, trace: readonly TracedStep[]): TracedStep | undefined {
  return trace.find(({ number, chosen }) => number > after && chosen === step);
}
