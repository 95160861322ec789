import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { createPorts, type GooglePorts } from '../../../reference/google/ports.ts';
import { decideRows } from '../../../reference/runs/decide-rows.ts';
import { SETTINGS } from '../deliveries.ts';
import { anyhow } from '../memory-ports.ts';
import { writeDocuments } from '../write-documents.ts';
import { codeOf, gatedPorts, SERVE, UNAVAILABLE } from './gated-ports.ts';

const google = gatedPorts();

describe('warehouse and files', () => {
  const table = { dataset: 'nba_raw', table: 'games' };
  const key = (row: object) => String((row as { id: string }).id);
  const row = (id: string, points: number) => ({ id, points, note: null });

  test('rows are replaced per date and run, and come in order of key', async () => {
    const many = Array.from({ length: 600 }, (_, index) => row(`g/${index}`, index));
    await google.ports.warehouse.replaceRows(table, '2024-01-15', 1, many, key, anyhow);
    await google.ports.warehouse.replaceRows(table, '2024-01-15', 2, [row('other run', 0)], key, anyhow);
    await google.ports.warehouse.replaceRows(
      table,
      '2024-01-15',
      1,
      [row('b|2', 2), row('a|1', 1)],
      key,
      anyhow,
    );
    await google.ports.warehouse.putRow(table, '2024-01-15', 1, 'c|3', row('c|3', 3));
    expect(await google.ports.warehouse.rows(table, '2024-01-15', 1)).toEqual([
      row('a|1', 1),
      row('b|2', 2),
      row('c|3', 3),
    ]);
    expect(await google.ports.warehouse.row(table, '2024-01-15', 1, 'b|2')).toEqual(row('b|2', 2));
    expect(await google.ports.warehouse.row(table, '2024-01-15', 1, 'z')).toBeUndefined();
    expect(await google.ports.warehouse.rows(table, '2024-01-15', 2)).toHaveLength(1);
  });

  test.each([
    ['before its first commit', 1],
    ['between its commits', 2],
  ])('a run that is overtaken %s writes no further', async (_when, overtaken_at) => {
    const slate = [{ dataset: 'nba_raw', table: `race_${overtaken_at}` }, '2024-01-15', 1] as const;
    const note = (execution_id: string, started_at: string) => ({
      execution_id,
      started_at,
      as_of: null,
      skip_downstream_trigger: false,
      record_count: 600,
    });
    const store = (on: GooglePorts, by: ReturnType<typeof note>, points: number) => {
      const rows = Array.from({ length: 600 }, (_, index) => row(`g${index}`, points));
      return on.warehouse.replaceRows(...slate, rows, key, (held) => decideRows(held, by));
    };
    let commits = 0;
    google.verdict = async (call) => {
      commits += call.method === 'Commit' ? 1 : 0;
      if (call.method !== 'Commit' || commits !== overtaken_at) return SERVE;
      await store(google.rival, note('heir', '2024-01-15T11:10:00.000Z'), 2);
      return SERVE;
    };
    expect(await store(google.ports, note('late', '2024-01-15T11:00:00.000Z'), 1)).toBe('kept');
    google.verdict = () => SERVE;
    const left = await google.ports.warehouse.rows(...slate);
    expect([left.length, new Set(left.map(({ points }) => points))]).toEqual([600, new Set([2])]);
  });

  test('runs are found by their columns, oldest first', async () => {
    const run = (execution_id: string, finished_at: string) =>
      ({ execution_id, finished_at, game_date: '2024-01-15', run: 1 }) as ProcessorRunHistory;
    await google.ports.warehouse.recordRun(run('late', '2024-01-15T11:00:01.000Z'));
    await google.ports.warehouse.recordRun(run('early', '2024-01-15T11:00:00.000Z'));
    const found = await google.ports.warehouse.runs({ game_date: '2024-01-15', run: 1 });
    expect(found.map(({ execution_id }) => execution_id)).toEqual(['early', 'late']);
    expect(await google.ports.warehouse.runs({ game_date: '2024-01-16' })).toEqual([]);
  });

  test('a file is read as it was written, and one that is too big is refused', async () => {
    const path = 'gs://nba-scraped/x/2024-01-15/1.json';
    await google.ports.files.write(path, { rows: [1, 'ü', null] });
    expect(await google.ports.files.read(path)).toEqual({ rows: [1, 'ü', null] });
    expect(await google.ports.files.read('gs://nowhere')).toBeUndefined();
    expect(await codeOf(google.ports.files.write(path, 'x'.repeat(1_000_001)))).toBe('INVALID_FILE');
    await writeDocuments(google.ports.documents, [
      { path: `scraped_files/${encodeURIComponent('gs://html')}`, value: { content: '<' } },
    ]);
    expect(await codeOf(google.ports.files.read('gs://html'))).toBe('INVALID_FILE');
  });
});

describe('broker', () => {
  test('a message is confirmed by its id, also after a refusal that passes', async () => {
    google.strikeOnce('Publish', { kind: 'fail', ...UNAVAILABLE });
    expect(await google.ports.broker.publish('here', { a: 1 }, { phase: 'p' })).toMatch(/\S+/);
  });

  test('a topic that does not exist is BROKER_UNAVAILABLE and says so', async () => {
    const refused = google.ports.broker.publish('nowhere', {}, {});
    await expect(refused).rejects.toThrow(
      /\[BROKER_UNAVAILABLE\] expected nowhere to confirm .* does not exist/,
    );
  });
});

describe('a message that Pub/Sub takes at no time', () => {
  test('is INVALID_OUTGOING_MESSAGE, which no redelivery mends, and says what to do', async () => {
    google.strikeOnce('Publish', {
      kind: 'fail',
      code: 3,
      message: 'the attribute is longer than 1024 bytes',
    });
    const refused = google.ports.broker.publish('here', {}, { correlation_id: 'x'.repeat(1025) });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_OUTGOING_MESSAGE',
      retryable: false,
      message: expect.stringMatching(/longer than 1024 bytes; no redelivery changes that: .*correct/),
    });
  });
});

describe('clock and ids', () => {
  test('a clock may start at another moment', async () => {
    const past = createPorts({ ...SETTINGS, clock_start: '2024-01-15T12:00:00Z' });
    expect(past.clock.now().toISOString()).toMatch(/^2024-01-15T12:00:0/);
    await past.clock.wait(0);
    expect(past.ids.uuid()).not.toBe(past.ids.uuid());
    await past.close();
  });
});
