import type { DateRange } from '../description.ts';
import type { FileProblem, TargetFile } from '../file.ts';

/** Real games are played from 1946 on, and scheduled a year ahead; tests may use what lies outside. */
const REAL_GAMES: DateRange = { from: '1946-11-01', to: '2079-12-31' };

/** Find reserved dates that do not exist, or on which real games are or will be played. */
export function datesProblem({ project = {} }: TargetFile): FileProblem | undefined {
  for (const part of ['reserved_dates', 'past_dates'] as const) {
    const range = project[part];
    if (range === undefined) continue;
    const steps = ['project', part];
    const impossible = [range.from, range.to].find((date) => !isDate(date));
    if (impossible !== undefined) {
      return { steps, sentence: `expected days of the calendar, got "${impossible}"; correct it` };
    }
    const allowed = part === 'reserved_dates' ? range.from > REAL_GAMES.to : range.to < REAL_GAMES.from;
    if (allowed && range.from <= range.to) continue;
    const where = part === 'reserved_dates' ? `after ${REAL_GAMES.to}` : `before ${REAL_GAMES.from}`;
    const sentence = `expected days in order and ${where}, on which no real game is played, got ${range.from} to ${range.to}; tests write and delete what belongs to them`;
    return { steps, sentence };
  }
  return undefined;
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
}
