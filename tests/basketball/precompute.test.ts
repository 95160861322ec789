import { describe, expect, test } from 'vitest';
import { estimatePoints } from '../../reference/basketball/estimate.ts';
import { PRECOMPUTE_COMPUTATIONS } from '../../reference/basketball/precompute/computations.ts';
import { countFeatures } from '../../reference/basketball/precompute/ml-feature-store-v2.ts';
import { replaySlate } from '../../reference/figures/slate.ts';
import { computeTables, findRow, rawTables, shippedSlate, type Tables } from './chain.ts';

// One game, Houston at Philadelphia, 115 to 124: the means of the date are those of two teams.
const raw = rawTables(replaySlate(shippedSlate(), '2024-01-15', 1));
const tables = computeTables(raw);
const maxey = { player_lookup: 'tyresemaxey' };

function without(table: string, isGone: (row: Tables[string][number]) => boolean = () => true): Tables {
  return computeTables({ ...raw, [table]: (raw[table] ?? []).filter((row) => !isGone(row)) });
}

/** Recompute one precompute table while one of its inputs is replaced. */
function recompute(table: string, replaced: Tables): Tables {
  const rows = PRECOMPUTE_COMPUTATIONS[table]?.compute((name) => replaced[name] ?? tables[name] ?? []);
  return { [table]: rows ?? [] };
}

describe('level 1 is right for Houston and Tyrese Maxey', () => {
  test('team_defense_zone_analysis', () => {
    // Possessions 99.96 (PHI) + 99.08 (HOU) = 199.04. Houston allowed 50 + 45 + 29, Philadelphia 72 + 24 + 19.
    expect(findRow(tables, 'team_defense_zone_analysis', { team: 'HOU' })).toEqual({
      game_date: '2024-01-15',
      game_id: '20240115-HOU-PHI',
      team: 'HOU',
      twos_allowed_per_100: 50.02, // 5000 / 99.96
      threes_allowed_per_100: 45.018, // 4500 / 99.96
      free_throws_allowed_per_100: 29.0116, // 2900 / 99.96
      twos_factor: 0.8161, // mean 12200 / 199.04 = 61.2942; 50.0200 / 61.2942
      threes_factor: 1.2986, // mean 6900 / 199.04 = 34.6664; 45.0180 / 34.6664
      free_throws_factor: 1.203, // mean 4800 / 199.04 = 24.1158; 29.0116 / 24.1158
      defense_factor: 1.0331, // 124.0496 / 120.0764
      league_offensive_rating: 120.0764, // 23900 / 199.04
    });
  });

  test('player_shot_zone_analysis', () => {
    expect(findRow(tables, 'player_shot_zone_analysis', maxey)).toEqual({
      game_date: '2024-01-15',
      player_lookup: 'tyresemaxey',
      team: 'PHI',
      share_of_points_twos: 0.1481, // 4 / 27
      share_of_points_threes: 0.6667, // 18 / 27
      share_of_points_free_throws: 0.1852, // 5 / 27
      share_of_attempts_threes: 0.5556, // 10 / 18
    });
  });

  test('player_daily_cache', () => {
    expect(findRow(tables, 'player_daily_cache', maxey)).toEqual({
      game_date: '2024-01-15',
      game_id: '20240115-HOU-PHI',
      player_lookup: 'tyresemaxey',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      availability: 'available',
      minutes: 35,
      points: 27,
      points_per_36: 27.7714, // 36 x 27 / 35
      usage_rate: 28.2009,
      true_shooting: 0.6683,
    });
  });
});

describe('levels 2 and 3 are right for Tyrese Maxey', () => {
  test('player_composite_factors', () => {
    expect(findRow(tables, 'player_composite_factors', maxey)).toEqual({
      game_date: '2024-01-15',
      player_lookup: 'tyresemaxey',
      team: 'PHI',
      opponent: 'HOU',
      matchup_factor: 1.2094, // 0.1481 x 0.8161 + 0.6667 x 1.2986 + 0.1852 x 1.2030
      pace_factor: 1, // one game is its own mean
      usage_share: 0.2056, // 0.282009 x 35 / 48
      league_points_per_36: 17.925, // 36 x 239 / (5 x (48 + 48))
    });
  });

  test('pace is measured against the mean of the date: Miami and all eleven games', () => {
    const all = computeTables(rawTables(shippedSlate()));
    const paces = (all['team_offense_game_summary'] ?? []).map((row) => Number(row['pace']));
    const mean = paces.reduce((total, pace) => total + pace, 0) / 22;
    // Miami's pace is 94.6596 (see the analytics tests).
    const factors = findRow(all, 'player_composite_factors', { player_lookup: 'bamadebayo' });
    expect(factors['pace_factor']).toBeCloseTo(94.6596 / mean, 4);
    // 1229 points at home + 1170 away; ten games of 48 minutes and one of 53, for each of two teams.
    expect(factors['league_points_per_36']).toBe(16.2034); // 36 x 2399 / (5 x 2 x 533)
  });

  test('who played without scoring meets the defense as a whole: Aaron Holiday', () => {
    // Philadelphia allowed 116.0678 per 100 possessions: 116.0678 / 120.0764
    expect(findRow(tables, 'player_composite_factors', { player_lookup: 'aaronholiday' })).toMatchObject({
      matchup_factor: 0.9666,
    });
  });

  test('ml_feature_store_v2', () => {
    expect(findRow(tables, 'ml_feature_store_v2', maxey)).toEqual({
      game_date: '2024-01-15',
      game_id: '20240115-HOU-PHI',
      player_lookup: 'tyresemaxey',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      ready: true,
      not_ready_reason: null,
      minutes: 35,
      points_per_36: 27.7714,
      usage_rate: 28.2009,
      true_shooting: 0.6683,
      share_of_attempts_threes: 0.5556,
      opponent_defense_factor: 1.0331,
      matchup_factor: 1.2094,
      pace_factor: 1,
      usage_share: 0.2056,
      league_points_per_36: 17.925,
    });
  });
});

describe('a player is ready when all his features are known', () => {
  test('the whole date: 229 of 384 ready, none failed', () => {
    const all = computeTables(rawTables(shippedSlate()))['ml_feature_store_v2'] ?? [];
    expect(countFeatures(all)).toEqual({ players_ready: 229, players_total: 384, players_failed: 0 });
    const waiting = all.filter((row) => row['ready'] === false);
    expect(new Set(waiting.map((row) => row['not_ready_reason']))).toEqual(new Set(['no_minutes']));
  });

  test('one game: 23 of 36 ready', () => {
    const counts = countFeatures(tables['ml_feature_store_v2'] ?? []);
    expect(counts).toEqual({ players_ready: 23, players_total: 36, players_failed: 0 });
  });

  test('a player without a line has failed, unless he is listed out', () => {
    const features = without('bdl_player_boxscores');
    expect(findRow(features, 'ml_feature_store_v2', maxey)).toMatchObject({
      ready: false,
      not_ready_reason: 'no_player_line',
      minutes: null,
      points_per_36: null,
    });
    expect(findRow(features, 'ml_feature_store_v2', { player_lookup: 'bobanmarjanovic' })).toMatchObject({
      not_ready_reason: 'listed_out',
    });
    const counts = countFeatures(features['ml_feature_store_v2'] ?? []);
    expect(counts).toEqual({ players_ready: 0, players_total: 36, players_failed: 23 });
  });

  test('a player whose game has no totals has failed for want of factors', () => {
    const features = without('nbac_team_boxscores', (row) => row['team'] === 'HOU');
    expect(findRow(features, 'ml_feature_store_v2', maxey)).toMatchObject({
      ready: false,
      not_ready_reason: 'no_factors',
      matchup_factor: null,
      pace_factor: null,
    });
    expect(countFeatures(features['ml_feature_store_v2'] ?? [])).toMatchObject({ players_failed: 23 });
  });

  test('a player who is missing from a precompute table has failed, not vanished', () => {
    const features = recompute('ml_feature_store_v2', {
      player_composite_factors: [],
      player_shot_zone_analysis: [],
      team_defense_zone_analysis: [],
    });
    expect(findRow(features, 'ml_feature_store_v2', maxey)).toMatchObject({
      not_ready_reason: 'no_factors',
      share_of_attempts_threes: null,
      opponent_defense_factor: null,
    });
  });

  test('a factor whose sources are missing is null', () => {
    const no_cache = recompute('player_composite_factors', { player_daily_cache: [] });
    expect(findRow(no_cache, 'player_composite_factors', maxey)['usage_share']).toBeNull();
    const no_shots = recompute('player_composite_factors', { player_shot_zone_analysis: [] });
    expect(findRow(no_shots, 'player_composite_factors', maxey)['matchup_factor']).toBeNull();
    const no_offense = recompute('team_defense_zone_analysis', { team_offense_game_summary: [] });
    expect(findRow(no_offense, 'team_defense_zone_analysis', { team: 'HOU' })).toMatchObject({
      defense_factor: null,
      league_offensive_rating: null,
      twos_factor: 0.8161,
    });
  });

  test('a date without games has features of nobody', () => {
    const none = computeTables(rawTables(replaySlate(shippedSlate(), '2024-07-15', 0)));
    expect(Object.values(none).every((rows) => rows.length === 0)).toBe(true);
    expect(countFeatures([])).toEqual({ players_ready: 0, players_total: 0, players_failed: 0 });
  });
});

describe('an estimate follows from its feature row', () => {
  const row = findRow(tables, 'ml_feature_store_v2', maxey);

  test('Tyrese Maxey against Houston', () => {
    expect(estimatePoints(row)).toEqual({
      points: 28.24, // 25.2574 x 35 / 36 x 1.15 x 1
      minutes: 35,
      rate_per_36: 25.26, // (27.7714 x 35 + 17.925 x 12) / 47 = (971.999 + 215.1) / 47
      matchup_factor: 1.15, // 1.2094, limited to 1 + 0.15
      pace_factor: 1,
    });
  });

  test('few minutes count for little: 6 points in 2 minutes', () => {
    const hot = { ...row, minutes: 2, points_per_36: 108, matchup_factor: 1, pace_factor: 0.5 };
    expect(estimatePoints(hot)).toEqual({
      points: 1.45, // 30.7929 x 2 / 36 x 0.85
      minutes: 2,
      rate_per_36: 30.79, // (108 x 2 + 17.925 x 12) / 14 = 431.1 / 14
      matchup_factor: 1,
      pace_factor: 0.85, // 0.5, limited to 1 - 0.15
    });
  });

  test('a row that is not ready has no estimate', () => {
    expect(estimatePoints({ ...row, ready: false })).toBeUndefined();
  });

  test.each(['minutes', 'points_per_36', 'league_points_per_36', 'matchup_factor', 'pace_factor'])(
    'a row that claims to be ready without %s has no estimate',
    (column) => {
      expect(estimatePoints({ ...row, [column]: null })).toBeUndefined();
      expect(estimatePoints({ ...row, [column]: Number.NaN })).toBeUndefined();
      expect(estimatePoints({ ...row, [column]: -1 })).toBeUndefined();
    },
  );
});

describe('the registry describes the precompute tables', () => {
  test('names, inputs and unique keys', () => {
    const inputs = Object.fromEntries(
      Object.entries(PRECOMPUTE_COMPUTATIONS).map(([name, computation]) => [name, computation.inputs]),
    );
    expect(inputs).toEqual({
      team_defense_zone_analysis: ['team_defense_game_summary', 'team_offense_game_summary'],
      player_shot_zone_analysis: ['player_game_summary'],
      player_daily_cache: ['player_game_summary', 'upcoming_player_game_context'],
      player_composite_factors: [
        'team_defense_zone_analysis',
        'player_shot_zone_analysis',
        'player_daily_cache',
        'upcoming_player_game_context',
        'team_offense_game_summary',
      ],
      ml_feature_store_v2: [
        'team_defense_zone_analysis',
        'player_shot_zone_analysis',
        'player_daily_cache',
        'player_composite_factors',
      ],
    });
    for (const [name, { table, key }] of Object.entries(PRECOMPUTE_COMPUTATIONS)) {
      expect(table).toBe(name);
      expect(new Set(tables[table]?.map(key)).size).toBe(tables[table]?.length);
    }
  });
});
