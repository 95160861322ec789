import { createPorts } from '../../../reference/google/ports.ts';
import type { LocalPipeline } from '../../../reference/local/pipeline.ts';
import type { DateOutcome } from '../../../reference/operations/backfill/load-date.ts';
import { loadRange } from '../../../reference/operations/backfill/load-range.ts';
import { createAddresses } from '../../../reference/operations/calls/addresses.ts';
import { createComponentCalls } from '../../../reference/operations/calls/component-calls.ts';
import { readSettings } from '../../../reference/ports/settings.ts';

/** Which dates are loaded as history, and how. */
export interface HistoryWish {
  /** In order; dates without games may be among them. */
  readonly dates: readonly string[];
  /** How many dates are under way at the same time. */
  readonly concurrency: number;
  readonly interrupted?: () => boolean;
  readonly onDate?: (outcome: DateOutcome) => void;
}

/** How long one step of a date may take before the load ends. */
const PATIENCE_SECONDS = 600;

/**
 * Loads dates through Phases 1 to 4 of a pipeline on this machine, by what `pipeline backfill` runs. Dates that are loaded
 * already cost next to nothing.
 *
 * @throws {Error} with the problem of the first date that failed for good.
 */
export async function loadHistory(
  pipeline: LocalPipeline,
  { dates, concurrency, interrupted = () => false, onDate = () => {} }: HistoryWish,
): Promise<void> {
  const settings = readSettings({ ...process.env, ...pipeline.environment });
  const ports = createPorts(settings);
  const urls = Object.entries(pipeline.addresses).map(([name, url]) => `${name}=${url}`);
  const calls = createComponentCalls(
    createAddresses({ project: settings.project, region: '', urls, environment: process.env }),
  );
  const backfill = {
    dates,
    game_days: null,
    reason: 'benchmark',
    through: 4 as const,
    concurrency,
    patience_seconds: PATIENCE_SECONDS,
    interrupted,
  };
  try {
    const outcomes = await loadRange(ports, calls, backfill, onDate);
    const broken = outcomes.find(({ problem }) => problem !== null);
    if (broken !== undefined) throw new Error(`${broken.game_date} could not be loaded: ${broken.problem}`);
  } finally {
    await ports.close();
  }
}
