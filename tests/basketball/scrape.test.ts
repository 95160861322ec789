import { describe, expect, test } from 'vitest';
import type { Row } from '../../reference/basketball/row.ts';
import { SCRAPERS, scrapeFile } from '../../reference/basketball/scrape.ts';
import { replaySlate } from '../../reference/figures/slate.ts';
import { shippedSlate } from './chain.ts';

const slate = shippedSlate();

function scrapedRow(scraper: string, wanted: Row): Row | undefined {
  return scrapeFile(scraper, slate).rows.find((row) =>
    Object.entries(wanted).every(([column, value]) => row[column] === value),
  );
}

describe('a scraper cuts its file out of the slate', () => {
  test.each([
    ['bdl_box_scores', 384],
    ['nbac_schedule', 11],
    ['nbac_injury_report', 155],
    ['bdl_active_players', 384],
    ['nbac_team_boxscore', 22],
    ['nbac_scoreboard', 11],
  ])('%s holds %i rows of 2024-01-15', (scraper, rows) => {
    const file = scrapeFile(scraper, slate);
    expect({ ...file, rows: file.rows.length }).toEqual({ scraper, game_date: '2024-01-15', rows });
  });

  test('the registry names every scraper by its key', () => {
    expect(Object.values(SCRAPERS).map(({ scraper }) => scraper)).toEqual(Object.keys(SCRAPERS));
    expect(Object.keys(SCRAPERS)).toHaveLength(6);
  });

  test('an unknown scraper is refused with the list of known ones', () => {
    expect(() => scrapeFile('bdl_games', slate)).toThrow(/bdl_box_scores, .*; got "bdl_games"/);
  });

  test('a date without games gives files without rows', () => {
    const empty = replaySlate(slate, '2024-07-15', 0);
    for (const scraper of Object.keys(SCRAPERS)) {
      expect(scrapeFile(scraper, empty)).toEqual({ scraper, game_date: '2024-07-15', rows: [] });
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

  test('the injury report is everybody without minutes and nobody else', () => {
    const report = scrapeFile('nbac_injury_report', slate).rows.map((row) => row['player_lookup']);
    const without_minutes = slate.player_lines.filter((line) => line.minutes === 0);
    expect(new Set(report)).toEqual(new Set(without_minutes.map((line) => line.player_lookup)));
  });

  test('a roster row has team and position, and null for an unknown position', () => {
    expect(scrapedRow('bdl_active_players', { player_lookup: 'nicolasbatum' })).toEqual({
      player_lookup: 'nicolasbatum',
      player_name: 'Nicolas Batum',
      team: 'PHI',
      position: 'F-G',
    });
    const unknown = scrapeFile('bdl_active_players', slate).rows.filter((row) => row['position'] === null);
    expect(unknown).toHaveLength(4);
  });

  test('team totals are sums of the lines, beside the final score', () => {
    const lines = slate.player_lines.filter((line) => line.team === 'MIA');
    const totals = scrapedRow('nbac_team_boxscore', { team: 'MIA' });
    // One overtime: 5 x 53 minutes.
    expect(totals).toMatchObject({ game_id: '20240115-MIA-BKN', minutes: 265, points: 96, final_score: 96 });
    expect(totals?.['assists']).toBe(lines.reduce((total, line) => total + line.assists, 0));
  });

  test('the schedule knows no scores, the scoreboard does', () => {
    const game = { game_id: '20240115-MIA-BKN', home_team: 'BKN', away_team: 'MIA' };
    expect(scrapedRow('nbac_schedule', { home_team: 'BKN' })).toEqual(game);
    expect(scrapedRow('nbac_scoreboard', { home_team: 'BKN' })).toEqual({
      ...game,
      home_points: 95,
      away_points: 96,
      periods: 5,
    });
  });

  test('a line whose player is not listed has no name', () => {
    const nameless = { ...slate, players: [] };
    expect(scrapeFile('bdl_box_scores', nameless).rows[0]?.['player_name']).toBeNull();
  });
});
