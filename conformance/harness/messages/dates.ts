const DAY_MS = 86_400_000;

/** The first coming and the first past day that cases may use. */
export interface Calendar {
  readonly future: string;
  readonly past: string;
}

/** Days in a cloud of the judge, where nobody else is. */
const OWN_CLOUD: Calendar = { future: '2031-01-01', past: '1990-01-01' };

/** Hands out game dates, each once, so that cases that run at the same time never meet. */
export interface GameDates {
  /** A day that is past for nobody. */
  future(): string;
  /** A day that is past for everybody. */
  past(): string;
}

/** Creates a calendar that begins `first_day` days after its start; a case gets days of its own this way. */
export function createGameDates(first_day = 0, calendar = OWN_CLOUD): GameDates {
  let future = first_day;
  let past = first_day;
  return {
    future: () => dayAfter(calendar.future, future++),
    past: () => dayAfter(calendar.past, past++),
  };
}

/** Name the day that it is in Pacific time. */
export function pacificToday(now_ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format(now_ms);
}

/** Name the day that comes so many days after another. */
export function dayAfter(game_date: string, days: number): string {
  return new Date(Date.parse(`${game_date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
