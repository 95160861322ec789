import { dayAfter, pacificToday } from './dates.ts';

/** Which days a drawn history is about. */
export const DAY_KINDS = [
  'plain',
  'leap day',
  'clocks forward',
  'clocks back',
  'end of year',
  'past',
  'today',
] as const;

/** The name of a kind of days. */
export type DayKind = (typeof DAY_KINDS)[number];

/** Three neighbours that nobody else has, and what to add to a run number so that its keys are nobody else's either. */
export interface DayWindow {
  /** The day that the kind is about, the one after it, the one before it. */
  readonly days: readonly [string, string, string];
  readonly run_offset: number;
  /** Whether other histories have the same days, each with runs of its own. */
  readonly is_shared: boolean;
}

/** Hands out windows, each once in a run. */
export interface DayWindows {
  next(kind: DayKind): DayWindow;
}

const YEARS = { first: 2050, last: 2099, later: 2150, past: 1900 };
/** Days from one window to the next: three of its own, and one on either side. */
const STRIDE = 5;
/** Histories of today are about runs of their own, ten for each. */
const RUNS = 10;
const SUNDAY = 0;

/** Create windows of which none was handed out yet. @param nowMs what today follows from */
export function createDayWindows(nowMs: () => number = Date.now): DayWindows {
  const special = specialDays();
  const around = new Set(
    [...special.values()]
      .flat()
      .flatMap((day) => [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((off) => dayAfter(day, off))),
  );
  let plain = `${YEARS.first}-01-10`;
  let past = `${YEARS.past}-01-10`;
  let todays = 0;
  const nextPlain = (): string => {
    do {
      plain = dayAfter(plain, STRIDE);
      if (plain > `${YEARS.last}-12-20` && plain < `${YEARS.later}-01-01`) plain = `${YEARS.later}-01-10`;
    } while (around.has(plain));
    return plain;
  };
  return {
    next(kind) {
      if (kind === 'today') {
        const run_offset = RUNS * ++todays;
        return { ...windowAround(pacificToday(nowMs())), run_offset, is_shared: true };
      }
      if (kind === 'past') past = dayAfter(past, STRIDE);
      const day = kind === 'past' ? past : (special.get(kind)?.shift() ?? nextPlain());
      return { ...windowAround(day), run_offset: 0, is_shared: false };
    },
  };
}

function windowAround(day: string): Pick<DayWindow, 'days'> {
  return { days: [day, dayAfter(day, 1), dayAfter(day, -1)] };
}

function specialDays(): Map<DayKind, string[]> {
  const years = Array.from({ length: YEARS.last - YEARS.first }, (_, index) => YEARS.first + 1 + index);
  const isLeap = (year: number): boolean => year % 4 === 0 && year % 100 !== 0;
  return new Map([
    ['leap day', years.filter(isLeap).map((year) => `${year}-02-29`)],
    ['clocks forward', years.map((year) => nthSunday(year, 3, 2))],
    ['clocks back', years.map((year) => nthSunday(year, 11, 1))],
    ['end of year', years.map((year) => `${year}-12-31`)],
  ]);
}

/** The clocks of the United States change on the second Sunday of March and the first of November. */
function nthSunday(year: number, month: number, nth: number): string {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const day = 1 + ((7 + SUNDAY - first) % 7) + 7 * (nth - 1);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}
