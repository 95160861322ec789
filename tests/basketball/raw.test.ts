import { describe, expect, test } from 'vitest';
import { RAW_COMPUTATIONS } from '../../reference/basketball/raw/computations.ts';
import type { RawResult } from '../../reference/basketball/raw/validate.ts';
import type { Row } from '../../reference/basketball/row.ts';
import { SCRAPERS, scrapeFile } from '../../reference/basketball/scrape.ts';
import { shippedKnown } from './chain.ts';

const known = shippedKnown();

/** Compute a raw table from the scraped file of the shipped slate, after a change to its rows. */
function compute(
  table: string,
  change: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): RawResult {
  const computation = RAW_COMPUTATIONS[table];
  if (computation === undefined) throw new Error(`${table} is not a raw table.`);
  const file = scrapeFile(computation.inputs[0], known);
  return computation.compute({ ...file, rows: change(file.rows) });
}

/** Change the first row of a file. */
function first(change: Readonly<Record<string, unknown>>): (rows: readonly Row[]) => readonly Row[] {
  return (rows) => rows.map((row, index) => (index === 0 ? ({ ...row, ...change } as Row) : row));
}

describe('every row of the shipped slate enters its raw table', () => {
  test.each([
    ['bdl_player_boxscores', 384],
    ['nbac_schedule_games', 22],
    ['nbac_injury_report_players', 155],
    ['bdl_active_rosters', 384],
    ['nbac_team_boxscores', 22],
    ['nbac_game_scores', 11],
  ])('%s has %i rows with their game_date and none rejected', (table, count) => {
    const { rows, rejected } = compute(table);
    expect(rejected).toEqual([]);
    expect(rows).toHaveLength(count);
    expect(new Set(rows.map((row) => row['game_date']))).toEqual(new Set(['2024-01-16']));
    expect(new Set(rows.map((row) => RAW_COMPUTATIONS[table]?.key(row))).size).toBe(count);
  });

  test('each table reads one scraper, and each scraper feeds one table', () => {
    const inputs = Object.values(RAW_COMPUTATIONS).map((computation) => computation.inputs[0]);
    expect(inputs.toSorted()).toEqual(Object.keys(SCRAPERS).toSorted());
    expect(Object.values(RAW_COMPUTATIONS).map(({ table }) => table)).toEqual(Object.keys(RAW_COMPUTATIONS));
  });

  test('a player line keeps its figures: Tyrese Maxey', () => {
    const row = compute('bdl_player_boxscores').rows.find((line) => line['player_lookup'] === 'tyresemaxey');
    expect(row).toMatchObject({
      team: 'PHI',
      minutes: 35,
      field_goals_attempted: 18,
      turnovers: 2,
      points: 27,
    });
  });

  test('columns that a table does not have are dropped', () => {
    const { rows } = compute('nbac_schedule_games', first({ arena: 'Wells Fargo Center' }));
    expect(rows).toHaveLength(22);
    expect(rows.some((row) => 'arena' in row)).toBe(false);
  });

  test('the order of a file changes nothing', () => {
    expect(compute('bdl_player_boxscores', (rows) => rows.toReversed())).toEqual(
      compute('bdl_player_boxscores'),
    );
  });
});

describe('a row that cannot be right is rejected and says why', () => {
  test.each([
    ['bdl_player_boxscores', { minutes: '35' }, 'minutes must be a whole number of at least 0, got "35"'],
    ['bdl_player_boxscores', { assists: -1 }, 'assists must be a whole number of at least 0, got -1'],
    ['bdl_player_boxscores', { player_lookup: '' }, 'player_lookup must be text, got ""'],
    [
      'bdl_player_boxscores',
      { team: 'Phila' },
      'team must be a team code of three capital letters, got "Phila"',
    ],
    [
      'bdl_player_boxscores',
      { team: undefined },
      'team must be a team code of three capital letters, got undefined',
    ],
    ['bdl_player_boxscores', { minutes: 0 }, 'minutes must be above 0 in a line with points, got minutes 0'],
    [
      'bdl_player_boxscores',
      { points: 6 },
      'points must be 2 x field_goals_made + threes_made + free_throws_made, got points 6',
    ],
    [
      'bdl_player_boxscores',
      { threes_attempted: 0 },
      'threes_made must be at most threes_attempted, got threes_made 1',
    ],
    [
      'nbac_schedule_games',
      { away_team: 'PHI' },
      'away_team must be another team than home_team, got away_team "PHI"',
    ],
    ['nbac_injury_report_players', { status: 'probable' }, 'status must be "out", got "probable"'],
    ['bdl_active_rosters', { position: '' }, 'position must be text or null, got ""'],
    [
      'nbac_team_boxscores',
      { final_score: 120 },
      'final_score must be the points of all players, got final_score 120',
    ],
    [
      'nbac_game_scores',
      { home_points: 115 },
      'away_points must differ from home_points in a finished game, got away_points 115',
    ],
    [
      'nbac_game_scores',
      { played_on: '15.1.2024' },
      'played_on must be a day such as 2024-01-15, got "15.1.2024"',
    ],
    [
      'nbac_game_scores',
      { played_on: '2024-01-16' },
      'played_on must be before the game_date of the file, got played_on "2024-01-16"',
    ],
    ['nbac_game_scores', { stage: 'friendly' }, 'stage must be "regular" or "cup_final", got "friendly"'],
    ['nbac_schedule_games', { is_neutral: 'no' }, 'is_neutral must be true or false, got "no"'],
    ['nbac_game_scores', { periods: 3 }, 'periods must be a whole number of at least 4, got 3'],
    ['nbac_game_scores', { periods: 4.5 }, 'periods must be a whole number of at least 4, got 4.5'],
  ])('%s with %j', (table, change, problem) => {
    const { rows, rejected } = compute(table, first(change));
    expect(rejected.map((rejection) => rejection.problem)).toEqual([problem]);
    expect(rejected[0]?.row).toMatchObject(change);
    expect(rows).toHaveLength(compute(table).rows.length - 1);
  });

  test('the other rows still enter: two bad rows of eleven leave nine', () => {
    const { rows, rejected } = compute('nbac_game_scores', (all) =>
      all.map((row, index) => (index < 2 ? { ...row, periods: 0 } : row)),
    );
    expect([rows.length, rejected.length]).toEqual([9, 2]);
    expect(rejected[0]?.field).toBe('periods');
  });
});

describe('a key enters its table once', () => {
  test('an exact repeat is rejected and the row kept', () => {
    const { rows, rejected } = compute('nbac_schedule_games', (all) => [...all, ...all.slice(0, 1)]);
    expect(rows).toEqual(compute('nbac_schedule_games').rows);
    expect(rejected).toMatchObject([
      { field: 'game_id', problem: '20240115-HOU-PHI is already in the file' },
    ]);
  });

  test('rows that contradict each other are all rejected, in any order', () => {
    const contradict = (all: readonly Row[]) => [
      ...all,
      ...all.slice(0, 1).map((row) => ({ ...row, away_team: 'XXX' })),
    ];
    const { rows, rejected } = compute('nbac_schedule_games', contradict);
    expect([rows.length, rejected.length]).toEqual([21, 2]);
    expect(rejected[0]?.problem).toBe('20240115-HOU-PHI is in the file several times with different values');
    expect(compute('nbac_schedule_games', (all) => contradict(all).toReversed()).rows).toEqual(rows);
  });
});
