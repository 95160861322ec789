import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ANALYTICS_COMPUTATIONS } from '../../reference/basketball/analytics/computations.ts';
import { estimatePoints } from '../../reference/basketball/estimate.ts';
import { PRECOMPUTE_COMPUTATIONS } from '../../reference/basketball/precompute/computations.ts';
import { RAW_COMPUTATIONS } from '../../reference/basketball/raw/computations.ts';
import type { Row } from '../../reference/basketball/row.ts';
import { SCRAPERS, scrapeFile } from '../../reference/basketball/scrape.ts';
import type { Known } from '../../reference/figures/known.ts';
import { anyKnown } from './any-slate.ts';
import { computeTables, rawTables, shippedKnown, type Tables } from './chain.ts';

function requireSums(tables: Tables): void {
  for (const team of tables['nbac_team_boxscores'] ?? []) {
    const ofTeam = (row: Row) => row['team'] === team['team'];
    const players = (tables['player_game_summary'] ?? []).filter(ofTeam);
    const add = (rows: readonly Row[], column: string) =>
      rows.reduce((total, row) => total + Number(row[column]), 0);
    expect(add(players, 'points')).toBe(team['points']);
    const zones = ['points_allowed_twos', 'points_allowed_threes', 'points_allowed_free_throws'];
    for (const defense of (tables['team_defense_game_summary'] ?? []).filter(ofTeam)) {
      expect(zones.reduce((total, zone) => total + Number(defense[zone]), 0)).toBe(defense['points_allowed']);
    }
  }
}

function requireMirroredRatings(tables: Tables): void {
  const offenses = new Map((tables['team_offense_game_summary'] ?? []).map((row) => [row['team'], row]));
  for (const defense of tables['team_defense_game_summary'] ?? []) {
    const opponent = offenses.get(defense['opponent'] ?? '');
    expect(defense['defensive_rating']).toBe(opponent?.['offensive_rating']);
    expect(offenses.get(defense['team'] ?? '')?.['pace']).toBe(opponent?.['pace']);
  }
}

function requireSoundValues(tables: Tables): void {
  for (const rows of Object.values(tables)) {
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows); // neither NaN nor undefined survives this
  }
  for (const row of tables['ml_feature_store_v2'] ?? []) {
    const estimate = estimatePoints(row);
    expect(estimate !== undefined).toBe(row['ready']);
    expect(row['ready']).toBe(row['not_ready_reason'] === null);
    if (estimate === undefined) continue;
    expect(Number.isFinite(estimate.points)).toBe(true);
    expect(estimate.points).toBeGreaterThanOrEqual(0);
  }
}

describe('all 384 lines of the shipped slate make sense', () => {
  const tables = computeTables(rawTables(shippedKnown()));

  test('sums, mirrored ratings and sound values', () => {
    requireSums(tables);
    requireMirroredRatings(tables);
    requireSoundValues(tables);
  });

  test('rates stay where basketball keeps them', () => {
    for (const row of tables['player_game_summary'] ?? []) {
      if (row['usage_rate'] !== null) expect(row['usage_rate']).toBeLessThanOrEqual(100);
      if (row['true_shooting'] !== null) expect(row['true_shooting']).toBeLessThanOrEqual(1.5);
    }
    for (const row of tables['team_offense_game_summary'] ?? []) {
      expect(Number(row['pace'])).toBeGreaterThan(85);
      expect(Number(row['pace'])).toBeLessThan(115);
      expect(row['offensive_rating']).toBeGreaterThan(80);
      expect(row['offensive_rating']).toBeLessThan(150);
    }
  });

  test('winners and losers are equally many teams', () => {
    const wins = (tables['team_offense_game_summary'] ?? []).filter((row) => row['win'] === true);
    expect(wins).toHaveLength(11);
  });

  test('the estimates of the next date together are what its teams have just scored', () => {
    const estimates = (tables['ml_feature_store_v2'] ?? []).flatMap((row) => estimatePoints(row) ?? []);
    const total = estimates.reduce((points, estimate) => points + estimate.points, 0);
    expect(estimates).toHaveLength(229);
    expect(total / 2399).toBeGreaterThan(0.97);
    expect(total / 2399).toBeLessThan(1.03);
  });
});

describe('any slate that adds up gives tables that add up', () => {
  test('no row is rejected', () => {
    fc.assert(
      fc.property(anyKnown(), (known) => {
        for (const { inputs, compute } of Object.values(RAW_COMPUTATIONS)) {
          expect(compute(scrapeFile(inputs[0], known)).rejected).toEqual([]);
        }
      }),
    );
  });

  test('sums, mirrored ratings and sound values', () => {
    fc.assert(
      fc.property(anyKnown(), (known: Known) => {
        const tables = computeTables(rawTables(known));
        requireSums(tables);
        requireMirroredRatings(tables);
        requireSoundValues(tables);
      }),
    );
  });

  test('missing rows leave gaps and never wrong values', () => {
    fc.assert(
      fc.property(anyKnown(), fc.array(fc.boolean(), { minLength: 7, maxLength: 31 }), (known, keeps) => {
        const holes = Object.entries(rawTables(known)).map(([table, rows], shift) => [
          table,
          rows.filter((_, index) => keeps[(index + shift) % keeps.length]),
        ]);
        requireSoundValues(computeTables(Object.fromEntries(holes)));
      }),
    );
  });
});

describe('the order of rows never matters', () => {
  test('any order in which a warehouse hands out rows gives the same tables', () => {
    const raw = rawTables(shippedKnown());
    const ordered = computeTables(raw);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 997 }), fc.boolean(), (step, isReversed) => {
        const arrange = (rows: readonly Row[]) => {
          // A stride that shares no factor with the length visits every row once.
          const stride = coprime(step, rows.length);
          const strided = rows.map((row, index) => rows[(index * stride) % rows.length] ?? row);
          return isReversed ? strided.toReversed() : strided;
        };
        expect(computeTables(raw, arrange)).toEqual(ordered);
      }),
      { numRuns: 30 },
    );
  });

  test('random slates too', () => {
    fc.assert(
      fc.property(anyKnown(), (known) => {
        const raw = rawTables(known);
        expect(computeTables(raw, (rows) => rows.toReversed())).toEqual(computeTables(raw));
      }),
    );
  });
});

describe('the tables are those of the contract', () => {
  const file = readFileSync(new URL('../../asyncapi.yaml', import.meta.url), 'utf8');
  const registry = (parse(file) as { 'x-processors': Registry })['x-processors'];

  test('every scraper of the registry has a file', () => {
    expect(Object.keys(SCRAPERS).toSorted()).toEqual(
      Object.keys(registry['phase_1_scrapers'] ?? {}).toSorted(),
    );
  });

  test.each([
    ['phase_2_raw', RAW_COMPUTATIONS],
    ['phase_3_analytics', ANALYTICS_COMPUTATIONS],
    ['phase_4_precompute', PRECOMPUTE_COMPUTATIONS],
  ] as const)('%s computes every table from what the registry requires', (phase, computations) => {
    const processors = Object.values(registry[phase] ?? {});
    expect(
      Object.fromEntries(Object.values(computations).map(({ table, inputs }) => [table, inputs.toSorted()])),
    ).toEqual(Object.fromEntries(processors.map(({ table, requires }) => [table, requires.toSorted()])));
  });
});

type Registry = Readonly<Record<string, Readonly<Record<string, { table: string; requires: string[] }>>>>;

function coprime(step: number, length: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  return length < 2 || divisor(step, length) === 1 ? step : coprime(step + 1, length);
}
