import { describe, expect, test } from 'vitest';
import { createShell } from '../../../reference/http/shell.ts';
import type { Settings } from '../../../reference/ports/settings.ts';
import { createScrapers } from '../../../reference/scrapers/service.ts';
import { request, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DATE = '2024-01-15';

function start(settings: Partial<Settings> = {}) {
  const ports = createMemoryPorts();
  const handler = createShell(createScrapers(ports, { ...SETTINGS, ...settings }), ports.log);
  const scrape = (body: object | string, headers = {}) => handler(request('POST', '/scrape', body, headers));
  return { ports, scrape };
}

describe('MSG-007 a scraper announces its file in both formats', () => {
  test('with the execution_id as correlation_id, and the file where it says', async () => {
    const { ports, scrape } = start();
    const answer = await scrape({ scraper: 'BdlBoxScoresScraper', game_date: DATE });
    const execution_id = '00000000-0000-4000-8000-000000000001';
    const gcs_path = `gs://nba-scraped/bdl_box_scores/${DATE}/${execution_id}.json`;
    expect(answer).toEqual({
      status: 200,
      body: {
        game_date: DATE,
        run: 1,
        scrapers: [{ scraper: 'bdl_box_scores', outcome: 'worked', execution_id, status: 'success' }],
      },
    });
    expect(ports.published.map(({ message }) => message)).toMatchObject([
      {
        processor_name: 'bdl_box_scores',
        execution_id,
        correlation_id: execution_id,
        parent_processor: null,
        trigger_source: 'manual',
        trigger_message_id: null,
        record_count: 384,
        name: 'bdl_box_scores',
        scraper_name: 'bdl_box_scores',
        gcs_path,
        workflow: 'manual_collection',
        metadata: { run: 1 },
      },
    ]);
    expect(await ports.files.read(gcs_path)).toMatchObject({ scraper: 'bdl_box_scores' });
    expect(ports.history.get(execution_id)).toMatchObject({ phase: 'phase_1_scrapers', upstream: [] });
  });

  test('all scrapers run when none is named, and a scheduler is known by its header', async () => {
    const { ports, scrape } = start();
    await scrape({ game_date: DATE }, { 'x-cloudscheduler': 'true' });
    expect(ports.published).toHaveLength(6);
    expect(ports.published[0]?.message).toMatchObject({
      trigger_source: 'scheduler',
      workflow: 'post_game_collection',
    });
  });

  test('a second call is a second run', async () => {
    const { ports, scrape } = start();
    await scrape({ scraper: 'nbac_schedule', game_date: DATE });
    await scrape({ scraper: 'nbac_schedule', game_date: DATE, run: 2, workflow: 'again' });
    await scrape({ scraper: 'nbac_schedule', game_date: DATE });
    expect(new Set(ports.published.map(({ message }) => message['execution_id'])).size).toBe(3);
  });

  test('BACK-001 the flags of a backfill go over the wire', async () => {
    const { ports, scrape } = start();
    const flags = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };
    await scrape({ scraper: 'nbac_schedule', game_date: DATE, ...flags });
    expect(ports.published[0]?.message).toMatchObject(flags);
  });
});

describe('ACK-005 a call whose publish failed is made up for by the next call', () => {
  test('under the same execution_id, and the scrapers that had no trouble have published', async () => {
    const { ports, scrape } = start();
    ports.faults.publish = (_topic, message) => (message['name'] === 'nbac_schedule' ? 'refuse' : undefined);
    const failed = await scrape({ game_date: DATE });
    expect(failed).toMatchObject({ status: 503, body: { error: 'BROKER_UNAVAILABLE' } });
    expect(ports.published).toHaveLength(5);
    const owed = [...ports.history.values()].find(({ processor_name }) => processor_name === 'nbac_schedule');
    ports.faults.publish = () => undefined;
    const repeated = await scrape({ scraper: 'nbac_schedule', game_date: DATE });
    expect(repeated.body).toMatchObject({
      scrapers: [{ outcome: 'published', execution_id: owed?.execution_id }],
    });
    expect(ports.published.at(-1)?.message['execution_id']).toBe(owed?.execution_id);
  });
});

describe('BACK-001 a call gets the run that it asked for, also after one that still owed its message', () => {
  const backfill = { skip_downstream_trigger: true, backfill_mode: true, backfill_reason: 'historical_load' };
  const other_reason = { ...backfill, backfill_reason: 'upstream_correction' };
  const silent = { skip_downstream_trigger: true };

  test.each([
    ['a live call after a backfill', backfill, {}],
    ['a backfill after a live call', {}, backfill],
    ['a backfill for another reason', backfill, other_reason],
    ['a live call after a silent one', silent, {}],
  ])('%s sends what is owed and then scrapes', async (_name, first, second) => {
    const { ports, scrape } = start();
    ports.faults.publish = () => 'refuse';
    const asked = { scraper: 'nbac_schedule', game_date: DATE };
    expect((await scrape({ ...asked, ...first })).status).toBe(503);
    ports.faults.publish = () => undefined;
    const answer = await scrape({ ...asked, ...second });
    expect(answer).toMatchObject({ status: 200, body: { scrapers: [{ outcome: 'worked' }] } });
    const live = { skip_downstream_trigger: false, backfill_mode: false, backfill_reason: null };
    expect(ports.published.map(({ message }) => message)).toMatchObject([
      { ...live, ...first },
      { ...live, ...second },
    ]);
    expect(new Set(ports.published.map(({ message }) => message['execution_id'])).size).toBe(2);
  });
});

describe('which figures a date has', () => {
  test('a date without figures is refused with those that have some', async () => {
    const { ports, scrape } = start({ slate_replay_date: null });
    const answer = await scrape({ game_date: '2024-01-15' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'UNKNOWN_GAME_DATE' } });
    expect(JSON.stringify(answer.body)).toContain('a date with figures (2024-01-16)');
    expect([ports.published.length, ports.stored.size]).toEqual([0, 0]);
  });

  test('one slate can be replayed for every date, as many of its games as asked for', async () => {
    const { ports, scrape } = start({ slate_replay_date: DATE, slate_replay_games: 2 });
    await scrape({ scraper: 'nbac_schedule', game_date: '2024-12-25' });
    expect(ports.published[0]?.message).toMatchObject({ game_date: '2024-12-25', record_count: 4 });
  });

  test('simulated seasons have their dates, and say that they are simulated', async () => {
    const { ports, scrape } = start({ simulated_seasons: 1 });
    await scrape({ scraper: 'nbac_schedule', game_date: '2024-10-23' });
    const gcs_path = String(ports.published[0]?.message['gcs_path']);
    expect(await ports.files.read(gcs_path)).toMatchObject({
      source: 'simulated season 2024, seed 1: invented players and figures',
    });
    expect(await scrape({ game_date: '2023-11-01' })).toMatchObject({
      status: 400,
      body: { error: 'UNKNOWN_GAME_DATE', message: expect.stringContaining('simulated seasons 2024-25') },
    });
  });

  test('a slate that is to be replayed must exist', async () => {
    const { scrape } = start({ slate_replay_date: '1999-01-01' });
    expect(await scrape({ game_date: DATE })).toMatchObject({
      status: 400,
      body: { error: 'UNKNOWN_GAME_DATE' },
    });
  });
});

describe('a wrong call is refused and leaves nothing', () => {
  test.each([
    ['no body', '', 'INVALID_REQUEST'],
    ['no JSON', '{', 'INVALID_JSON'],
    ['a word for a date', { game_date: 'TODAY' }, 'INVALID_REQUEST'],
    ['an unknown field', { game_date: DATE, force: true }, 'INVALID_REQUEST'],
    ['a backfill without a reason', { game_date: DATE, backfill_mode: true }, 'INVALID_REQUEST'],
    ['a reason without a backfill', { game_date: DATE, backfill_reason: 'x' }, 'INVALID_REQUEST'],
    ['an unknown scraper', { game_date: DATE, scraper: 'espn' }, 'UNKNOWN_PROCESSOR'],
  ])('%s', async (_name, body, error) => {
    const { ports, scrape } = start();
    expect(await scrape(body)).toMatchObject({ status: 400, body: { error } });
    expect(ports.stored.size).toBe(0);
  });
});
