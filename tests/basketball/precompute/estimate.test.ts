import { describe, expect, test } from 'vitest';
import { estimatePoints } from '../../../reference/basketball/estimate.ts';
import { computeTables, findRow, rawTables, shippedKnown } from '../chain.ts';

// One game so far, Houston at Philadelphia, 115 to 124, and the same pair again on the next day.
const tables = computeTables(rawTables(shippedKnown(1)));
const maxey = { player_lookup: 'tyresemaxey' };

describe('an estimate follows from its feature row', () => {
  const row = findRow(tables, 'ml_feature_store_v2', maxey);

  test('Tyrese Maxey against Houston', () => {
    expect(estimatePoints(row)).toEqual({
      points: 20.12, // 20.1545 x 35 / 36 x 1.0419 x 1 x 1.0008 x 0.985
      minutes: 35,
      rate_per_36: 20.15, // (27.7714 x 35 + 17.925 x 120) / 155 = (971.999 + 2151) / 155
      matchup_factor: 1.0419,
      pace_factor: 1,
      venue_factor: 1.0008,
      rest_factor: 0.985,
    });
  });

  test('few minutes count for little: 6 points in 2 minutes', () => {
    const even = { matchup_factor: 1.2, pace_factor: 0.5, venue_factor: 1, rest_factor: 1 };
    const hot = {
      ...row,
      ...even,
      minutes: 2,
      minutes_season: 2,
      points_per_36: 108,
      points_per_36_last_10: 108,
    };
    expect(estimatePoints(hot)).toEqual({
      points: 1.05, // 19.4016 x 2 / 36 x 1.15 x 0.85
      minutes: 2,
      rate_per_36: 19.4, // (108 x 2 + 17.925 x 120) / 122 = 2367 / 122
      matchup_factor: 1.15, // 1.2, limited to 1 + 0.15
      pace_factor: 0.85, // 0.5, limited to 1 - 0.15
      venue_factor: 1,
      rest_factor: 1,
    });
  });

  test('the last ten games count a quarter, and the season before steadies more than the league', () => {
    const even = { matchup_factor: 1, pace_factor: 1, venue_factor: 1, rest_factor: 1 };
    const known = {
      points_per_36: 20,
      points_per_36_last_10: 24,
      points_per_36_before: 16,
      minutes_season: 360,
    };
    expect(estimatePoints({ ...row, ...even, ...known, minutes: 36 })).toMatchObject({
      rate_per_36: 19.75, // (0.75 x 20 + 0.25 x 24) x 360 + 16 x 120 = 9480; / 480
      points: 19.75,
    });
  });

  test('a player without minutes this season has the rate of the season before', () => {
    const first = { points_per_36: null, minutes_season: 0, points_per_36_before: 16 };
    expect(estimatePoints({ ...row, ...first })).toMatchObject({ rate_per_36: 16 });
  });

  test('a row that is not ready has no estimate', () => {
    expect(estimatePoints({ ...row, ready: false })).toBeUndefined();
  });

  test.each([
    'minutes',
    'minutes_season',
    'points_per_36',
    'points_per_36_last_10',
    'league_points_per_36',
    'matchup_factor',
    'pace_factor',
    'venue_factor',
    'rest_factor',
  ])('a row that claims to be ready without %s has no estimate', (column) => {
    expect(estimatePoints({ ...row, [column]: null })).toBeUndefined();
    expect(estimatePoints({ ...row, [column]: Number.NaN })).toBeUndefined();
    expect(estimatePoints({ ...row, [column]: -1 })).toBeUndefined();
  });
});
