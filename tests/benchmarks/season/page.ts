import { table } from '../pipeline/numbers.ts';
import { ends, memoryRows, type Sample, stretchOf } from './samples.ts';

/** What the section says beside the samples. */
export interface Circumstances {
  /** The command, as somebody would repeat it. */
  readonly command: string;
  /** UTC, as 2024-01-15. */
  readonly date: string;
  readonly commit: string;
  /** Dates that the seasons have. */
  readonly dates_all: number;
  readonly concurrency: number;
}

/** Write what was measured, for docs/season.md. */
export function sectionOf(samples: readonly Sample[], about: Circumstances): string {
  const [first, last] = ends(samples);
  const count = first.length;
  const from = samples.length - count;
  const stretches = [
    ['first', stretchOf(samples, 0, count)],
    ['middle', stretchOf(samples, Math.floor(from / 2), Math.floor(from / 2) + count)],
    ['last', stretchOf(samples, from, samples.length)],
  ] as const;
  const records = samples.reduce((sum, sample) => sum + sample.records, 0);
  const sessions = new Set(samples.map(({ session }) => session)).size;
  const whole =
    samples.length === about.dates_all
      ? `All ${about.dates_all} dates`
      : `The first ${samples.length} of ${about.dates_all} dates`;
  return [
    `${whole}, from ${samples[0]?.game_date} to ${samples.at(-1)?.game_date}, ${about.concurrency} at a time, wrote ${records.toLocaleString('en-GB')} rows`,
    `(\`${about.command}\`, ${about.date}, commit ${about.commit}, ${sessions === 1 ? 'without an interruption' : `in ${sessions} sessions`}).`,
    '',
    table(
      ['dates', 'seconds a date', 'processor seconds a date'],
      stretches.map(([name, { wall_ms_a_date, cpu_ms_a_date }]) => [
        `the ${name} ${count}`,
        (wall_ms_a_date / 1000).toFixed(2),
        (cpu_ms_a_date / 1000).toFixed(2),
      ]),
    ),
    '',
    `Memory of each process in MiB, the median over the first and over the last ${last.length} dates. \`held\` is what it holds after a collection of`,
    'garbage, every ten seconds. `own` is what the operating system gives it, with the room that V8 keeps for garbage. `mapped` is what it has mapped of',
    'files; for the cloud this is mostly the folder, which lies in the cache of the operating system:',
    '',
    table(
      [
        'process',
        `held, first ${count}`,
        'held, last',
        'times',
        'own, first',
        'own, last',
        'mapped, first',
        'mapped, last',
      ],
      memoryRows(samples).map((row) => [
        row.name,
        row.held_first_mebibytes.toFixed(1),
        row.held_last_mebibytes.toFixed(1),
        (row.held_last_mebibytes / row.held_first_mebibytes).toFixed(2),
        String(row.first_mebibytes),
        String(row.last_mebibytes),
        String(row.mapped_first_mebibytes),
        String(row.mapped_last_mebibytes),
      ]),
    ),
    '',
    '![Time and memory over dates: time is a straight line, the memory of each process is level.](pictures/season.svg)',
  ].join('\n');
}
