import { SCHEDULES } from '../../../generated/topology.ts';
import { businessDate } from '../../../reference/calendar/calendar.ts';
import type { HttpAnswer, HttpRequest } from '../../../reference/ports/ports.ts';
import { request } from '../../reference/deliveries.ts';
import type { Timeline } from './timeline.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The moment at which a day begins in Pacific time, in milliseconds since the epoch. */
export function pacificMidnight(date: string): number {
  // Midnight there is seven or eight hours behind that of UTC.
  const [summer = 0, winter = 0] = [7, 8].map((hours) => Date.parse(`${date}T00:00:00Z`) + hours * HOUR_MS);
  return businessDate(new Date(summer)) === date ? summer : winter;
}

/**
 * Makes the calls of one day by the contract's schedules at their Pacific times, each again as its schedule says.
 *
 * @param call      resolves with undefined when nobody answered.
 * @param onAnswer  told of each answer, by the name of the job.
 */
export function scheduleDay(
  timeline: Timeline,
  date: string,
  call: (component: string, request: HttpRequest) => Promise<HttpAnswer | undefined>,
  onAnswer: (job: string, status: number | undefined) => void,
): void {
  const midnight_ms = pacificMidnight(date);
  for (const [
    job,
    { cron, component, method, path, headers, retry, attempt_deadline_seconds },
  ] of Object.entries(SCHEDULES)) {
    const make = async (attempt: number): Promise<void> => {
      const answer = await Promise.race([
        call(component, lowerCase(request(method, path, '', headers))),
        timeline.wait(attempt_deadline_seconds * 1000).then(() => undefined),
      ]);
      onAnswer(job, answer?.status);
      const is_done = answer !== undefined && answer.status < 300;
      if (is_done || attempt > retry.max_attempts) return;
      const backoff_seconds = Math.min(
        retry.max_backoff_seconds,
        retry.min_backoff_seconds * 2 ** (attempt - 1),
      );
      timeline.after(backoff_seconds * 1000, () => void make(attempt + 1));
    };
    for (const at_ms of momentsOf(cron, midnight_ms)) {
      timeline.after(at_ms - timeline.nowMs(), () => void make(1));
    }
  }
}

/** A server hands header names over in lower case. */
function lowerCase(made: HttpRequest): HttpRequest {
  const headers = Object.entries(made.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...made, headers: Object.fromEntries(headers) };
}

/** Reads the two kinds of cron lines that the contract has: a time of day, and every so many minutes. */
function momentsOf(cron: string, midnight_ms: number): readonly number[] {
  const [minute = '', hour = ''] = cron.split(' ');
  const every = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (every !== undefined && hour === '*') {
    const step_ms = Number(every) * 60_000;
    return Array.from({ length: DAY_MS / step_ms }, (_, nth) => midnight_ms + nth * step_ms);
  }
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour)) {
    return [onTheWall(midnight_ms, Number(hour)) + Number(minute) * 60_000];
  }
  throw new Error(
    `expected a cron line such as "15 6 * * *" or "*/15 * * * *", got "${cron}"; teach this world`,
  );
}

/** On two days of the year the morning is an hour nearer to midnight, or farther. */
function onTheWall(midnight_ms: number, hour: number): number {
  const guess_ms = midnight_ms + hour * HOUR_MS;
  const shown = Number(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/Los_Angeles',
      hour: '2-digit',
      hourCycle: 'h23',
    }).format(new Date(guess_ms)),
  );
  return guess_ms + (hour - shown) * HOUR_MS;
}
