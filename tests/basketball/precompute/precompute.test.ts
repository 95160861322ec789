import { describe, expect, test } from 'vitest';
import { PRECOMPUTE_COMPUTATIONS } from '../../../reference/basketball/precompute/computations.ts';
import { countFeatures } from '../../../reference/basketball/precompute/ml-feature-store-v2.ts';
import { computeTables, findRow, rawTables, shippedKnown, type Tables } from '../chain.ts';

// One game so far, Houston at Philadelphia, 115 to 124, and the same pair again on the next day: the means of all teams
// are those of two.
const raw = rawTables(shippedKnown(1));
const tables = computeTables(raw);
const maxey = { player_lookup: 'tyresemaxey' };

/** What one game of 35 minutes and 27 points says of him, the day before the next. */
const FORM = {
  minutes: 35, // 0.4 x 35 + 0.3 x 35 + 0.3 x 35
  minutes_last_5: 35,
  minutes_last_10: 35,
  points_last_5: 27,
  points_last_10: 27,
  points_per_36_last_10: 27.7714, // 36 x 27 / 35
  games_season: 1,
  minutes_season: 35,
  points_season: 27,
  points_season_home: 27,
  points_season_away: null,
  points_per_36: 27.7714,
  points_per_36_before: null,
  usage_rate: 28.2009,
  true_shooting: 0.6683,
  rest_days: 0,
  back_to_back: true,
};

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
      game_date: '2024-01-16',
      team: 'HOU',
      possessions: 99.96,
      twos_allowed_per_100: 50.02, // 5000 / 99.96
      threes_allowed_per_100: 45.018, // 4500 / 99.96
      free_throws_allowed_per_100: 29.0116, // 2900 / 99.96
      twos_factor: 0.9632, // mean 12200 / 199.04 = 61.2942; (5000 + 61.2942 x 400) / 499.96 / 61.2942
      threes_factor: 1.0597, // mean 6900 / 199.04 = 34.6664; (4500 + 34.6664 x 400) / 499.96 / 34.6664
      free_throws_factor: 1.0406, // mean 4800 / 199.04 = 24.1158; (2900 + 24.1158 x 400) / 499.96 / 24.1158
      defense_factor: 1.0066, // (12400 + 120.0764 x 400) / 499.96 / 120.0764
      league_offensive_rating: 120.0764, // 23900 / 199.04
    });
  });

  test('player_shot_zone_analysis', () => {
    expect(findRow(tables, 'player_shot_zone_analysis', maxey)).toEqual({
      game_date: '2024-01-16',
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
      game_date: '2024-01-16',
      game_id: '20240116-HOU-PHI',
      player_lookup: 'tyresemaxey',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      is_neutral: false,
      availability: 'available',
      ...FORM,
    });
  });
});

describe('levels 2 and 3 are right for Tyrese Maxey', () => {
  test('player_composite_factors', () => {
    expect(findRow(tables, 'player_composite_factors', maxey)).toEqual({
      game_date: '2024-01-16',
      player_lookup: 'tyresemaxey',
      team: 'PHI',
      opponent: 'HOU',
      matchup_factor: 1.0419, // 0.1481 x 0.9632 + 0.6667 x 1.0597 + 0.1852 x 1.0406
      pace_factor: 1, // one game is its own mean
      venue_factor: 1.0008, // 2 x (124 + 5500) / (124 + 115 + 11000)
      rest_factor: 0.985, // on the second of two days
      usage_share: 0.2056, // 0.282009 x 35 / 48
      league_points_per_36: 17.925, // 36 x 239 / (5 x (48 + 48))
    });
  });

  test('pace is measured against the mean of all games: Miami and all eleven games', () => {
    const all = computeTables(rawTables(shippedKnown()));
    const paces = (all['team_offense_game_summary'] ?? []).map((row) => Number(row['pace']));
    const mean = paces.reduce((total, pace) => total + pace, 0) / 22;
    // Miami's pace is 94.6596 (see the analytics tests).
    const factors = findRow(all, 'player_composite_factors', { player_lookup: 'bamadebayo' });
    // Brooklyn has the same pace, of one game that five games of a mean team steady.
    const own = (94.6596 + 5 * mean) / 6 / mean;
    expect(factors['pace_factor']).toBeCloseTo(own * own, 4);
    // 1229 points at home + 1170 away; ten games of 48 minutes and one of 53, for each of two teams.
    expect(factors['league_points_per_36']).toBe(16.2034); // 36 x 2399 / (5 x 2 x 533)
  });

  test('who played without scoring meets the defense as a whole: Aaron Holiday', () => {
    // Philadelphia allowed 115 in 99.08 possessions: (11500 + 120.0764 x 400) / 499.08 / 120.0764
    expect(findRow(tables, 'player_composite_factors', { player_lookup: 'aaronholiday' })).toMatchObject({
      matchup_factor: 0.9934,
    });
  });

  test('ml_feature_store_v2', () => {
    expect(findRow(tables, 'ml_feature_store_v2', maxey)).toEqual({
      game_date: '2024-01-16',
      game_id: '20240116-HOU-PHI',
      player_lookup: 'tyresemaxey',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      is_neutral: false,
      ...FORM,
      ready: true,
      not_ready_reason: null,
      share_of_attempts_threes: 0.5556,
      opponent_defense_factor: 1.0066,
      matchup_factor: 1.0419,
      pace_factor: 1,
      venue_factor: 1.0008,
      rest_factor: 0.985,
      usage_share: 0.2056,
      league_points_per_36: 17.925,
    });
  });
});

describe('a player is ready when all his features are known', () => {
  test('the whole date: 229 of 384 ready, none failed', () => {
    const all = computeTables(rawTables(shippedKnown()))['ml_feature_store_v2'] ?? [];
    expect(countFeatures(all)).toEqual({ players_ready: 229, players_total: 384, players_failed: 0 });
    const waiting = all.filter((row) => row['ready'] === false);
    expect(new Set(waiting.map((row) => row['not_ready_reason']))).toEqual(new Set(['listed_out']));
  });

  test('one game: 23 of 36 ready', () => {
    const counts = countFeatures(tables['ml_feature_store_v2'] ?? []);
    expect(counts).toEqual({ players_ready: 23, players_total: 36, players_failed: 0 });
  });

  test('a player who never had minutes is not ready, which is no failure: before a first game', () => {
    const features = without('bdl_player_boxscores');
    expect(findRow(features, 'ml_feature_store_v2', maxey)).toMatchObject({
      ready: false,
      not_ready_reason: 'no_minutes',
      minutes: null,
      points_per_36: null,
      rest_days: null,
    });
    expect(findRow(features, 'ml_feature_store_v2', { player_lookup: 'bobanmarjanovic' })).toMatchObject({
      not_ready_reason: 'listed_out',
    });
    const counts = countFeatures(features['ml_feature_store_v2'] ?? []);
    expect(counts).toEqual({ players_ready: 0, players_total: 36, players_failed: 0 });
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
      twos_factor: 0.9632,
    });
  });

  test('a date without games has features of nobody', () => {
    const none = computeTables(rawTables(shippedKnown(0)));
    expect(Object.values(none).every((rows) => rows.length === 0)).toBe(true);
    expect(countFeatures([])).toEqual({ players_ready: 0, players_total: 0, players_failed: 0 });
  });
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
