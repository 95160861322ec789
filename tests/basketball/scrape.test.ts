import { describe, expect, test } from 'vitest';
import type { Row } from '../../reference/basketball/row.ts';
import { SCRAPERS, scrapeFile } from '../../reference/basketball/scrape.ts';
import { knownAfter } from '../../reference/figures/known.ts';
import { shippedKnown, shippedSlate } from './chain.ts';

const known = shippedKnown();

function scrapedRow(scraper: string, wanted: Row): Row | undefined {
  return scrapeFile(scraper, known).rows.find((row) =>
    Object.entries(wanted).every(([column, value]) => row[column] === value),
  );
}

describe('a scraper cuts its file out of what is known', () => {
  test.each([
    ['bdl_box_scores', 384],
    ['nbac_schedule', 22],
    ['nbac_injury_report', 155],
    ['bdl_active_players', 384],
    ['nbac_team_boxscore', 22],
    ['nbac_scoreboard', 11],
  ])('%s holds %i rows before 2024-01-16', (scraper, rows) => {
    const file = scrapeFile(scraper, known);
    const { source } = known;
    expect({ ...file, rows: file.rows.length }).toEqual({ scraper, game_date: '2024-01-16', source, rows });
    expect(source).toBe('box scores of 2024-01-15, and a made-up list of games: the same pairs meet again');
  });

  test('the registry names every scraper by its key', () => {
    expect(Object.values(SCRAPERS).map(({ scraper }) => scraper)).toEqual(Object.keys(SCRAPERS));
    expect(Object.keys(SCRAPERS)).toHaveLength(6);
  });

  test('an unknown scraper is refused with the list of known ones', () => {
    expect(() => scrapeFile('bdl_games', known)).toThrow(/bdl_box_scores, .*; got "bdl_games"/);
  });

  test('a date without games gives files without rows', () => {
    const empty = knownAfter(shippedSlate(), '2024-07-15', 0);
    for (const scraper of Object.keys(SCRAPERS)) {
      expect(scrapeFile(scraper, empty)).toMatchObject({ scraper, game_date: '2024-07-15', rows: [] });
    }
  });
});

describe('each file holds the figures of its source', () => {
  test('a player line carries all of its figures', () => {
    expect(scrapedRow('bdl_box_scores', { player_lookup: 'tyresemaxey' })).toMatchObject({
      game_id: '20240115-HOU-PHI',
      player_name: 'Tyrese Maxey',
      team: 'PHI',
      minutes: 35,
      field_goals_made: 8,
      threes_made: 6,
      free_throws_made: 5,
      // 2 x 8 field goals + 6 for the third points + 5 free throws
      points: 27,
    });
  });

  test('the injury report is everybody without minutes in the last game and nobody else', () => {
    const report = scrapeFile('nbac_injury_report', known).rows.map((row) => row['player_lookup']);
    const without_minutes = known.player_lines.filter((line) => line.minutes === 0);
    expect(new Set(report)).toEqual(new Set(without_minutes.map((line) => line.player_lookup)));
  });

  test('a roster row has team and position, and null for an unknown position', () => {
    expect(scrapedRow('bdl_active_players', { player_lookup: 'nicolasbatum' })).toEqual({
      player_lookup: 'nicolasbatum',
      player_name: 'Nicolas Batum',
      team: 'PHI',
      position: 'F-G',
    });
    const unknown = scrapeFile('bdl_active_players', known).rows.filter((row) => row['position'] === null);
    expect(unknown).toHaveLength(4);
  });

  test('team totals are sums of the lines, beside the final score', () => {
    const lines = known.player_lines.filter((line) => line.team === 'MIA');
    const totals = scrapedRow('nbac_team_boxscore', { team: 'MIA' });
    // One overtime: 5 x 53 minutes.
    expect(totals).toMatchObject({ game_id: '20240115-MIA-BKN', minutes: 265, points: 96, final_score: 96 });
    expect(totals?.['assists']).toBe(lines.reduce((total, line) => total + line.assists, 0));
  });

  test('the schedule knows no scores, the scoreboard does', () => {
    const game = { game_id: '20240115-MIA-BKN', home_team: 'BKN', away_team: 'MIA', stage: 'regular' };
    expect(scrapedRow('nbac_schedule', { home_team: 'BKN', plays_on: '2024-01-15' })).toEqual({
      ...game,
      plays_on: '2024-01-15',
      is_neutral: false,
    });
    expect(scrapedRow('nbac_scoreboard', { home_team: 'BKN' })).toEqual({
      ...game,
      played_on: '2024-01-15',
      home_points: 95,
      away_points: 96,
      periods: 5,
    });
  });

  test('the list of games has those of the date, of which nothing else is known', () => {
    expect(scrapedRow('nbac_schedule', { home_team: 'BKN', plays_on: '2024-01-16' })).toMatchObject({
      game_id: '20240116-MIA-BKN',
    });
    const told = ['bdl_box_scores', 'nbac_team_boxscore', 'nbac_scoreboard'].flatMap(
      (scraper) => scrapeFile(scraper, known).rows,
    );
    expect(new Set(told.map((row) => row['played_on']))).toEqual(new Set(['2024-01-15']));
  });

  test('a traded player has a line for each team that listed him, and his points are those of one', () => {
    const [maxey, ...others] = known.player_lines.filter((line) => line.player_lookup === 'tyresemaxey');
    expect(others).toEqual([]);
    if (maxey === undefined) return;
    const nothing = { minutes: 0, field_goals_made: 0, threes_made: 0, free_throws_made: 0, points: 0 };
    const listed_too = { ...maxey, ...nothing, team: 'BOS', game_id: '20240115-BOS-TOR' };
    const traded = { ...known, player_lines: [listed_too, ...known.player_lines] };
    const points = scrapeFile('nbac_team_boxscore', traded).rows.map((row) => [
      row['points'],
      row['final_score'],
    ]);
    for (const [sum, score] of points) expect(sum).toBe(score);
    expect(scrapeFile('bdl_box_scores', traded).rows).toHaveLength(385);
  });
});
