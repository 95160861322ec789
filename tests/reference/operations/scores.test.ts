import { describe, expect, test } from 'vitest';
import { drawScores } from '../../../reference/cli/operate/looking/draw-scores.ts';
import { readScores } from '../../../reference/operations/scores/read-scores.ts';
import type { Row, TableName } from '../../../reference/ports/ports.ts';
import { PREDICTION_TABLE } from '../../../reference/runs/output.ts';

const DATE = '2024-01-15';
/** Everything that an estimate needs; at league average it is the player's own rate. */
const FEATURE = {
  player_lookup: 'tyresemaxey',
  team: 'PHI',
  game_id: '0022300561',
  ready: true,
  minutes: 36,
  minutes_season: 1200,
  points_per_36: 20,
  points_per_36_last_10: 20,
  points_per_36_before: 20,
  league_points_per_36: 20,
  matchup_factor: 1,
  pace_factor: 1,
  venue_factor: 1,
  rest_factor: 1,
  points_season: 25,
};
const LINE = {
  player_lookup: 'tyresemaxey',
  team: 'PHI',
  played_on: DATE,
  minutes: 35,
  points: 27,
  counts: true,
};

/** Reads tables by name and date. */
function read(tables: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>, dates = [DATE]) {
  const rows = async ({ table }: TableName, date: string) => (tables[table]?.[date] ?? []) as readonly Row[];
  return readScores({ rows }, dates);
}
const FEATURES = { [DATE]: [FEATURE] };
const told = (...lines: readonly object[]) => ({ '2024-01-16': lines });

describe('pipeline score compares what was said of a player with what he did', () => {
  test('a prediction of a worker counts before an estimate that is made now', async () => {
    const tables = { ml_feature_store_v2: FEATURES, player_game_summary: told(LINE) };
    const predictions = { [DATE]: [{ player_lookup: 'tyresemaxey', predicted_points: 24 }] };
    expect((await read({ ...tables, [PREDICTION_TABLE.table]: predictions })).dates).toMatchObject([
      { game_date: DATE, source: 'predicted', mae: 3, bias: -3, coverage_percent: 100, baseline_mae: 2 },
    ]);
    expect((await read(tables)).dates).toMatchObject([{ source: 'estimated', mae: 7, bias: -7 }]);
  });

  test('some of each is told as such', async () => {
    const other = { ...FEATURE, player_lookup: 'joelembiid' };
    const range = await read({
      ml_feature_store_v2: { [DATE]: [FEATURE, other] },
      player_game_summary: told(LINE, { ...LINE, player_lookup: 'joelembiid', points: 20 }),
      [PREDICTION_TABLE.table]: { [DATE]: [{ player_lookup: 'tyresemaxey', predicted_points: 27 }] },
    });
    expect(range.dates).toMatchObject([{ source: 'both', played: 2, predicted: 2, mae: 0 }]);
  });

  test('who was traded, who was not listed and who was not ready are played and not predicted', async () => {
    const range = await read({
      ml_feature_store_v2: {
        [DATE]: [FEATURE, { ...FEATURE, player_lookup: 'hurt', ready: false, points_season: null }],
      },
      player_game_summary: told(
        { ...LINE, team: 'HOU' },
        { ...LINE, player_lookup: 'unlisted' },
        { ...LINE, player_lookup: 'hurt' },
      ),
    });
    expect(range.total).toMatchObject({
      played: 3,
      predicted: 0,
      coverage_percent: 0,
      mae: null,
      compared: 0,
    });
  });

  test('a cup final and a player without minutes count for nothing', async () => {
    const final = { ...LINE, counts: false };
    const range = await read({
      ml_feature_store_v2: FEATURES,
      player_game_summary: told(final, { ...LINE, minutes: 0 }),
    });
    expect(range).toMatchObject({ dates: [], unknown: [], total: { played: 0, coverage_percent: null } });
  });

  test('a date whose games nobody has told of yet is named, also when the next dates had others', async () => {
    const later = { ml_feature_store_v2: FEATURES };
    expect(await read(later)).toMatchObject({ dates: [], unknown: [DATE] });
    const others = told({ ...LINE, played_on: '2024-01-14' });
    expect(await read({ ...later, player_game_summary: others })).toMatchObject({ unknown: [DATE] });
  });

  test('a date without features is left out, and the next date with games tells of all dates before it', async () => {
    const range = await read(
      {
        ml_feature_store_v2: { ...FEATURES, '2024-01-13': [FEATURE] },
        player_game_summary: told(LINE, { ...LINE, played_on: '2024-01-13' }),
      },
      ['2024-01-12', '2024-01-13', DATE],
    );
    expect(range.dates.map(({ game_date }) => game_date)).toEqual(['2024-01-13', DATE]);
    expect(range.unknown).toEqual([]);
  });
});

describe('pipeline score says in words', () => {
  const words = async (...args: Parameters<typeof read>) => drawScores(await read(...args)).join('\n');

  test('by how much the error is below or above that of season averages', async () => {
    const tables = (predicted_points: number) => ({
      ml_feature_store_v2: FEATURES,
      player_game_summary: told(LINE),
      [PREDICTION_TABLE.table]: { [DATE]: [{ player_lookup: 'tyresemaxey', predicted_points }] },
    });
    expect(await words(tables(26))).toContain(
      'Over 1 players the error is 50.0 % below that of their season averages.',
    );
    expect(await words(tables(30))).toContain(
      'Over 1 players the error is 50.0 % above that of their season averages.',
    );
    expect(await words(tables(26))).not.toMatch(/estimated from|simulated/);
  });

  test('that nobody has a season average yet, that figures are invented, and that no worker predicted', async () => {
    const first = { ...FEATURE, points_season: null, game_id: 'sim-1' };
    const text = await words({ ml_feature_store_v2: { [DATE]: [first] }, player_game_summary: told(LINE) });
    expect(text).toMatch(/^These figures are simulated/);
    expect(text).toContain('Nobody has a season average yet.');
    expect(text).toContain('1 of 1 dates: estimated from their features');
    expect(text).toMatch(/^2024-01-15 .* - {2}.* -$/m);
  });

  test('what to load when nothing can be scored', async () => {
    expect(await words({})).toBe(
      'No date of the range can be scored: load it and the date after it first (pipeline backfill).',
    );
    expect(await words({ ml_feature_store_v2: FEATURES })).toContain(
      'Nobody has told of the games of 2024-01-15 yet; load the next date.',
    );
  });
});
