import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOPIC, TOPICS } from '../../../generated/topology.ts';
import type { Column } from '../../../scripts/generate/bigquery/columns.ts';
import { warehouseOf } from '../../../scripts/generate/bigquery/files.ts';
import { historyColumns } from '../../../scripts/generate/bigquery/reports/messages.ts';
import { readCloud } from '../../../scripts/generate/cloud.ts';
import { schemasOf } from '../../../scripts/schemas/flatten.ts';
import { variantOf } from '../../../scripts/schemas/variants.ts';
import { realContract } from '../../contract/edited-contract.ts';
import { drawnValue } from '../../python/drawn.ts';
import { readViews, rowsOf, type Views, type Written } from './dataset.ts';
import { type Engine, startEngine } from './engine.ts';
import { nightOf } from './night.ts';

const SCHEMAS = schemasOf(realContract().document);
const MESSAGES = warehouseOf(readCloud(realContract())).messages;
/** The same in CI; each run elsewhere draws others and prints its own when it fails. */
const SEED = process.env['CI'] === 'true' ? 15 : Date.now() % 1_000_000;
const ON_TIME = '2024-01-16T12:00:00.500Z';
/** Only a limit. */
const PATIENCE_MS = 120_000;

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

function written(topic: string, data: string | Uint8Array, message_id = '1'): Written {
  return { topic, message_id, publish_time: ON_TIME, data };
}

/** What a column should show of a message: what it has in the field, in the form in which BigQuery keeps it. */
function shown({ type, mode, fields = [] }: Column, value: unknown): unknown {
  if (mode === 'REPEATED')
    return ((value ?? []) as readonly unknown[]).map((one) =>
      shown({ name: '', type, mode: 'NULLABLE', fields }, one),
    );
  if (type === 'RECORD') {
    const members = (value ?? {}) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(fields.map((field) => [field.name, shown(field, members[field.name])]));
  }
  if (value === undefined || value === null) return null;
  return type === 'TIMESTAMP' ? new Date(String(value)).toISOString() : value;
}

describe('the view of a topic', { timeout: PATIENCE_MS }, () => {
  test('shows each field of whatever a sender may send in its column, and the message whole', async () => {
    const topics = Object.entries(TOPICS).filter(([topic]) => !topic.endsWith('-dlq'));
    const drawn = topics.flatMap(([topic, { messages }]) =>
      messages.flatMap((message) =>
        fc
          .sample(drawnValue(SCHEMAS, 'send', variantOf(SCHEMAS, message, 'send')), {
            seed: SEED,
            numRuns: 25,
          })
          // What JSON cannot write, such as -0, is no value of a message.
          .map((value, index) => ({
            topic,
            message_id: `${message}${index}`,
            value: JSON.parse(JSON.stringify(value)),
          })),
      ),
    );
    const views = await readViews(
      engine,
      drawn.map(({ topic, message_id, value }) => written(topic, JSON.stringify(value), message_id)),
    );
    for (const [topic] of topics) {
      const view = topic.replaceAll('-', '_');
      const own = drawn.filter((one) => one.topic === topic);
      const rows = new Map(rowsOf(views, view).map((row) => [row['message_id'], row]));
      expect(rows.size, `${topic}, seed ${SEED}`).toBe(own.length);
      for (const { message_id, value } of own) {
        const row = rows.get(message_id);
        for (const column of MESSAGES[view] ?? [])
          expect(row?.[column.name], `${topic} ${column.name}, seed ${SEED}`).toEqual(
            shown(column, value[column.name]),
          );
        expect(row?.['publish_time']).toBe(ON_TIME);
      }
    }
  });

  test('has a row and no error for what breaks the contract', async () => {
    const odd: readonly (string | Uint8Array)[] = [
      'no JSON at all',
      '',
      Buffer.from([0xff, 0xfe, 0x00]),
      'null',
      '[1, 2]',
      '"text"',
      '{"game_date":"2024-02-30","timestamp":"soon","record_count":"many","metadata":7}',
      '{"game_date":20240116,"record_count":1.0,"metadata":{"run":2.0,"upstream":[null,7,{"processor":5}],"processors":[null,"a",{}]}}',
      '{"timestamp":"2024-01-15T11:02:11.123456789Z","record_count":123456789012345678901234567890123456789012}',
      '{"metadata":{"upstream":"none","processors":{"a":1}}}',
      '{"error_message":"half a pair \\ud800, a whole \\ud83d\\ude00","status":"failed"}',
    ];
    const views = await readViews(
      engine,
      odd.map((data, index) => written(TOPIC.phase4Trigger, data, String(index))),
    );
    const rows = new Map(rowsOf(views, 'nba_phase4_trigger').map((row) => [row['message_id'], row]));
    expect(rows.size).toBe(odd.length);
    expect(['0', '1', '2'].map((id) => rows.get(id)?.['message'])).toEqual([null, null, null]);
    expect(rows.get('6')).toMatchObject({ game_date: null, timestamp: null, record_count: null });
    expect(rows.get('7')).toMatchObject({
      game_date: null,
      record_count: 1,
      metadata: {
        run: 2,
        processors: ['a'],
        upstream: [{ processor: null }, { processor: null }, { processor: '5' }],
      },
    });
    expect(rows.get('8')).toMatchObject({ timestamp: '2024-01-15T11:02:11.123Z', record_count: null });
    expect(rows.get('10')).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('half a pair \ufffd'),
    });
    expect(rowsOf(views, 'messages')).toHaveLength(odd.length);
  });

  test('shows a message once that was written twice, and two messages that say the same', async () => {
    const data = '{"game_date":"2024-01-16"}';
    const views = await readViews(engine, [
      written(TOPIC.phase4Trigger, data, '1'),
      written(TOPIC.phase4Trigger, data, '1'),
      written(TOPIC.phase4Trigger, data, '2'),
    ]);
    expect(rowsOf(views, 'nba_phase4_trigger')).toHaveLength(2);
  });
});

describe('the views across topics, of two nights', { timeout: PATIENCE_MS }, () => {
  const right = nightOf('2024-01-16', { slow_s: 700 });
  const open = nightOf('2024-01-17', { is_announced: false });
  const poor = nightOf('2024-01-18', { coverage_percent: 80 });
  const NIGHTS = [right, open, poor];
  let views: Views;
  beforeAll(async () => {
    const letter = {
      ...right.find('player_game_summary'),
      topic: `${TOPIC.phase3AnalyticsComplete}-dlq`,
      message_id: 'letter',
    };
    const alias = {
      ...right.find('player_daily_cache').payload,
      processor_name: 'PlayerDailyCacheProcessor',
      execution_id: 'again',
    };
    views = await readViews(engine, [
      ...NIGHTS.flatMap((night) => night.written()),
      written(letter.topic, JSON.stringify(letter.payload), letter.message_id),
      written(TOPIC.phase4ProcessorComplete, JSON.stringify(alias), 'alias'),
    ]);
  }, PATIENCE_MS);

  test('processor_run_history has the columns of its state document, and a row for each run that was told of', () => {
    const columns = historyColumns(readCloud(realContract())).map(({ name }) => name);
    expect(views['processor_run_history']?.columns.map(({ name }) => name).slice(0, columns.length)).toEqual(
      columns,
    );
    const rows = rowsOf(views, 'processor_run_history');
    const ids = new Set(NIGHTS.flatMap(({ told }) => told.map(({ payload }) => payload['execution_id'])));
    expect(rows.map((row) => row['execution_id']).sort()).toEqual([...ids, 'again'].sort());
    expect(rows.find((row) => row['execution_id'] === 'again')?.['processor_name']).toBe(
      'player_daily_cache',
    );
    const store = right.find('ml_feature_store_v2').payload;
    // It tells of itself on two topics; the row has what either says.
    expect(rows.find((row) => row['execution_id'] === store['execution_id'])).toMatchObject({
      finished_at: store['timestamp'],
      started_at: new Date(Date.parse(String(store['timestamp'])) - 10_000).toISOString(),
      run: 1,
      players_ready: 229,
    });
  });

  test('hop_latency counts from the end of the run before, and names the hop of the contract', () => {
    const rows = rowsOf(views, 'hop_latency').filter((row) => row['game_date'] === '2024-01-16');
    const slow = rows.filter((row) => row['is_over_target'] === true);
    expect(slow).toMatchObject([
      { hop: 'phase2_to_phase3', to_processor: 'player_game_summary', hop_seconds: 700, target_seconds: 600 },
    ]);
    const others = rows.filter((row) => row !== slow[0] && row['execution_id'] !== 'again');
    expect(new Set(others.map((row) => row['hop_seconds']))).toEqual(new Set([2]));
    const count: Record<string, number> = {};
    for (const row of others) count[String(row['hop'])] = (count[String(row['hop'])] ?? 0) + 1;
    // Six tables; four of five summaries; three triggers, of which one ends Phase 3, and five runs that they started.
    expect(count).toEqual({
      phase1_to_phase2: 6,
      phase2_to_phase3: 4,
      phase3_to_phase4: 6,
      phase4_to_phase5: 1,
    });
  });

  test('latency_by_hop sums them up, and names who waited longest', () => {
    const rows = rowsOf(views, 'latency_by_hop').filter((row) => row['game_date'] === '2024-01-16');
    expect(rows.find((row) => row['hop'] === 'phase2_to_phase3')).toMatchObject({
      title: 'Phase 2 to 3',
      runs: 5,
      median_seconds: 2,
      p95_seconds: 700,
      max_seconds: 700,
      over_target: 1,
      slowest_processor: 'player_game_summary',
    });
  });

  test('coverage_by_date has every date with features, announced or not', () => {
    const rows = [...rowsOf(views, 'coverage_by_date')].sort((a, b) =>
      String(a['game_date']).localeCompare(String(b['game_date'])),
    );
    expect(rows).toMatchObject([
      {
        game_date: '2024-01-16',
        run: 1,
        players_ready: 229,
        players_total: 384,
        coverage_percent: 100,
        is_announced: true,
        is_below_minimum: false,
      },
      {
        game_date: '2024-01-17',
        players_ready: 229,
        coverage_percent: null,
        is_announced: false,
        is_below_minimum: null,
        end_to_end_seconds: null,
      },
      { game_date: '2024-01-18', coverage_percent: 80, is_announced: true, is_below_minimum: true },
    ]);
    const scraped = right.told.find(
      ({ payload }) => payload['execution_id'] === right.told.at(-1)?.payload['correlation_id'],
    );
    const began_ms = Date.parse(String(scraped?.payload['timestamp'])) - 10_000;
    const ended_ms = Date.parse(String(right.told.at(-1)?.payload['timestamp']));
    expect(rows[0]?.['end_to_end_seconds']).toBe((ended_ms - began_ms) / 1000);
  });

  test('trace_by_correlation_id follows every scraper run to the predictions, whichever id the fan-in went on with', () => {
    const rows = rowsOf(views, 'trace_by_correlation_id');
    const scrapers = right.told.filter(({ topic }) => topic === TOPIC.phase1ScrapersComplete);
    expect(scrapers).toHaveLength(6);
    const announced = right.told.at(-1)?.payload['execution_id'];
    for (const { payload } of scrapers) {
      const own = rows.filter((row) => row['correlation_id'] === payload['correlation_id']);
      expect(
        own.some((row) => row['execution_id'] === announced),
        String(payload['processor_name']),
      ).toBe(true);
      expect(new Set(own.map((row) => row['game_date']))).toEqual(new Set(['2024-01-16']));
      expect(new Set(own.map((row) => row['message_id'])).size).toBe(own.length);
    }
    const boxes = right.find('bdl_box_scores').payload['correlation_id'];
    const names = new Set(
      rows.filter((row) => row['correlation_id'] === boxes).map((row) => row['processor_name']),
    );
    // What another scraper fed alone does not belong to it.
    expect(names).not.toContain('nbac_injury_report_players');
    expect(names).toContain('bdl_player_boxscores');
  });

  test('a dead letter is in the list of messages and in the trace, and in no history', () => {
    const letters = rowsOf(views, 'messages').filter((row) => row['is_dead_letter'] === true);
    expect(letters.map((row) => row['message_id'])).toEqual(['letter']);
    expect(rowsOf(views, 'trace_by_correlation_id').map((row) => row['message_id'])).toContain('letter');
  });
});
