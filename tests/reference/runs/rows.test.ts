import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { createAnalytics } from '../../../reference/analytics/service.ts';
import { createShell } from '../../../reference/http/shell.ts';
import { createRaw } from '../../../reference/raw/service.ts';
import { createRunner } from '../../../reference/runs/execute.ts';
import { runProcessor } from '../../../reference/runs/processor-run.ts';
import { push, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DATE = '2024-01-15';
const SCORES = { dataset: 'nba_raw', table: 'nbac_game_scores' };
const EXAMPLE = EXAMPLES.find(({ name }) => name === 'box-scores-of-a-full-slate')?.payload as object;
const game = (home_points: number) => ({
  game_id: '20240115-HOU-PHI',
  played_on: '2024-01-14',
  home_team: 'PHI',
  away_team: 'HOU',
  stage: 'regular',
  home_points,
  away_points: 115,
  periods: 4,
});

function start() {
  const ports = createMemoryPorts();
  const raw = createShell(createRaw(ports, SETTINGS), ports.log);
  let scrapes = 0;
  /** A scraper run that ended at `timestamp`, as Phase 2 hears of it now. */
  const load = async (timestamp: string, rows: readonly object[], changes: object = {}) => {
    scrapes += 1;
    const execution_id = `16fd2706-8baf-433b-82eb-00000000000${scrapes}`;
    const gcs_path = `gs://nba-scraped/nbac_scoreboard/${DATE}/${execution_id}.json`;
    await ports.files.write(gcs_path, JSON.parse(JSON.stringify({ rows })));
    const name = 'nbac_scoreboard';
    const message = {
      ...EXAMPLE,
      processor_name: name,
      name,
      scraper_name: name,
      output_table: name,
      execution_id,
      correlation_id: execution_id,
      gcs_path,
      timestamp,
      ...(rows.length === 0 ? { status: 'no_data', record_count: 0 } : {}),
      ...changes,
    };
    await ports.clock.advance(1000);
    return (await raw(push('/process', message, `m-${scrapes}`))).status;
  };
  const points = async () => (await ports.warehouse.rows(SCORES, DATE, 1)).map((row) => row['home_points']);
  const told = () => ports.published.map(({ message }) => [message['status'], message['record_count']]);
  return { ports, load, points, told };
}

describe('IDEM-001 a raw table holds what was scraped last, in whatever order it arrives', () => {
  test('an older scrape that is delivered after a newer one changes nothing and says no_data', async () => {
    const { load, points, told } = start();
    expect(await load('2024-01-15T10:30:00Z', [game(124)])).toBe(200);
    expect(await load('2024-01-15T10:00:00Z', [game(10)])).toBe(200);
    expect(await points()).toEqual([124]);
    expect(told()).toEqual([
      ['success', 1],
      ['no_data', 0],
    ]);
  });

  test('a newer scrape replaces an older one', async () => {
    const { load, points } = start();
    await load('2024-01-15T10:00:00Z', [game(10)]);
    await load('2024-01-15T10:30:00Z', [game(124)]);
    expect(await points()).toEqual([124]);
  });

  test('a later scrape that found nothing leaves the rows of the run that counts', async () => {
    const { load, points, told } = start();
    await load('2024-01-15T10:00:00Z', [game(124)]);
    await load('2024-01-15T10:30:00Z', []);
    expect(await points()).toEqual([124]);
    expect(told().at(-1)).toEqual(['no_data', 0]);
  });

  test('BACK-004 a live scrape takes the place of a backfill that was collected after it', async () => {
    const { ports, load, points } = start();
    const backfill = {
      skip_downstream_trigger: true,
      backfill_mode: true,
      backfill_reason: 'historical_load',
    };
    await load('2024-01-15T10:30:00Z', [game(10)], backfill);
    await load('2024-01-15T10:00:00Z', [game(124)]);
    expect(await points()).toEqual([124]);
    expect(ports.published.map(({ message }) => message['status'])).toEqual(['success']);
  });

  test('Phase 3 names as upstream the run whose rows it reads', async () => {
    const { ports, load } = start();
    await load('2024-01-15T10:30:00Z', [game(124)]);
    await load('2024-01-15T10:00:00Z', [game(10)]);
    const runs = [...ports.history.values()];
    const kept = runs.find(({ status }) => status === 'success');
    for (const [index, name] of ['nbac_schedule_games', 'nbac_team_boxscores'].entries()) {
      const execution_id = `26fd2706-8baf-433b-82eb-00000000000${index}`;
      const like = { processor_name: name, output_table: name, execution_id };
      if (kept !== undefined) ports.history.set(execution_id, { ...kept, ...like });
    }
    const analytics = createShell(createAnalytics(ports, SETTINGS), ports.log);
    await analytics(push('/process', ports.published.at(-1)?.message ?? {}, 'm-raw'));
    const named = [...ports.history.values()]
      .filter(({ phase }) => phase === 'phase_3_analytics')
      .flatMap(({ upstream }) => upstream)
      .filter(({ processor }) => processor === SCORES.table);
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named.map(({ execution_id }) => execution_id))).toEqual(new Set([kept?.execution_id]));
  });
});

describe('IDEM-006 a run that wakes after its lease leaves the table of the run that took over', () => {
  test('and neither publishes nor says that it worked', async () => {
    const ports = createMemoryPorts();
    const output = { dataset: 'nba_analytics', table: 'team_offense_game_summary' };
    const id = '16fd2706-8baf-433b-82eb-000000000001';
    const run = (points: number) =>
      runProcessor(ports, createRunner(ports, SETTINGS), {
        phase: 'phase_3_analytics',
        processor: output.table,
        output,
        cause: {
          processor: 'nbac_team_boxscores',
          execution_id: id,
          correlation_id: id,
          game_date: DATE,
          run: 1,
          trigger_source: 'pubsub',
          message_id: `m-${points}`,
          skip_downstream_trigger: false,
          backfill_mode: false,
          backfill_reason: null,
        },
        upstream: [],
        key: `${output.table}.${DATE}.r1`,
        inputs: '',
        asked_by: '',
        as_of: null,
        topics: ['nba-phase3-analytics-complete'],
        metadata: {},
        compute: () => Promise.resolve({ rows: [{ points }], key: () => 'PHI', records_failed: 0 }),
      });
    let wake = () => {};
    let asleep = false;
    ports.faults.pause = (step) => {
      if (asleep || !step.startsWith('commit nba_analytics')) return Promise.resolve();
      asleep = true;
      return new Promise<void>((resolve) => {
        wake = resolve;
      });
    };
    const late = run(1);
    while (!asleep) await new Promise((resolve) => setImmediate(resolve));
    await ports.clock.advance(SETTINGS.lease_seconds * 1000);
    expect((await run(2)).outcome).toBe('worked');
    wake();
    await expect(late).rejects.toMatchObject({ code: 'WORK_IN_PROGRESS' });
    expect(await ports.warehouse.rows(output, DATE, 1)).toEqual([{ points: 2 }]);
    expect(ports.published).toHaveLength(1);
  });
});
