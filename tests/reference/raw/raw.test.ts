import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../../generated/examples.ts';
import { createShell } from '../../../reference/http/shell.ts';
import type { Json } from '../../../reference/ports/ports.ts';
import { createRaw } from '../../../reference/raw/service.ts';
import { push, SETTINGS } from '../deliveries.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DUAL = EXAMPLES.find(({ name }) => name === 'box-scores-of-a-full-slate')?.payload as Record<
  string,
  unknown
>;
const GCS_PATH = 'gs://nba-scraped/nbac_schedule/2024-01-15/x.json';
const SCHEDULE = {
  ...DUAL,
  processor_name: 'nbac_schedule',
  name: 'nbac_schedule',
  scraper_name: 'nbac_schedule',
  gcs_path: GCS_PATH,
};
const GAME = {
  game_id: '20240115-HOU-PHI',
  plays_on: '2024-01-15',
  home_team: 'PHI',
  away_team: 'HOU',
  stage: 'regular',
  is_neutral: false,
};
const TABLE = { dataset: 'nba_raw', table: 'nbac_schedule_games' };

async function start(content?: Json) {
  const ports = createMemoryPorts();
  if (content !== undefined) await ports.files.write(GCS_PATH, content);
  const handler = createShell(createRaw(ports, SETTINGS), ports.log);
  const deliver = async (changes: object = {}, message_id = 'm-1') =>
    (await handler(push('/process', { ...SCHEDULE, ...changes }, message_id))).status;
  return { ports, deliver };
}

const file = (rows: Json) => ({ scraper: 'nbac_schedule', game_date: '2024-01-14', rows });

describe('one scraped file becomes one raw table', () => {
  test('MSG-004 under the date of the message, with the delivery that caused it', async () => {
    const { ports, deliver } = await start(file([GAME]));
    expect(await deliver()).toBe(200);
    expect(await ports.warehouse.rows(TABLE, '2024-01-15', 1)).toEqual([
      { game_date: '2024-01-15', ...GAME },
    ]);
    expect(ports.published.map(({ message }) => message)).toMatchObject([
      {
        processor_name: 'nbac_schedule_games',
        status: 'success',
        record_count: 1,
        parent_processor: 'nbac_schedule',
        trigger_message_id: 'm-1',
        correlation_id: DUAL['correlation_id'],
      },
    ]);
  });

  test.each([
    [
      'partial when some rows are refused',
      file([GAME, { game_id: 'x' }]),
      { status: 'partial', record_count: 1, records_failed: 1 },
    ],
    ['LIVE-002 no_data when there are none', file([]), { status: 'no_data', record_count: 0 }],
    [
      'failed when every row is refused',
      file([{ game_id: 'x' }]),
      { status: 'failed', error_type: 'INVALID_FILE' },
    ],
    [
      'failed when there is no file',
      undefined,
      { status: 'failed', error_type: 'INVALID_FILE', record_count: 0 },
    ],
    ['failed when the file has no rows', 'html', { status: 'failed', error_type: 'INVALID_FILE' }],
    ['failed when a row is no row', file([3]), { status: 'failed', error_type: 'INVALID_FILE' }],
  ])('%s', async (_name, content, expected) => {
    const { ports, deliver } = await start(content as Json | undefined);
    expect(await deliver()).toBe(200);
    expect(ports.published.map(({ message }) => message)).toMatchObject([expected]);
  });

  test('a file that cannot be parsed is a failure that is announced', async () => {
    const { ports, deliver } = await start();
    const { PipelineError } = await import('../../../reference/errors/pipeline-error.ts');
    ports.files.read = () => Promise.reject(new PipelineError('INVALID_FILE', 'no JSON'));
    expect(await deliver()).toBe(200);
    expect(ports.published[0]?.message).toMatchObject({
      status: 'failed',
      error_message: '[INVALID_FILE] no JSON',
    });
  });
});

describe('IDEM-001 one scraper run makes one raw run', () => {
  test.each([
    ['success', file([GAME])],
    ['no_data', file([])],
    ['failed', undefined],
  ])('that ended %s, under the same and another messageId', async (_status, content) => {
    const { ports, deliver } = await start(content as Json | undefined);
    await deliver();
    expect([await deliver({}, 'm-1'), await deliver({}, 'm-2')]).toEqual([200, 200]);
    expect(ports.published).toHaveLength(1);
  });

  test('a file that has come since is loaded by a redelivery', async () => {
    const { ports, deliver } = await start();
    await deliver();
    await ports.files.write(GCS_PATH, file([GAME]));
    await deliver();
    expect(ports.published.map(({ message }) => message['status'])).toEqual(['failed', 'success']);
  });

  test('another scraper run of the same date is another raw run', async () => {
    const { ports, deliver } = await start(file([GAME]));
    await deliver();
    await deliver({ execution_id: '7c9e6679-7425-40de-944b-e07fc1f90ae7' });
    expect(ports.published).toHaveLength(2);
  });
});

describe('what Phase 2 does not load', () => {
  test('a scraper that failed', async () => {
    const { ports, deliver } = await start(file([GAME]));
    expect(await deliver({ status: 'failed', error_message: 'x', error_type: 'x' })).toBe(200);
    expect([ports.published.length, ports.stored.size]).toEqual([0, 0]);
  });

  test('ACK-006 a file while the store is away is nacked and loaded later', async () => {
    const { ports, deliver } = await start(file([GAME]));
    ports.faults.store = () => 'refuse';
    expect(await deliver()).toBe(503);
    ports.faults.store = () => undefined;
    expect(await deliver()).toBe(200);
    expect(ports.published).toHaveLength(1);
  });
});
