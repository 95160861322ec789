import { FAULT_NAMES, isFaultName } from './faults.ts';
import { type Deviation, findScheduleProblem, type Schedule } from './schedule.ts';

/** The version of the text form; a change of what a schedule means needs a new one. */
const SCHEDULE_PREFIX = 's1:';

/**
 * Print a schedule in one line without blanks, fit for a command line.
 *
 * `s1:7+2,9~20,12!aborted` takes the third step at 7, holds the first one back for 20 at 9, and aborts the call at 12.
 */
export function printSchedule(schedule: Schedule): string {
  return SCHEDULE_PREFIX + schedule.map(printDeviation).join(',');
}

/**
 * Read a printed schedule; printing it again gives the same text.
 *
 * @throws {Error} with the part that is not one, and what was expected there.
 */
export function parseSchedule(text: string): Schedule {
  if (!text.startsWith(SCHEDULE_PREFIX)) {
    throw new Error(
      `expected a schedule that begins with "${SCHEDULE_PREFIX}", got "${text.slice(0, 40)}"; copy it whole`,
    );
  }
  const body = text.slice(SCHEDULE_PREFIX.length);
  const schedule = body === '' ? [] : body.split(',').map(parseDeviation);
  const problem = findScheduleProblem(schedule);
  if (problem !== undefined) throw new Error(`not a schedule: ${problem} (in "${text}")`);
  return schedule;
}

function printDeviation(deviation: Deviation): string {
  if ('take' in deviation) return `${deviation.step}+${deviation.take}`;
  if ('hold' in deviation) return `${deviation.step}~${deviation.hold}`;
  return `${deviation.step}!${deviation.fault}`;
}

// No leading zeros and no signs, so that every schedule has exactly one text.
const DEVIATION = /^([1-9]\d{0,8})(?:([+~])([1-9]\d{0,8})|!([a-z_]+))$/;

function parseDeviation(part: string): Deviation {
  const [, step, sign, size, fault] = DEVIATION.exec(part) ?? [];
  if (step !== undefined && sign === '+') return { step: Number(step), take: Number(size) };
  if (step !== undefined && sign === '~') return { step: Number(step), hold: Number(size) };
  if (step !== undefined && fault !== undefined && isFaultName(fault)) return { step: Number(step), fault };
  throw new Error(
    `expected "STEP+TAKE", "STEP~HOLD" or "STEP!FAULT", got "${part}"; faults are ${FAULT_NAMES.join(', ')}`,
  );
}
