import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { DATE } from './stage/scenes.ts';
import { closeCloud, openCloud, openStage, type Stage, WHOLE_SLATE } from './stage/stage.ts';

/** Two days with games, and a day without between them. */
const SCHEDULE = [
  'game_id,game_date,home,away',
  '0012400001,2024-10-04,DEN,BOS',
  '0012400002,2024-10-04,UTA,NYK',
  '0012400003,2024-10-06,LAL,PHX',
  '',
].join('\n');

let stage: Stage;

// Whole pipelines run here; this is a limit for a busy machine and not what it takes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

beforeAll(openCloud);
afterAll(closeCloud);
afterEach(() => stage.close());

const outcomes = (out: string) =>
  JSON.parse(out).dates.map(
    (date: { game_date: string; outcome: string }) => `${date.game_date} ${date.outcome}`,
  );

describe('BACK-001 pipeline backfill', () => {
  test('loads the real date as history, skips dates without figures, and triggers nothing', async () => {
    stage = await openStage({ settings: WHOLE_SLATE });
    const range = ['backfill', '--from', '2024-01-14', '--to', '2024-01-16'];
    const { exit_code, out } = await stage.run(...range);
    expect(out).toContain('/3  2024-01-14  skipped: no figures');
    expect(out).toMatch(/\/3 {2}2024-01-16 {2}loaded {2}\d+ records {2}[\d.]+ dates\/(s|min)/);
    expect(out).toContain('1 loaded, 2 skipped: no figures. Nothing was triggered downstream.');
    expect(exit_code).toBe(0);
    const runs = await stage.ports.warehouse.runs({ game_date: DATE });
    expect(new Set(runs.map(({ phase }) => phase))).toEqual(
      new Set(['phase_1_scrapers', 'phase_2_raw', 'phase_3_analytics', 'phase_4_precompute']),
    );
    expect(runs.every((run) => run.skip_downstream_trigger && run.backfill_mode)).toBe(true);
    expect(await stage.ports.documents.get(`phase3_completion/${DATE}`)).toBeUndefined();
    expect(await stage.ports.documents.get(`prediction_batches/${DATE}`)).toBeUndefined();
    expect((await stage.run('status', '--date', DATE)).out).toContain('BACKFILL');

    const again = await stage.run(...range, '--json');
    expect(outcomes(again.out)).toContain(`${DATE} before`);
    const reprocessing = await stage.run(...range, '--reason', 'reprocessing', '--through', '2', '--json');
    expect(outcomes(reprocessing.out)).toContain(`${DATE} loaded`);
  });

  test('--through 2 loads raw tables alone', async () => {
    stage = await openStage();
    const range = ['backfill', '--from', '2024-10-04', '--to', '2024-10-04', '--through', '2'];
    expect((await stage.run(...range)).exit_code).toBe(0);
    const runs = await stage.ports.warehouse.runs({ game_date: '2024-10-04' });
    expect(new Set(runs.map(({ phase }) => phase))).toEqual(new Set(['phase_1_scrapers', 'phase_2_raw']));
  });

  test('a week of a simulated season: levels run oldest first, and the last date knows the others', async () => {
    stage = await openStage({ settings: { simulated_seasons: 1, slate_replay_date: null } });
    const range = ['backfill', '--from', '2024-10-22', '--to', '2024-10-25', '--concurrency', '4'];
    const { exit_code, out } = await stage.run(...range, '--json');
    expect([exit_code, outcomes(out)]).toEqual([
      0,
      ['2024-10-22 loaded', '2024-10-23 loaded', '2024-10-24 loaded', '2024-10-25 loaded'],
    ]);
    for (const processor_name of ['player_daily_cache', 'player_composite_factors']) {
      const runs = await stage.ports.warehouse.runs({ processor_name });
      const starts = runs.map(({ game_date, started_at }) => [started_at, game_date]).sort();
      expect(starts.map(([, game_date]) => game_date)).toEqual([
        '2024-10-22',
        '2024-10-23',
        '2024-10-24',
        '2024-10-25',
      ]);
    }
    const scored = await stage.run('score', '--from', '2024-10-22', '--to', '2024-10-25', '--json');
    const score = JSON.parse(scored.out);
    expect(score).toMatchObject({ is_simulated: true, unknown: ['2024-10-25'] });
    expect(score.dates.map(({ game_date }: { game_date: string }) => game_date)).toEqual([
      '2024-10-22',
      '2024-10-23',
      '2024-10-24',
    ]);
    expect((await stage.run('score', '--from', '2024-10-22', '--to', '2024-10-25')).out).toContain(
      'These figures are simulated',
    );
    const table = { dataset: 'nba_predictions', table: 'ml_feature_store_v2' };
    const games = (await stage.ports.warehouse.rows(table, '2024-10-25', 1)).map(
      (row) => row['games_season'],
    );
    expect(games.filter((number) => number === 1).length).toBeGreaterThan(100);
  });

  test('stops at the first date that fails for good, and names it', async () => {
    stage = await openStage({ without: ['phase3-analytics'] });
    const range = ['backfill', '--from', '2024-10-04', '--to', '2024-10-08'];
    const pace = ['--concurrency', '1', '--patience', '1'];
    const { exit_code, out } = await stage.run(...range, ...pace);
    expect(exit_code).toBe(1);
    expect(out).toContain('Stopped at 2024-10-04: ');
    expect(out).toContain('did not come within 1 s; is phase3-analytics well?');
    expect(out).toContain(
      '4 dates are left; mend it and go on with: npx pipeline backfill --from 2024-10-04',
    );
  });

  test('with a schedule skips days without games', async () => {
    stage = await openStage();
    const folder = mkdtempSync(join(tmpdir(), 'schedule-'));
    const schedule = join(folder, 'schedule.csv');
    writeFileSync(schedule, SCHEDULE);
    const range = [
      'backfill',
      '--from',
      '2024-10-04',
      '--to',
      '2024-10-06',
      '--schedule',
      schedule,
      '--json',
    ];
    const { out } = await stage.run(...range);
    rmSync(folder, { recursive: true });
    expect(outcomes(out)).toEqual(['2024-10-04 loaded', '2024-10-05 no_games', '2024-10-06 loaded']);
  });

  test('an interrupted range goes on where it stopped', async () => {
    stage = await openStage();
    const range = ['backfill', '--from', '2024-10-04', '--to', '2024-10-06', '--concurrency', '1'];
    let is_interrupted = false;
    const interruptOnce = setInterval(() => {
      void stage.ports.warehouse.runs({ game_date: '2024-10-04', phase: 'phase_1_scrapers' }).then((runs) => {
        if (is_interrupted || runs.length === 0) return;
        is_interrupted = true;
        process.emit('SIGINT');
      });
    }, 20);
    const first = await stage.run(...range);
    clearInterval(interruptOnce);
    expect(first.exit_code).toBe(130);
    expect(first.out).toMatch(
      /Interrupted with [12] dates left; go on with: npx pipeline backfill --from 2024-10-04/,
    );
    const second = await stage.run(...range, '--json');
    expect(second.exit_code).toBe(0);
    expect(outcomes(second.out)).toEqual(['2024-10-04 before', '2024-10-05 loaded', '2024-10-06 loaded']);
  });

  test('a range that ends before it begins, and a file that is no schedule, exit with 2', async () => {
    stage = await openStage();
    const backwards = await stage.run('backfill', '--from', '2024-01-16', '--to', '2024-01-15');
    expect(backwards).toMatchObject({
      exit_code: 2,
      err: expect.stringContaining('--from must not be after --to'),
    });
    const wrong = await stage.run('backfill', '--from', DATE, '--to', DATE, '--schedule', 'package.json');
    expect(wrong).toMatchObject({
      exit_code: 2,
      err: expect.stringContaining('--schedule must be a CSV file'),
    });
    const folder = mkdtempSync(join(tmpdir(), 'schedule-'));
    const schedule = join(folder, 'schedule.csv');
    writeFileSync(schedule, 'game_date\n2024-10-04\n4.10.2024\n');
    const unread = await stage.run('backfill', '--from', DATE, '--to', DATE, '--schedule', schedule);
    rmSync(folder, { recursive: true });
    expect(unread).toMatchObject({
      exit_code: 2,
      err: expect.stringContaining(
        `${schedule}:3: game_date must be a date such as 2024-01-15, got "4.10.2024"`,
      ),
    });
  });

  test('nobody at the address of Phase 1 exits with 3 and says whom it asked', async () => {
    stage = await openStage();
    await stage.vacate('phase1-scrapers');
    const { exit_code, err } = await stage.run('backfill', '--from', DATE, '--to', DATE);
    expect(err).toContain('[COMPONENT_UNAVAILABLE] expected phase1-scrapers to answer POST');
    expect(exit_code).toBe(3);
  });
});
