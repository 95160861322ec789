import { FAULT_PHRASES } from '../schedule/faults.ts';
import type { Deviation, Schedule } from '../schedule/schedule.ts';
import type { TracedStep } from './simulation.ts';

/**
 * Say a schedule in words: "in order, except: step 7 (Commit of instance 2) goes before step 9 (…); …".
 *
 * @param trace of the run that this schedule gave; its labels are used, and what never came about is said to be without effect.
 */
export function describeSchedule(schedule: Schedule, trace: readonly TracedStep[]): string {
  if (schedule.length === 0) return 'in order';
  return `in order, except: ${schedule.map((deviation) => describeDeviation(deviation, trace)).join('; ')}`;
}

function describeDeviation(deviation: Deviation, trace: readonly TracedStep[]): string {
  const at = trace[deviation.step - 1];
  if (at === undefined) return `step ${deviation.step} was never reached`;
  if ('fault' in deviation) {
    if (at.fault !== deviation.fault)
      return `step ${deviation.step} (${at.chosen.label}) cannot suffer ${deviation.fault}`;
    return `step ${deviation.step} (${at.chosen.label}) ${FAULT_PHRASES[deviation.fault]}`;
  }
  const passed = at.enabled.filter((step) => at.enabled.indexOf(step) < at.enabled.indexOf(at.chosen));
  if ('take' in deviation) {
    if (passed.length === 0) return `step ${deviation.step} (${at.chosen.label}) has nothing to overtake`;
    const overtaken = passed.map((step) => later(step, deviation.step, trace)).join(' and ');
    return `step ${deviation.step} (${at.chosen.label}) goes before ${overtaken}`;
  }
  const held = passed[0];
  if (held === undefined) return `step ${deviation.step} (${at.chosen.label}) had nothing else to wait for`;
  const end = trace.find((entry) => entry.number > deviation.step && entry.chosen === held);
  const until = end === undefined ? 'for the rest of the run' : `until step ${end.number}`;
  const count = (end?.number ?? trace.length + 1) - deviation.step;
  return `${held.label}, due at step ${deviation.step}, waits ${until} while ${count} ${count === 1 ? 'other goes' : 'others go'} first`;
}

function later(step: TracedStep['chosen'], after: number, trace: readonly TracedStep[]): string {
  const end = trace.find((entry) => entry.number > after && entry.chosen === step);
  return end === undefined ? `${step.label}, which never comes` : `step ${end.number} (${step.label})`;
}
