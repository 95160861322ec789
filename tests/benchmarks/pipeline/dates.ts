import { cpuOfAll } from '../processes.ts';
import { quantile } from './numbers.ts';
import { within } from './within.ts';

/** What was measured of one way to carry the cascade. */
export interface CascadeFigures {
  /** From the first completion of Phase 3 to the trigger of level 3: the median of dates that come one by one. */
  readonly alone_ms: number;
  /** The same of all dates at once, until the last one is there. */
  readonly at_once_ms: number;
  /** Processor time of everything that took part, per date, while all dates come at once. */
  readonly cpu_ms: number;
}

/** The level whose trigger ends a date. */
export const LAST_LEVEL = 3;

/** How many dates come one by one and are counted; as many before them make everything warm. */
export const ALONE = 20;

/** How many dates come at once. */
export const AT_ONCE = 200;

/** A cascade that takes longer never ends. */
const PATIENCE_MS = 300_000;

const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.parse('2031-01-01');

/**
 * Carries dates one by one, and then many at once.
 *
 * @param carry  sends the five completions of a date, and resolves when the trigger of the last level is there.
 */
export async function measureDates(carry: (game_date: string) => Promise<unknown>): Promise<CascadeFigures> {
  let day = 0;
  const carryNext = async (): Promise<number> => {
    const game_date = new Date(FIRST_DAY_MS + day++ * DAY_MS).toISOString().slice(0, 10);
    const begun_ms = performance.now();
    await within(PATIENCE_MS, carry(game_date), `the trigger of level ${LAST_LEVEL} of ${game_date}`);
    return performance.now() - begun_ms;
  };
  const alone: number[] = [];
  for (let date = 0; date < ALONE * 2; date += 1) alone.push(await carryNext());
  const cpu_before_ms = cpuOfAll();
  const at_once = await Promise.all(Array.from({ length: AT_ONCE }, carryNext));
  return {
    alone_ms: quantile(alone.slice(ALONE), 0.5),
    at_once_ms: Math.max(...at_once),
    cpu_ms: (cpuOfAll() - cpu_before_ms) / AT_ONCE,
  };
}
