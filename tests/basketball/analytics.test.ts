import { describe, expect, test } from 'vitest';
import { ANALYTICS_COMPUTATIONS } from '../../reference/basketball/analytics/computations.ts';
import {
  gameMinutes,
  pace,
  plays,
  possessions,
  rating,
  ratio,
  round4,
  trueShooting,
  usageRate,
} from '../../reference/basketball/formulas.ts';
import { computeTables, findRow, rawTables, shippedKnown, type Tables } from './chain.ts';

const raw = rawTables(shippedKnown());
const tables = computeTables(raw);

function without(table: string, isGone: (row: Tables[string][number]) => boolean = () => true): Tables {
  return computeTables({ ...raw, [table]: (raw[table] ?? []).filter((row) => !isGone(row)) });
}

describe('formulas give the numbers of the textbook', () => {
  // Philadelphia: 83 field goals and 34 free throws tried, 10 turnovers, 8 offensive rebounds.
  const team = { field_goals_attempted: 83, free_throws_attempted: 34, turnovers: 10, rebounds_offensive: 8 };

  test('plays and possessions', () => {
    expect(plays(team)).toBeCloseTo(107.96, 10); // 83 + 0.44 x 34 + 10 = 83 + 14.96 + 10
    expect(possessions(team)).toBeCloseTo(99.96, 10); // 107.96 - 8
  });

  test('a game lasts 48 minutes, and 5 more per overtime', () => {
    expect([4, 5, 6].map(gameMinutes)).toEqual([48, 53, 58]);
  });

  test('pace divides by the length of the game', () => {
    expect(pace(100, 98, 48)).toBe(99);
    expect(pace(106, 106, 53)).toBe(96); // 48 x 106 / 53
  });

  test('rates of nothing are unknown, not zero', () => {
    expect([ratio(1, 0), ratio(1, -1), rating(10, 0), trueShooting(0, 0, 0)]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(usageRate(0, 0, 100, 48)).toBeNull();
    expect(usageRate(0, 10, 0, 48)).toBeNull();
    expect([round4(null), round4(1.23456)]).toEqual([null, 1.2346]);
  });
});

describe('player_game_summary is right for Tyrese Maxey against Houston', () => {
  test('every column', () => {
    expect(findRow(tables, 'player_game_summary', { player_lookup: 'tyresemaxey' })).toEqual({
      game_date: '2024-01-16',
      game_id: '20240115-HOU-PHI',
      played_on: '2024-01-15',
      counts: true,
      player_lookup: 'tyresemaxey',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      win: true, // 124 to 115
      position: 'G',
      minutes: 35,
      points: 27,
      points_from_twos: 4, // 8 made, 6 of them threes: 2 x 2
      points_from_threes: 18, // 3 x 6
      points_from_free_throws: 5,
      field_goals_attempted: 18,
      threes_attempted: 10,
      free_throws_attempted: 5,
      rebounds: 1, // 0 + 1
      assists: 7,
      steals: 0,
      blocks: 0,
      turnovers: 2,
      fouls: 4,
      // His plays: 18 + 0.44 x 5 + 2 = 22.2; the team's: 107.96.
      usage_rate: 28.2009, // 100 x 22.2 x 48 / (35 x 107.96) = 106560 / 3778.6
      true_shooting: 0.6683, // 27 / (2 x (18 + 2.2)) = 27 / 40.4
    });
  });

  test('a player without minutes has a row without rates', () => {
    const absent = (tables['player_game_summary'] ?? []).filter((row) => row['minutes'] === 0);
    expect(absent).toHaveLength(155);
    for (const row of absent) expect([row['usage_rate'], row['true_shooting']]).toEqual([null, null]);
  });

  test('usage in overtime counts 53 minutes: Bam Adebayo', () => {
    const line = findRow(tables, 'bdl_player_boxscores', { player_lookup: 'bamadebayo' });
    const row = findRow(tables, 'player_game_summary', { player_lookup: 'bamadebayo' });
    expect(line).toMatchObject({
      minutes: 44,
      field_goals_attempted: 17,
      free_throws_attempted: 2,
      turnovers: 2,
    });
    // Miami's plays: 87 + 0.44 x 25 + 12 = 110. His: 17 + 0.44 x 2 + 2 = 19.88.
    expect(row['usage_rate']).toBe(21.7694); // 100 x 19.88 x 53 / (44 x 110) = 105364 / 4840
  });

  test('what a missing table would have told is null', () => {
    const maxey = { player_lookup: 'tyresemaxey' };
    expect(findRow(without('nbac_game_scores'), 'player_game_summary', maxey)).toMatchObject({
      opponent: null,
      home: null,
      win: null,
      usage_rate: null,
      points: 27,
    });
    expect(findRow(without('nbac_team_boxscores'), 'player_game_summary', maxey)['usage_rate']).toBeNull();
    expect(findRow(without('bdl_active_rosters'), 'player_game_summary', maxey)['position']).toBeNull();
  });
});

describe('team summaries are right for a regulation and an overtime game', () => {
  test('team_offense_game_summary: Philadelphia', () => {
    expect(findRow(tables, 'team_offense_game_summary', { team: 'PHI' })).toEqual({
      game_date: '2024-01-16',
      game_id: '20240115-HOU-PHI',
      played_on: '2024-01-15',
      counts: true,
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      win: true,
      periods: 4,
      game_minutes: 48,
      points: 124,
      possessions: 99.96,
      pace: 99.52, // Houston: 88 + 0.44 x 32 + 13 - 16 = 99.08; (99.96 + 99.08) / 2
      offensive_rating: 124.0496, // 12400 / 99.96
    });
  });

  test('team_offense_game_summary: Miami, after five periods', () => {
    expect(findRow(tables, 'team_offense_game_summary', { team: 'MIA' })).toMatchObject({
      home: false,
      win: true,
      periods: 5,
      game_minutes: 53,
      possessions: 104, // 87 + 0.44 x 25 + 12 - 6
      pace: 94.6596, // Brooklyn: 100 + 0.44 x 16 + 8 - 10 = 105.04; 48 x 104.52 / 53
      offensive_rating: 92.3077, // 9600 / 104
    });
  });

  test('team_defense_game_summary: Philadelphia allowed Houston', () => {
    expect(findRow(tables, 'team_defense_game_summary', { team: 'PHI' })).toEqual({
      game_date: '2024-01-16',
      game_id: '20240115-HOU-PHI',
      played_on: '2024-01-15',
      counts: true,
      team: 'PHI',
      opponent: 'HOU',
      home: true,
      points_allowed: 115,
      points_allowed_twos: 72, // 44 made, 8 of them threes: 2 x 36
      points_allowed_threes: 24, // 3 x 8
      points_allowed_free_throws: 19,
      opponent_possessions: 99.08,
      defensive_rating: 116.0678, // 11500 / 99.08
    });
  });

  test("a game without one team's totals, or off the schedule, has no team summary", () => {
    const halved = without('nbac_team_boxscores', (row) => row['team'] === 'HOU');
    expect(halved['team_offense_game_summary']).toHaveLength(20);
    expect(halved['team_defense_game_summary']).toHaveLength(20);
    const unscheduled = without('nbac_schedule_games', (row) => row['home_team'] === 'PHI');
    expect(unscheduled['team_offense_game_summary']).toHaveLength(22);
    expect(unscheduled['team_defense_game_summary']).toHaveLength(20);
  });
});

describe('upcoming contexts say who meets whom', () => {
  test('upcoming_player_game_context: a player on the road who is available', () => {
    expect(findRow(tables, 'upcoming_player_game_context', { player_lookup: 'bamadebayo' })).toEqual({
      game_date: '2024-01-16',
      game_id: '20240116-MIA-BKN',
      player_lookup: 'bamadebayo',
      player_name: 'Bam Adebayo',
      team: 'MIA',
      opponent: 'BKN',
      home: false,
      is_neutral: false,
      position: 'C-F',
      availability: 'available',
    });
  });

  test('everybody on the injury report is out, and nobody else', () => {
    const out = (tables['upcoming_player_game_context'] ?? []).filter((row) => row['availability'] === 'out');
    expect(out.map((row) => row['player_lookup'])).toEqual(
      (raw['nbac_injury_report_players'] ?? []).map((row) => row['player_lookup']),
    );
  });

  test('a player whose team does not play has no context', () => {
    const contexts = without('nbac_schedule_games', (row) => row['home_team'] === 'PHI')[
      'upcoming_player_game_context'
    ];
    expect(contexts).toHaveLength(384 - 36);
  });

  test('upcoming_team_game_context: Brooklyn, with an overtime taken out of its pace', () => {
    expect(findRow(tables, 'upcoming_team_game_context', { team: 'BKN' })).toEqual({
      game_date: '2024-01-16',
      game_id: '20240116-MIA-BKN',
      team: 'BKN',
      opponent: 'MIA',
      home: true,
      is_neutral: false,
      possessions_per_48: 95.1306, // 48 x 105.04 / (265 / 5)
      opponent_possessions_per_48: 94.1887, // 48 x 104 / 53
      expected_pace: 94.6596, // the mean of both before rounding: 48 x 104.52 / 53
    });
  });

  test("a game that is over is nobody's next game", () => {
    const over = without('nbac_schedule_games', (row) => row['plays_on'] === '2024-01-16');
    expect(over['upcoming_player_game_context']).toEqual([]);
    expect(over['upcoming_team_game_context']).toEqual([]);
    expect(over['team_defense_game_summary']).toHaveLength(22);
  });

  test('without totals the expected pace is unknown', () => {
    const halved = without('nbac_team_boxscores', (row) => row['team'] === 'HOU');
    expect(findRow(halved, 'upcoming_team_game_context', { team: 'PHI' })).toMatchObject({
      possessions_per_48: 99.96,
      opponent_possessions_per_48: null,
      expected_pace: null,
    });
    expect(findRow(halved, 'upcoming_team_game_context', { team: 'HOU' })['expected_pace']).toBeNull();
  });
});

describe('the registry describes the analytics tables', () => {
  test('names, inputs and unique keys', () => {
    const described = Object.entries(ANALYTICS_COMPUTATIONS).map(([name, { table, inputs }]) => [
      name === table,
      table,
      inputs,
    ]);
    expect(described).toEqual([
      [
        true,
        'player_game_summary',
        ['bdl_player_boxscores', 'nbac_team_boxscores', 'nbac_game_scores', 'bdl_active_rosters'],
      ],
      [true, 'team_defense_game_summary', ['nbac_team_boxscores', 'nbac_game_scores', 'nbac_schedule_games']],
      [true, 'team_offense_game_summary', ['nbac_team_boxscores', 'nbac_game_scores']],
      [
        true,
        'upcoming_player_game_context',
        ['nbac_schedule_games', 'bdl_active_rosters', 'nbac_injury_report_players'],
      ],
      [true, 'upcoming_team_game_context', ['nbac_schedule_games', 'nbac_team_boxscores']],
    ]);
    for (const { table, key } of Object.values(ANALYTICS_COMPUTATIONS)) {
      expect(new Set(tables[table]?.map(key)).size).toBe(tables[table]?.length);
    }
  });
});
