const DAY_MS = 86_400_000;
const FIRST_FUTURE_MS = Date.UTC(2031, 0, 1);
const FIRST_PAST_MS = Date.UTC(1990, 0, 1);

/** Hands out game dates, each once, so that cases that run at the same time never meet. */
export interface GameDates {
  /** A day from 2031 on, which is past for nobody. */
  future(): string;
  /** A day from 1990 on, which is past for everybody. */
  past(): string;
}

/** Creates a calendar that begins `first_day` days after its start; a case gets days of its own this way. */
export function createGameDates(first_day = 0): GameDates {
  let future = first_day;
  let past = first_day;
  return {
    future: () => day(FIRST_FUTURE_MS + future++ * DAY_MS),
    past: () => day(FIRST_PAST_MS + past++ * DAY_MS),
  };
}

/** Name the day that it is in Pacific time. */
export function pacificToday(now_ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(now_ms);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
