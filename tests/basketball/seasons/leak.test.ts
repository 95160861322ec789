import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSimulator } from '../../../reference/figures/season/simulate.ts';
import { carryDates, lastOf, listedDates, predictDate, type Source, withOwnResults } from './season.ts';

const SEASON = 2024;

/** Draw some dates that follow each other in a season, with figures of their own. */
function anyStretch() {
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      from: fc.nat({ max: 140 }),
      count: fc.integer({ min: 2, max: 5 }),
    })
    .map(({ seed, from, count }) => ({
      seed,
      dates: listedDates(SEASON, seed).slice(from, from + count),
      simulate: (options: { game_seed?: (played_on: string) => number } = {}): Source =>
        createSimulator({ seed, seasons: [SEASON], ...options }),
    }));
}

const bytes = (source: Source, dates: readonly string[]) =>
  JSON.stringify(predictDate(lastOf(carryDates(source, dates))));

describe('no figure of the games of a date reaches the predictions of the date', () => {
  test('other results of the date and of all later ones leave its predictions byte for byte', () => {
    fc.assert(
      fc.property(anyStretch(), ({ seed, dates, simulate }) => {
        const date = dates.at(-1) ?? '';
        const other = simulate({ game_seed: (played_on) => (played_on >= date ? seed + 1 : seed) });
        expect(bytes(other, dates)).toBe(bytes(simulate(), dates));
      }),
      { numRuns: 12 },
    );
  });

  test('other results of an earlier date change them, so the comparison sees something', () => {
    fc.assert(
      fc.property(anyStretch(), ({ seed, dates, simulate }) => {
        const before = dates.at(-2) ?? '';
        const other = simulate({ game_seed: (played_on) => (played_on === before ? seed + 1 : seed) });
        // On the second date of a season nobody who plays may have played yet.
        fc.pre(bytes(simulate(), dates) !== '[]');
        expect(bytes(other, dates)).not.toBe(bytes(simulate(), dates));
      }),
      { numRuns: 6 },
    );
  });

  test('a source that tells of them all the same is not believed', () => {
    fc.assert(
      fc.property(anyStretch(), ({ dates, simulate }) => {
        const honest = simulate();
        const date = dates.at(-1) ?? '';
        const leaky: Source = (game_date) =>
          game_date === date ? withOwnResults(honest, date) : honest(game_date);
        expect(bytes(leaky, dates)).toBe(bytes(honest, dates));
      }),
      { numRuns: 6 },
    );
  });
});

describe('tables that look back read what was handed on, and nothing else', () => {
  test('a game that is told of twice counts once', () => {
    const source = createSimulator({ seed: 3, seasons: [SEASON] });
    const dates = listedDates(SEASON, 3).slice(0, 6);
    const again: Source = (game_date) => {
      const known = source(game_date);
      const before = source(dates[dates.indexOf(game_date) - 1] ?? game_date);
      if (known === undefined || before === undefined || known === before) return known;
      return {
        ...known,
        played: [...before.played, ...known.played],
        player_lines: [...before.player_lines, ...known.player_lines],
      };
    };
    expect(bytes(again, dates)).toBe(bytes(source, dates));
  });

  test('the figures of a player are those of his games so far, added up by hand', () => {
    const source = createSimulator({ seed: 5, seasons: [SEASON] });
    const dates = listedDates(SEASON, 5).slice(0, 40);
    const carried = [...carryDates(source, dates)];
    const lines = carried.flatMap(({ known }) => {
      const counting = new Set(
        known.played.filter(({ stage }) => stage === 'regular').map(({ game_id }) => game_id),
      );
      return known.player_lines.filter((line) => line.minutes > 0 && counting.has(line.game_id));
    });
    for (const row of carried.at(-1)?.tables['player_daily_cache'] ?? []) {
      const own = lines.filter((line) => line.player_lookup === row['player_lookup']);
      const points = own.map((line) => line.points);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      const mean = (values: readonly number[]) =>
        values.length === 0 ? null : Math.round((sum(values) / values.length) * 10_000) / 10_000;
      expect([row['games_season'], row['points_season']]).toEqual([own.length, mean(points)]);
      expect([row['points_last_5'], row['points_last_10']]).toEqual([
        mean(points.slice(-5)),
        mean(points.slice(-10)),
      ]);
    }
  });
});
