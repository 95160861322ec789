import type { Ports } from '../../ports/ports.ts';
import type { ComponentCalls } from '../calls/component-calls.ts';
import { LEVELS, type Through } from './decide-step.ts';
import { createGates } from './gates.ts';
import { type DateOutcome, loadDate } from './load-date.ts';

/** A range of dates to load as history. */
export interface Backfill {
  /** In order. */
  readonly dates: readonly string[];
  /** Dates that had games; null when that is not known, and every date is asked for. */
  readonly game_days: ReadonlySet<string> | null;
  readonly reason: string;
  readonly through: Through;
  /** How many dates are under way at the same time. */
  readonly concurrency: number;
  /** How long one step of a date may take. */
  readonly patience_seconds: number;
  /** Ends the backfill after the dates that are under way. */
  readonly interrupted: () => boolean;
}

/** Outcomes after which no further date begins. */
const FOR_GOOD: readonly DateOutcome['outcome'][] = ['late', 'failed', 'refused'];

/**
 * Load every date of a range that is not loaded yet, several at the same time, and tell each as it ends. Dates begin oldest
 * first, and a cascade level runs oldest first. When a date fails for good, none begins any more, and those after it end
 * before a level for which they would need it.
 *
 * @returns one outcome per date that was begun, in order of date.
 * @throws {PipelineError} COMPONENT_UNAVAILABLE, BROKER_UNAVAILABLE or STORE_UNAVAILABLE, after the dates under way ended.
 * @see requirements BACK-001, BACK-004
 */
export async function loadRange(
  ports: Ports,
  calls: ComponentCalls,
  backfill: Backfill,
  onDate: (outcome: DateOutcome) => void,
): Promise<readonly DateOutcome[]> {
  const { dates, game_days, concurrency, interrupted } = backfill;
  const gates = createGates(dates.length, LEVELS.length);
  const outcomes = new Map<number, DateOutcome>();
  let next = 0;
  let is_over = false;
  const loadOne = async (index: number, game_date: string): Promise<void> => {
    try {
      const outcome: DateOutcome =
        game_days !== null && !game_days.has(game_date)
          ? { game_date, outcome: 'no_games', records: 0, problem: null }
          : await loadDate(ports, calls, gates, { ...backfill, game_date, index });
      if (outcome.outcome === 'no_games' || outcome.outcome === 'no_figures') gates.skip(index);
      if (FOR_GOOD.includes(outcome.outcome)) is_over = true;
      outcomes.set(index, outcome);
      onDate(outcome);
    } catch (error) {
      is_over = true;
      throw error;
    } finally {
      // Whoever has passed a level or was skipped has said so; nobody waits for the rest.
      if (!isSkipped(outcomes.get(index))) gates.close(index);
    }
  };
  const work = async (): Promise<void> => {
    while (!is_over && !interrupted()) {
      const index = next;
      const game_date = dates[index];
      if (game_date === undefined) return;
      next += 1;
      await loadOne(index, game_date);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
}

function isSkipped(outcome: DateOutcome | undefined): boolean {
  return outcome?.outcome === 'no_games' || outcome?.outcome === 'no_figures';
}
