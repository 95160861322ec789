import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openSlate } from '../../reference/figures/slate.ts';
import { type BoxScores, convertBoxScores, printSlate } from '../../scripts/figures/box-scores.ts';

const FULL_RESPONSE = new URL('../../../shared/data/2024-01-15/box_scores.json', import.meta.url);
const SHIPPED = new URL('../../reference/figures/slate-2024-01-15.json', import.meta.url);

function sourceLine(id: number, first_name: string, changes: Record<string, unknown> = {}) {
  const counts = { fgm: 3, fga: 7, fg3m: 1, fg3a: 3, ftm: 2, fta: 2, oreb: 1, dreb: 4 };
  const rest = { ast: 5, stl: 1, blk: 0, turnover: 2, pf: 3, pts: 9, fg_pct: 0.4285714, reb: 5 };
  const player = { id, first_name, last_name: 'Example', position: id === 1 ? '' : 'G', college: 'None' };
  return { min: '06', ...counts, ...rest, ...changes, player };
}

const NOTHING = { min: '00', fgm: 0, fg3m: 0, ftm: 0, pts: 0 };

function sourceGame(changes: Record<string, unknown> = {}): BoxScores['data'][number] {
  const team = (abbreviation: string, players: readonly unknown[]) => ({
    id: 1,
    abbreviation,
    city: `${abbreviation} City`,
    name: 'Examples',
    players,
  });
  return {
    date: '2024-03-01',
    season: 2023,
    status: 'Final',
    period: 5,
    home_team_score: 9,
    visitor_team_score: 0,
    home_team: team('AAA', [sourceLine(1, 'Ann')]),
    visitor_team: team('BBB', [sourceLine(2, 'Bob', NOTHING)]),
    ...changes,
  } as BoxScores['data'][number];
}

describe('a box-score response becomes a slate', () => {
  test('figures keep their values under the names of the slate', () => {
    const slate = openSlate(convertBoxScores({ data: [sourceGame()] }));
    expect(slate.games).toEqual([
      {
        game_id: '20240301-BBB-AAA',
        home_team: 'AAA',
        away_team: 'BBB',
        home_points: 9,
        away_points: 0,
        periods: 5,
      },
    ]);
    expect(slate.player_lines[0]).toEqual({
      game_id: '20240301-BBB-AAA',
      player_lookup: 'annexample',
      team: 'AAA',
      minutes: 6,
      field_goals_made: 3,
      field_goals_attempted: 7,
      threes_made: 1,
      threes_attempted: 3,
      free_throws_made: 2,
      free_throws_attempted: 2,
      rebounds_offensive: 1,
      rebounds_defensive: 4,
      assists: 5,
      steals: 1,
      blocks: 0,
      turnovers: 2,
      fouls: 3,
      points: 9,
    });
  });

  test('an empty position becomes null and minutes "00" become zero', () => {
    const slate = openSlate(convertBoxScores({ data: [sourceGame()] }));
    expect(slate.players.map(({ position }) => position)).toEqual([null, 'G']);
    expect(slate.player_lines[1]?.minutes).toBe(0);
  });

  test('a traded player who is listed by two teams keeps his points with the team he played for', () => {
    const listed = sourceGame({
      home_team: { ...sourceGame().home_team, players: [sourceLine(1, 'Ann', NOTHING)] },
    });
    const visitor = { ...sourceGame().visitor_team, abbreviation: 'DDD', players: [sourceLine(1, 'Ann')] };
    const home = { ...sourceGame().home_team, abbreviation: 'CCC', players: [sourceLine(3, 'Cid', NOTHING)] };
    const played = sourceGame({ home_team: home, visitor_team: visitor });
    const slate = openSlate(convertBoxScores({ data: [listed, played] }));
    expect(slate.players.map(({ player_lookup, team }) => [player_lookup, team])).toEqual([
      ['annexample', 'DDD'],
      ['bobexample', 'BBB'],
      ['cidexample', 'CCC'],
    ]);
    const own = slate.player_lines.filter((line) => line.player_lookup === 'annexample');
    expect(own.map(({ team, game_id, points }) => [team, game_id, points])).toEqual([
      ['AAA', '20240301-BBB-AAA', 0],
      ['DDD', '20240301-DDD-CCC', 9],
    ]);
  });

  test('the printed slate reads back as the same slate', () => {
    const slate = convertBoxScores({ data: [sourceGame()] });
    expect(JSON.parse(printSlate(slate))).toEqual(JSON.parse(JSON.stringify(slate)));
  });
});

describe('a response that is no finished date is refused with its reason', () => {
  test('no games', () => {
    expect(() => convertBoxScores({ data: [] })).toThrow('at least one game, got none');
  });

  test('games of two dates', () => {
    const data = [sourceGame(), sourceGame({ date: '2024-03-02' })];
    expect(() => convertBoxScores({ data })).toThrow('one date, 2024-03-01, got BBB at AAA of 2024-03-02');
  });

  test('a game in progress', () => {
    const data = [sourceGame({ status: '3rd Qtr' })];
    expect(() => convertBoxScores({ data })).toThrow('got BBB at AAA with status "3rd Qtr"');
  });

  test.each([null, '', '12:34', -1, 1.5])('a figure of %j', (pts) => {
    const home_team = { ...sourceGame().home_team, players: [sourceLine(1, 'Ann', { pts })] };
    const data = [sourceGame({ home_team })];
    expect(() => convertBoxScores({ data })).toThrow(
      `whole number of at least 0 in "pts" of Ann Example, got ${JSON.stringify(pts)}`,
    );
  });
});

describe('a line whose minutes contradict its points is refused by name', () => {
  test('nine points in no minutes', () => {
    const home_team = { ...sourceGame().home_team, players: [sourceLine(1, 'Ann', { min: '00' })] };
    expect(() => convertBoxScores({ data: [sourceGame({ home_team })] })).toThrow(
      'Expected minutes for the 9 points of Ann Example (AAA), got "00"',
    );
  });
});

if (existsSync(FULL_RESPONSE)) {
  describe('the shipped slate is the full response, converted', () => {
    test('conversion gives the shipped bytes', () => {
      const full = JSON.parse(readFileSync(FULL_RESPONSE, 'utf8')) as BoxScores;
      expect(printSlate(convertBoxScores(full))).toBe(readFileSync(SHIPPED, 'utf8'));
    });
  });
}
