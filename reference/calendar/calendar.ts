import { READINESS } from '../../generated/topology.ts';

/**
 * Give the business day at a moment: the calendar date in America/Los_Angeles, `YYYY-MM-DD`.
 *
 * It is the default of every endpoint that may be called without a date, and the measure of "past". It is never a
 * message's game_date, which only messages carry.
 */
export function businessDate(now: Date): string {
  return wallClock(now, READINESS.business_time_zone).slice(0, 10);
}

/** Tell whether a game_date lies before the business day; dates of the same shape compare as text. */
export function isPast(game_date: string, now: Date): boolean {
  return game_date < businessDate(now);
}

/** Give the moment at which the predictions of a date are due: 10:00 America/New_York on that same date. */
export function deadline(game_date: string): Date {
  return momentOf(`${game_date}T${READINESS.deadline_time}`, READINESS.deadline_time_zone);
}

/**
 * Find the moment at which a clock on the wall of a time zone shows `local`, such as 2024-03-10T10:00.
 *
 * The first guess takes the zone for UTC; its error is the zone's offset there. Guessing again with the offset of
 * the second guess settles days on which the offset changes.
 */
function momentOf(local: string, time_zone: string): Date {
  const as_utc = new Date(`${local}:00Z`).getTime();
  if (as_utc < FIRST_MS) return new Date(momentLater(as_utc, time_zone).getTime() - SHIFT_MS);
  let guess = as_utc;
  for (let round = 0; round < 2; round += 1) {
    const shown = new Date(`${wallClock(new Date(guess), time_zone)}Z`).getTime();
    guess += as_utc - shown;
  }
  return new Date(guess);
}

/** Before this year dates are written in ways that are not read back, such as years before Christ. */
const FIRST_MS = Date.UTC(1000, 0, 1);
/** The calendar repeats itself after 400 years of 146,097 days. */
const SHIFT_MS = 5 * 146_097 * 24 * 3600 * 1000;

function momentLater(as_utc: number, time_zone: string): Date {
  return momentOf(new Date(as_utc + SHIFT_MS).toISOString().slice(0, 16), time_zone);
}

/** Write what a clock in the time zone shows, as `YYYY-MM-DDTHH:mm:ss`. */
function wallClock(now: Date, time_zone: string): string {
  // Swedish writes dates in ISO order; no other part of the locale shows.
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: time_zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
    .format(now)
    .replace(' ', 'T');
}
