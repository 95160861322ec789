import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PROCESSORS } from '../../../generated/registry.ts';
import { PipelineError } from '../../errors/pipeline-error.ts';

/** How far the history of one date is loaded. `failed` names raw tables whose load failed for good. */
export interface Loaded {
  readonly state: 'none' | 'under_way' | 'loaded' | 'failed';
  readonly failed: readonly string[];
  /** Records in the raw tables. */
  readonly records: number;
}

/**
 * Decide how far a date is loaded by a backfill.
 *
 * Each raw table is judged by the last backfill run of its scraper with this reason: an older load does not stand in for
 * one that is under way.
 *
 * @param history  finished runs of the date, oldest first.
 */
export function decideLoaded(history: readonly ProcessorRunHistory[], reason: string): Loaded {
  const own = history.filter(
    ({ skip_downstream_trigger, backfill_reason }) => skip_downstream_trigger && backfill_reason === reason,
  );
  const scrapers = Object.keys(PROCESSORS.phase_1_scrapers).map((scraper) =>
    own.findLast(({ processor_name }) => processor_name === scraper),
  );
  if (scrapers.every((run) => run === undefined)) return { state: 'none', failed: [], records: 0 };
  const tables = Object.entries(PROCESSORS.phase_2_raw).map(([table, { requires }]) => {
    const files = scrapers.filter((run) => requires.some((scraper) => scraper === run?.processor_name));
    return own.findLast(
      ({ processor_name, upstream }) =>
        processor_name === table &&
        files.length === requires.length &&
        files.every((file) => upstream.some(({ execution_id }) => execution_id === file?.execution_id)),
    );
  });
  const present = tables.flatMap((run) => run ?? []);
  const failed = present.filter(({ status }) => status === 'failed').map((run) => run.processor_name);
  const records = present.reduce((sum, run) => sum + run.record_count, 0);
  if (present.length < tables.length) return { state: 'under_way', failed, records };
  return { state: failed.length > 0 ? 'failed' : 'loaded', failed, records };
}

/**
 * List the calendar days of a range, both ends included.
 *
 * @throws {PipelineError} INVALID_REQUEST when it ends before it begins.
 */
export function rangeOfDates(from: string, to: string): readonly string[] {
  if (from > to) {
    throw new PipelineError('INVALID_REQUEST', `--from must not be after --to, got ${from} and ${to}`);
  }
  const dates: string[] = [];
  for (let day = Date.parse(`${from}T00:00:00Z`); day <= Date.parse(`${to}T00:00:00Z`); day += DAY_MS) {
    dates.push(new Date(day).toISOString().slice(0, 10));
  }
  return dates;
}

const DAY_MS = 24 * 3600 * 1000;
