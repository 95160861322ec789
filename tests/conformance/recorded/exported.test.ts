import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fromJsonLines } from '../../../conformance/history/json-lines.ts';
import { topicOfRow } from '../../../conformance/recordings/exported.ts';
import { WAREHOUSE } from '../../../generated/warehouse.ts';
import { conformance } from '../command.ts';
import { type Heard, heard, setOf } from './night.ts';

const TOPICS = ['nba-phase3-analytics-complete', 'nba-phase4-trigger', 'nba-phase4-processor-complete'];
const folder = mkdtempSync(path.join(tmpdir(), 'judge-exported-'));
const inFolder = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NIGHT_MS = Date.parse('2026-11-24T11:00:00Z');

/** A row as `bq` writes it: bytes as base64, a time with a space and its zone, attributes as text. */
function rowOf({ topic, message, message_id, attributes }: Heard, index: number) {
  const time = new Date(NIGHT_MS + index * 10_000).toISOString().replace('T', ' ').replace('Z', '000 UTC');
  return {
    subscription_name: `projects/nba-staging/subscriptions/${topic}-bigquery`,
    message_id,
    publish_time: time,
    data: Buffer.from(JSON.stringify(message)).toString('base64'),
    attributes: JSON.stringify(attributes),
  };
}

const monday = setOf(1, '2026-11-23');
const tuesday = setOf(1, '2026-11-24');
const [first] = monday.set;
if (first === undefined) throw new Error('a set has members');
// Monday's trigger is there, Tuesday's is lost; one row is there twice, since Pub/Sub writes at least once.
const ROWS = [...monday.set, first, monday.trigger, ...tuesday.set].map(rowOf);
const ofTopic = (topic: string) => ROWS.filter((row) => row.subscription_name.endsWith(`/${topic}-bigquery`));
const asLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Writes a file that was last written an hour after the night. */
function write(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  utimesSync(inFolder(name), 0, NIGHT_MS / 1000 + 3_600);
  return inFolder(name);
}

describe('rows that BigQuery subscriptions have written become a history', () => {
  test.each([
    ['as bq query prints them', (rows: readonly object[]) => JSON.stringify(rows, null, 2)],
    ['as bq extract writes them', asLines],
  ])('%s, a file for each topic: with a verdict for each date', async (_how, print) => {
    const from = TOPICS.map((topic) => `${topic}=${write(`${topic}.json`, print(ofTopic(topic)))}`);
    const night = inFolder('night.jsonl');
    expect(await conformance('record', '--from', ...from, '--output', night)).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    const { code, out } = await conformance('check', '--history', night, '--verbose');
    expect(out).toMatch(/2026-11-23 run 1: level 1 triggered \(#6\)/);
    expect(out).toContain('2026-11-24 run 1: level 1 complete, NOT TRIGGERED');
    expect(out).toContain('lost trigger in 2026-11-24 run 1');
    expect(out).not.toContain('in 2026-11-23 run 1');
    expect(code).toBe(1);
  });

  test('keep id, time, attributes and every byte', async () => {
    const odd = {
      ...rowOf(heard('nba-phase4-trigger', {}, { a: 'b' }), 0),
      data: Buffer.from('no JSON').toString('base64'),
    };
    const later = {
      ...odd,
      message_id: 'later',
      publish_time: '2026-11-24 11:00:07',
      attributes: { a: 1 },
      data: null,
    };
    const file = write('odd.json', JSON.stringify([later, odd]));
    const { out } = await conformance('record', '--from', `nba-phase4-trigger=${file}`);
    expect(fromJsonLines(out)).toMatchObject([
      { kind: 'publish', message: null, raw: 'no JSON', attributes: { a: 'b' }, at_ms: 0 },
      { kind: 'publish', message_id: 'later', raw: '', attributes: { a: '1' }, at_ms: 7_000 },
      { kind: 'marker', name: 'recorded', marks: ['nba-phase4-trigger'], at_ms: 3_600_000 },
    ]);
  });

  test('every subscription of BigQuery is known by its name', () => {
    for (const [name, { topic }] of Object.entries(WAREHOUSE.subscriptions)) {
      const row = {
        subscription_name: `projects/p/subscriptions/${name}`,
        message_id: '1',
        publish_time: '',
      };
      expect(topicOfRow(row)).toBe(topic);
    }
  });

  test('are judged as they are, several topics in one file, which is taken to hold every message', async () => {
    const file = write('all.json', asLines(ROWS));
    const { code, out } = await conformance('check', '--history', file, '--verbose');
    expect(out).toContain('2026-11-24 run 1: level 1 complete, NOT TRIGGERED');
    expect(out).not.toContain('in 2026-11-23 run 1');
    expect(code).toBe(1);
    const right = write('right.json', JSON.stringify(ROWS.slice(0, 7)));
    expect((await conformance('check', '--history', right)).code).toBe(0);
  });

  test.each([
    [
      'another subscription',
      { ...ROWS[1], subscription_name: 'projects/p/subscriptions/mine' },
      'row 2: expected the name of a subscription',
    ],
    [
      'no subscription',
      { ...ROWS[1], subscription_name: undefined },
      'row 2: expected the name of a subscription',
    ],
    [
      'a time that is none',
      { ...ROWS[1], publish_time: 'yesterday' },
      'expected a message with messageId and publishTime',
    ],
  ])('of %s are refused, with what to do', async (_what, row, expected) => {
    const { code, err } = await conformance(
      'check',
      '--history',
      write('bad.json', asLines([ROWS[0] ?? {}, row])),
    );
    expect(err).toContain(expected);
    expect(code).toBe(2);
  });
});
