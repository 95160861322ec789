import { describe, expect, test } from 'vitest';
import { sectionOf } from './page.ts';
import { drawPlot } from './plot.ts';
import { memoryRows, type Sample, stretchOf } from './samples.ts';

/** A date takes two seconds and one of the processor; the cloud grows by a MiB a date. */
function sample(index: number, session: number, since: number): Sample {
  return {
    game_date: `2031-01-${String(index + 1).padStart(2, '0')}`,
    session,
    elapsed_ms: (index - since + 1) * 2000,
    records: 10,
    processes: [
      {
        name: 'cloud',
        held_mebibytes: index === 0 ? null : 20,
        own_mebibytes: 100 + index,
        mapped_mebibytes: 50,
        cpu_ms: (index - since + 1) * 1000,
      },
    ],
  };
}

/** Thirty dates; after the twelfth the load was interrupted. */
const SAMPLES = Array.from({ length: 30 }, (_, index) =>
  sample(index, index < 12 ? 1 : 2, index < 12 ? 0 : 12),
);

describe('what a load of seasons took', () => {
  test('is the same for every date, also where the load was interrupted and went on', () => {
    for (const [from, to] of [
      [0, 10],
      [8, 18],
      [20, 30],
    ] as const) {
      expect(stretchOf(SAMPLES, from, to)).toEqual({ dates: 10, wall_ms_a_date: 2000, cpu_ms_a_date: 1000 });
    }
  });

  test('shows a process that grows, by its medians over the first and over the last dates', () => {
    const grown = { first_mebibytes: 104, last_mebibytes: 124 };
    expect(memoryRows(SAMPLES)).toMatchObject([{ name: 'cloud', ...grown, mapped_last_mebibytes: 50 }]);
  });

  test('is told with how many of the dates were loaded, and in how many sessions', () => {
    const about = { command: 'npm run x', date: '2031-02-01', commit: 'abc', dates_all: 660, concurrency: 4 };
    const section = sectionOf(SAMPLES, about);
    expect(section).toContain('The first 30 of 660 dates, from 2031-01-01 to 2031-01-30');
    expect(section).toContain('in 2 sessions');
    expect(section).toContain('| cloud | 20.0 | 20.0 | 1.00 | 104 | 124 | 50 | 50 |');
    expect(sectionOf(SAMPLES, { ...about, dates_all: 30 })).toContain('All 30 dates');
  });

  test('is drawn with a line per process and a point per date', () => {
    const [points = ''] = /points="([^"]*)"[^>]*stroke="#0b5394"/.exec(drawPlot(SAMPLES))?.slice(1) ?? [];
    expect(points.split(' ')).toHaveLength(30);
    expect(drawPlot(SAMPLES)).toContain('>cloud</text>');
  });
});
