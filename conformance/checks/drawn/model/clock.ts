import { READINESS } from '../../../../generated/topology.ts';
import { pacificToday } from '../../../harness/messages/dates.ts';
import type { History } from '../../../history/events.ts';
import { readBeginning } from './played.ts';

/** Clocks of two machines differ, and a call takes its time. */
const DOUBT_MS = 120_000;
const HOUR_MS = 3_600_000;

/** What the judge knows of the time at which something happened. */
export interface Clock {
  /** Today in Pacific time at an event; the day is the same for as long as there is doubt, or it is undefined. */
  todayAt(at_ms: number): string | undefined;
  /** Whether a game date was past in Pacific time; undefined around midnight. */
  isPast(game_date: string, at_ms: number): boolean | undefined;
  /** Whether predictions for a game date were due; undefined around the deadline. */
  isDue(game_date: string, at_ms: number): boolean | undefined;
}

/** Create the clock of one played history; events say when they were by `at_ms`. */
export function clockOf(history: History): Clock {
  const began_ms = (readBeginning(history)?.now_ms ?? Date.now()) - (history[0]?.at_ms ?? 0);
  const todayAt = (at_ms: number): string | undefined => {
    const now_ms = began_ms + at_ms;
    const [early, late] = [pacificToday(now_ms - DOUBT_MS), pacificToday(now_ms + DOUBT_MS)];
    return early === late ? early : undefined;
  };
  return {
    todayAt,
    isPast(game_date, at_ms) {
      const today = todayAt(at_ms);
      return today === undefined ? undefined : game_date < today;
    },
    isDue(game_date, at_ms) {
      const left_ms = deadlineOf(game_date) - (began_ms + at_ms);
      return Math.abs(left_ms) < DOUBT_MS ? undefined : left_ms < 0;
    },
  };
}

/** The moment at which predictions for a game date are due, in milliseconds since 1970. @see asyncapi.yaml#/x-readiness */
export function deadlineOf(game_date: string): number {
  const { deadline_time, deadline_time_zone } = READINESS;
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: deadline_time_zone,
    hour: '2-digit',
    minute: '2-digit',
  });
  const as_utc = Date.parse(`${game_date}T${deadline_time}:00Z`);
  // The zone is some whole hours behind UTC, four or five after 1920.
  const behind = [4, 5].find((hours) => wall.format(as_utc + hours * HOUR_MS) === deadline_time) ?? 5;
  return as_utc + behind * HOUR_MS;
}
