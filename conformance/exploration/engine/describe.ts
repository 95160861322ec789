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

/**
 * List what of a schedule had no effect in the run that it gave: a step that never came, a fault that the step cannot suffer,
 * a take or hold with nothing beside it. Such a run is another one than the schedule is about; empty means that it fits.
 */
export function findMisfits(schedule: Schedule, trace: readonly TracedStep[]): readonly string[] {
  const held = findHeld(schedule, trace);
  return schedule.flatMap((deviation) => misfitOf(deviation, held, trace) ?? []);
}

function misfitOf(deviation: Deviation, held: Held, trace: readonly TracedStep[]): string | undefined {
  const at = trace[deviation.step - 1];
  if (at === undefined) return `step ${deviation.step} was never reached`;
  const name = nameOf(at);
  if ('fault' in deviation) {
    return at.fault === deviation.fault ? undefined : `${name} cannot suffer ${deviation.fault}`;
  }
  if ('hold' in deviation) {
    const step = held.get(deviation);
    return step === undefined || step === at.chosen ? `${name} has nothing else to wait for` : undefined;
  }
  const waits = new Set([...held].flatMap(([hold, step]) => (isHeldAt(hold, at.number) ? [step] : [])));
  const place = at.enabled.filter((step) => !waits.has(step)).indexOf(at.chosen);
  if (place === deviation.take) return undefined;
  return deviation.take === 1
    ? `${name} has nothing to overtake`
    : `${name} has no ${deviation.take} others to overtake`;
}

function describeDeviation(deviation: Deviation, held: Held, trace: readonly TracedStep[]): string {
  const misfit = misfitOf(deviation, held, trace);
  const at = trace[deviation.step - 1];
  if (misfit !== undefined || at === undefined) return misfit ?? '';
  if ('fault' in deviation) return `${nameOf(at)} ${FAULT_PHRASES[deviation.fault]}`;
  if ('take' in deviation) {
    const passed = at.enabled.slice(0, at.enabled.indexOf(at.chosen));
    return `${nameOf(at)} goes before ${passed.map((step) => nameLater(step, deviation.step, trace)).join(' and ')}`;
  }
  const step = held.get(deviation) ?? at.chosen;
  const end = findLater(step, deviation.step, trace);
  const others = (end?.number ?? trace.length + 1) - deviation.step;
  const count = `${others} ${others === 1 ? 'other' : 'others'}`;
  const when = end === undefined ? 'and is never taken' : `and goes at step ${end.number}`;
  return `${step.label}, due at step ${deviation.step}, waits for ${count} ${when}`;
}

function nameOf({ number, chosen }: TracedStep): string {
  return `step ${number} (${chosen.label})`;
}

/** Whom each hold held back. */
type Held = ReadonlyMap<Deviation, Step>;

function isHeldAt(hold: Deviation, number: number): boolean {
  return 'hold' in hold && hold.step <= number && number < hold.step + hold.hold;
}

/** Finds out whom each hold held back, the way that a replay does. */
function findHeld(schedule: Schedule, trace: readonly TracedStep[]): Held {
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
