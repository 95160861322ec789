import { looksLikeHistory, parseHistory } from '../../checks/drawn/value/history.ts';
import { errorWords } from '../../contract/errors.ts';
import type { Schedule } from '../../exploration/schedule/schedule.ts';
import { parseSchedule } from '../../exploration/schedule/text.ts';
import type { Selected } from '../../requirements/selection.ts';
import { type Exploring, explores } from '../../verdict/running/limits.ts';
import { UsageError } from '../exit-codes.ts';

const DEEP_MINUTES_MAX = 24 * 60;

/**
 * Read what the command line says about schedules and drawn histories.
 *
 * @throws {UsageError} when a text is no schedule or no time, or nothing that is selected explores.
 */
export function exploringOf(
  { schedule, deep, quick }: { readonly schedule?: string; readonly deep?: string; readonly quick?: boolean },
  { checks }: Selected,
): Exploring {
  if (schedule === undefined && deep === undefined) return {};
  if (quick === true)
    throw new UsageError('--quick explores nothing; leave out --schedule and --deep, or --quick');
  if (schedule !== undefined && looksLikeHistory(schedule)) return historyOf(schedule, checks);
  if (!checks.some((check) => explores({ check }) || (schedule === undefined && check.draws === true))) {
    throw new UsageError(
      '--schedule and --deep need a check that explores, and none is selected; see "conformance explain FANIN-006"',
    );
  }
  if (schedule !== undefined && deep !== undefined) {
    throw new UsageError('--schedule runs one schedule and --deep many; leave one of them out');
  }
  return schedule === undefined ? { deep_minutes: minutesOf(deep) } : { schedule: scheduleOf(schedule) };
}

/** A drawn history is written where a schedule of calls is. */
function historyOf(line: string, checks: Selected['checks']): Exploring {
  if (!checks.some(({ draws }) => draws === true)) {
    throw new UsageError(
      '--schedule with a history needs a check that draws histories, and none is selected; see "conformance list"',
    );
  }
  try {
    parseHistory(line);
  } catch (error) {
    throw new UsageError(`--schedule: ${errorWords(error)}`);
  }
  return { history: line };
}

function scheduleOf(text: string): Schedule {
  try {
    return parseSchedule(text);
  } catch (error) {
    throw new UsageError(`--schedule: ${errorWords(error)}`);
  }
}

function minutesOf(text: string | undefined): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= DEEP_MINUTES_MAX) return minutes;
  throw new UsageError(`--deep must be minutes, more than 0 and at most ${DEEP_MINUTES_MAX}, got "${text}"`);
}
