import { quantile } from '../pipeline/numbers.ts';

/** One date as it ended. */
export interface Sample {
  readonly game_date: string;
  /** When the processes were started that carried it: after an interruption all begin anew. */
  readonly session: number;
  /** Since the session's first date began. */
  readonly elapsed_ms: number;
  /** Rows that the date's runs wrote. */
  readonly records: number;
  /** Every process of the pipeline; `cpu_ms` since it began. */
  readonly processes: readonly {
    readonly name: string;
    /** After everything that can be collected was collected; null while it has not said so. */
    readonly held_mebibytes: number | null;
    readonly own_mebibytes: number;
    readonly mapped_mebibytes: number;
    readonly cpu_ms: number;
  }[];
}

/** What some dates in a row took. */
export interface Stretch {
  readonly dates: number;
  readonly wall_ms_a_date: number;
  /** Processor time of all processes together. */
  readonly cpu_ms_a_date: number;
}

/** Medians of one process over the first and over the last dates. */
export interface MemoryRow {
  readonly name: string;
  readonly held_first_mebibytes: number;
  readonly held_last_mebibytes: number;
  readonly first_mebibytes: number;
  readonly last_mebibytes: number;
  readonly mapped_first_mebibytes: number;
  readonly mapped_last_mebibytes: number;
}

/** The dates that are compared: the first and the last hundred, or a third where there are fewer than 300. */
export function ends(samples: readonly Sample[]): readonly [readonly Sample[], readonly Sample[]] {
  const count = Math.min(100, Math.floor(samples.length / 3));
  return [samples.slice(0, count), samples.slice(samples.length - count)];
}

/** Add up how long the loading took until each sample, without the time between two sessions; in milliseconds. */
export function worked(samples: readonly Sample[]): readonly { wall_ms: number; cpu_ms: number }[] {
  let wall_ms = 0;
  let cpu_ms = 0;
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    const goes_on = before?.session === sample.session;
    wall_ms += sample.elapsed_ms - (goes_on ? before.elapsed_ms : 0);
    cpu_ms += cpuOf(sample) - (goes_on ? cpuOf(before) : 0);
    return { wall_ms, cpu_ms };
  });
}

/** Says what the dates of a stretch took, from the end of the one before to the end of the last. */
export function stretchOf(samples: readonly Sample[], from: number, to: number): Stretch {
  const all = worked(samples);
  const [begin, end] = [all[from - 1] ?? { wall_ms: 0, cpu_ms: 0 }, all[to - 1]];
  const dates = to - from;
  if (end === undefined) return { dates: 0, wall_ms_a_date: Number.NaN, cpu_ms_a_date: Number.NaN };
  return {
    dates,
    wall_ms_a_date: (end.wall_ms - begin.wall_ms) / dates,
    cpu_ms_a_date: (end.cpu_ms - begin.cpu_ms) / dates,
  };
}

type MemoryField = 'held_mebibytes' | 'own_mebibytes' | 'mapped_mebibytes';

/** Compares the memory of each process at both ends. */
export function memoryRows(samples: readonly Sample[]): readonly MemoryRow[] {
  const [first, last] = ends(samples);
  const names = [...new Set(samples.flatMap(({ processes }) => processes.map(({ name }) => name)))].sort();
  return names.map((name) => {
    const median = (some: readonly Sample[], field: MemoryField) =>
      quantile(
        some.flatMap(({ processes }) =>
          processes.filter((one) => one.name === name).flatMap((one) => one[field] ?? []),
        ),
        0.5,
      );
    return {
      name,
      held_first_mebibytes: median(first, 'held_mebibytes'),
      held_last_mebibytes: median(last, 'held_mebibytes'),
      first_mebibytes: median(first, 'own_mebibytes'),
      last_mebibytes: median(last, 'own_mebibytes'),
      mapped_first_mebibytes: median(first, 'mapped_mebibytes'),
      mapped_last_mebibytes: median(last, 'mapped_mebibytes'),
    };
  });
}

function cpuOf({ processes }: Sample): number {
  return processes.reduce((sum, { cpu_ms }) => sum + cpu_ms, 0);
}
