import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarOf, simulatedSeasons } from '../../../reference/figures/season/calendar.ts';
import { startPipeline } from '../../../reference/local/pipeline.ts';
import { COMPONENT_LOADERS } from '../../../reference/services/components.ts';
import { descendants } from '../processes.ts';
import { loadHistory } from './history.ts';
import type { Sample } from './samples.ts';

/** What is loaded, and where it is kept. */
export interface Load {
  /** 1 to 4 invented seasons, of which 2024-25 is the last. */
  readonly seasons: number;
  /** Loads no more than so many dates, counted from the first. */
  readonly dates_max: number;
  /** How many dates are under way at the same time. */
  readonly concurrency: number;
  /** Folder of the cloud. */
  readonly data: string;
  /** Where a line is added for each date as it ends. */
  readonly samples: string;
}

const SEED = 1;

/** The cloud and the components; what only helps to start them is left out. */
const PROCESSES: readonly string[] = ['cloud', ...Object.keys(COMPONENT_LOADERS)];

/** Lists the dates with games of so many seasons, oldest first. */
export function datesOf({ seasons, dates_max }: Pick<Load, 'seasons' | 'dates_max'>): readonly string[] {
  return simulatedSeasons(seasons)
    .flatMap((season) => calendarOf(SEED, season).dates)
    .slice(0, dates_max);
}

/**
 * Loads dates through Phases 1 to 4 with every component as a process of its own, and notes after each date the time and the
 * memory of each process. Dates that the folder holds already are not noted again.
 *
 * @throws {Error} with the problem of the first date that failed for good.
 */
export async function measureLoad(
  load: Load,
  onSample: (sample: Sample) => void,
  interrupted: () => boolean,
): Promise<void> {
  const dates = datesOf(load);
  const held = mkdtempSync(join(tmpdir(), 'bench-season-'));
  process.env['HELD_FOLDER'] = held;
  process.env['NODE_OPTIONS'] = `--import ${new URL('../held.mjs', import.meta.url).href}`;
  const pipeline = await startPipeline({
    project: 'demo-bench-season',
    environment: {
      CLOCK_START: `${dates.at(-1)}T12:00:00Z`,
      SIMULATED_SEASONS: String(load.seasons),
      SIMULATED_SEED: String(SEED),
      LOG_LEVEL: 'fatal',
    },
    data: load.data,
    onLog: () => {},
  });
  const session = Date.now();
  const began_ms = performance.now();
  try {
    await loadHistory(pipeline, {
      dates,
      concurrency: load.concurrency,
      interrupted,
      onDate({ game_date, outcome, records }) {
        if (outcome !== 'loaded') return;
        const sample: Sample = {
          game_date,
          session,
          elapsed_ms: Math.round(performance.now() - began_ms),
          records,
          processes: descendants()
            .filter(({ name }) => PROCESSES.includes(name))
            .map(({ pid, name, own_mebibytes, mapped_mebibytes, cpu_ms }) => ({
              name,
              held_mebibytes: heldBy(held, pid),
              own_mebibytes: Math.round(own_mebibytes),
              mapped_mebibytes: Math.round(mapped_mebibytes),
              cpu_ms,
            })),
        };
        appendFileSync(load.samples, `${JSON.stringify(sample)}\n`);
        onSample(sample);
      },
    });
  } finally {
    await pipeline.stop();
    rmSync(held, { recursive: true, force: true });
  }
}

/** What a process has said that it holds; null in its first seconds. */
function heldBy(folder: string, pid: number): number | null {
  try {
    return Number(readFileSync(join(folder, String(pid)), 'utf8'));
  } catch {
    return null;
  }
}
