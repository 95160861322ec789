import { PubSub } from '@google-cloud/pubsub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallVerdict, CloudCall } from '../../../conformance/cloud/calls.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../conformance/cloud/server.ts';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import { PipelineError } from '../../../reference/errors/pipeline-error.ts';
import { createPorts, type GooglePorts } from '../../../reference/google/ports.ts';
import { decideRows } from '../../../reference/runs/decide-rows.ts';
import { SETTINGS } from '../deliveries.ts';
import { anyhow } from '../memory-ports.ts';
import { writeDocuments } from '../write-documents.ts';

const UNAVAILABLE = { code: 14, message: 'gone for a moment' };
const SERVE: CallVerdict = { kind: 'serve' };

let cloud: EmbeddedCloud;
let ports: GooglePorts;
let rival: GooglePorts;
let verdict: (call: CloudCall) => CallVerdict | Promise<CallVerdict> = () => SERVE;

beforeAll(async () => {
  cloud = await startEmbeddedCloud({ gate: (call) => verdict(call) });
  Object.assign(process.env, {
    METADATA_SERVER_DETECTION: 'none',
    PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
    FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
  });
  ports = createPorts(SETTINGS);
  rival = createPorts(SETTINGS);
  const pubsub = new PubSub({ projectId: SETTINGS.project });
  await pubsub.createTopic('here');
  await pubsub.close();
});

afterAll(async () => {
  await Promise.all([ports.close(), rival.close()]);
  await cloud.stop();
});

/** Lets a verdict strike one call of a method once, and serves all others. */
function strikeOnce(method: string, strike: CallVerdict): void {
  let isStruck = false;
  verdict = (call) => {
    if (isStruck || call.method !== method) return SERVE;
    isStruck = true;
    return strike;
  };
}

const codeOf = (act: Promise<unknown>) =>
  act.then(
    () => undefined,
    (error) => (error instanceof PipelineError ? error.code : error),
  );

interface Counter {
  readonly n: number;
  readonly by?: string;
}

describe('documents', () => {
  test('a document is created, replaced field by field, left alone and deleted', async () => {
    const path = 'counters/life';
    expect(await ports.documents.get(path)).toBeUndefined();
    await ports.documents.update<Counter, null>(path, () => [{ n: 1, by: 'me' }, null]);
    await ports.documents.update<Counter, null>(path, () => [{ n: 2 }, null]);
    expect(await ports.documents.get(path)).toEqual({ n: 2 });
    expect(await ports.documents.update<Counter, string>(path, (current) => [current, 'kept'])).toBe('kept');
    await ports.documents.update<Counter, null>(path, () => [undefined, null]);
    await ports.documents.update<Counter, null>(path, () => [undefined, null]);
    expect(await ports.documents.get(path)).toBeUndefined();
  });

  test('no update is lost between processes', async () => {
    const path = 'counters/rivals';
    const add = (on: GooglePorts) =>
      on.documents.update<Counter, null>(path, (current) => [{ n: (current?.n ?? 0) + 1 }, null]);
    await Promise.all(Array.from({ length: 30 }, (_, index) => add(index % 2 === 0 ? ports : rival)));
    expect(await ports.documents.get(path)).toEqual({ n: 30 });
  });

  test('what a process wrote itself is not trusted when another has written since', async () => {
    const path = 'counters/stale';
    await ports.documents.update<Counter, null>(path, () => [{ n: 1 }, null]);
    await rival.documents.update<Counter, null>(path, () => [{ n: 2 }, null]);
    expect(await ports.documents.update<Counter, number>(path, (now) => [now, now?.n ?? 0])).toBe(2);
    await ports.documents.update<Counter, null>(path, () => [{ n: 3 }, null]);
    await rival.documents.update<Counter, null>(path, () => [{ n: 4 }, null]);
    const refuseOld = (now: Counter | undefined): readonly [Counter, null] => {
      if (now?.n !== 4) throw new Error('stale');
      return [{ n: 5 }, null];
    };
    await ports.documents.update(path, refuseOld);
    expect(await rival.documents.get(path)).toEqual({ n: 5 });
  });

  test('updates of one process share commits, and none is lost', async () => {
    let commits = 0;
    verdict = (call) => {
      commits += call.method === 'Commit' ? 1 : 0;
      return SERVE;
    };
    const add = (current: Counter | undefined) => [{ n: (current?.n ?? 0) + 1 }, null] as const;
    await Promise.all(
      Array.from({ length: 30 }, () => ports.documents.update<Counter, null>('counters/shared', add)),
    );
    verdict = () => SERVE;
    expect([commits, await ports.documents.get('counters/shared')]).toEqual([2, { n: 30 }]);
  });

  test('what changes is written, and what does not change stays as it is', async () => {
    const path = 'counters/fields';
    const inner = { a: 1, b: [1, 2] };
    await ports.documents.update(path, () => [{ inner, gone: true, kept: 'k' }, null]);
    await ports.documents.update<{ inner: object }, null>(path, (now) => [
      { inner: now?.inner ?? {}, kept: 'k', n: 1 } as never,
      null,
    ]);
    expect(await rival.documents.get(path)).toEqual({ inner, kept: 'k', n: 1 });
    await ports.documents.update<object, null>(path, (now) => [{ ...now }, null]);
    await ports.documents.update<object, null>(path, (now) => [{ ...now, inner: { a: 2 } }, null]);
    expect(await rival.documents.get(path)).toEqual({ inner: { a: 2 }, kept: 'k', n: 1 });
  });

  test('a document that is mostly new is created without a look, and looked at when it is there', async () => {
    const calls: string[] = [];
    verdict = (call) => {
      calls.push(call.method);
      return SERVE;
    };
    const add = (on: GooglePorts) =>
      on.documents.update<Counter, number>('counters/new', (now) => [{ n: (now?.n ?? 0) + 1 }, now?.n ?? 0], {
        is_mostly_new: true,
      });
    expect([await add(ports), await add(rival)]).toEqual([0, 1]);
    verdict = () => SERVE;
    expect(calls).toEqual(['Commit', 'Commit', 'BatchGetDocuments', 'Commit']);
  });

  test('a run is recorded with the change that it belongs to, or not at all', async () => {
    const run = (execution_id: string) =>
      ({
        execution_id,
        finished_at: '2024-01-15T11:00:00.000Z',
        game_date: '2023-01-15',
      }) as ProcessorRunHistory;
    const path = 'counters/with-run';
    const write = (n: number, execution_id: string) =>
      ports.documents.update<Counter, null>(path, (now) => (now?.n === n ? [now, null] : [{ n }, null]), {
        runs: () => [run(execution_id)],
      });
    const recorded = async () =>
      (await ports.warehouse.runs({ game_date: '2023-01-15' })).map(({ execution_id }) => execution_id);
    await write(1, 'first');
    await write(1, 'idle');
    strikeOnce('Commit', { kind: 'fail', code: 7, message: 'not allowed' });
    expect(await codeOf(write(2, 'refused'))).toBe('STORE_UNAVAILABLE');
    expect([await recorded(), await ports.documents.get(path)]).toEqual([['first'], { n: 1 }]);
  });

  test('whoever always loses is told STORE_CONFLICT', async () => {
    verdict = (call) =>
      call.method === 'Commit' ? { kind: 'fail', code: 9, message: 'the document has changed' } : SERVE;
    const losing = ports.documents.update<Counter, null>('counters/lost', () => [{ n: 1 }, null]);
    expect(await codeOf(losing)).toBe('STORE_CONFLICT');
    verdict = () => SERVE;
  });

  test('a commit that was made and not confirmed is looked at again and not made twice', async () => {
    const path = 'counters/unknown';
    strikeOnce('Commit', { kind: 'fail_after', ...UNAVAILABLE });
    let looks = 0;
    await ports.documents.update<Counter, null>(path, (current) => {
      looks += 1;
      return current === undefined ? [{ n: 1 }, null] : [current, null];
    });
    expect([looks, await ports.documents.get(path)]).toEqual([2, { n: 1 }]);
  });

  test('a call that Firestore refuses for good is STORE_UNAVAILABLE', async () => {
    strikeOnce('Commit', { kind: 'fail', code: 7, message: 'not allowed' });
    const refused = ports.documents.update<Counter, null>('counters/refused', () => [{ n: 1 }, null]);
    expect(await codeOf(refused)).toBe('STORE_UNAVAILABLE');
  });

  test('queries and counts go by fields, also inside a map', async () => {
    await writeDocuments(ports.documents, [
      { path: 'queried/b', value: { kind: 'x', _trigger: { status: 'pending' } } },
      { path: 'queried/a', value: { kind: 'x', _trigger: { status: 'published' } } },
      { path: 'queried/c', value: { kind: 'y', expire_at: '2024-04-15T07:00:00.000Z' } },
    ]);
    expect((await ports.documents.query('queried', { kind: 'x' })).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(
      (await ports.documents.query('queried', { '_trigger.status': 'pending' })).map(({ id }) => id),
    ).toEqual(['b']);
    const from = (moment: string) => ports.documents.query('queried', {}, { 'p.completed_at': moment });
    await writeDocuments(ports.documents, [
      { path: 'queried/d', value: { p: { completed_at: '2024-01-15T11:00:00.000Z' } } },
    ]);
    expect((await from('2024-01-15T11:00:00.000Z')).map(({ id }) => id)).toEqual(['d']);
    expect(await from('2024-01-15T11:00:00.001Z')).toEqual([]);
    expect(await ports.documents.count('queried', { kind: 'x' })).toBe(2);
    expect(await ports.documents.count('queried')).toBe(4);
    expect(await ports.documents.get('queried/c')).toEqual({
      kind: 'y',
      expire_at: '2024-04-15T07:00:00.000Z',
    });
  });
});

describe('warehouse and files', () => {
  const table = { dataset: 'nba_raw', table: 'games' };
  const key = (row: object) => String((row as { id: string }).id);
  const row = (id: string, points: number) => ({ id, points, note: null });

  test('rows are replaced per date and run, and come in order of key', async () => {
    const many = Array.from({ length: 600 }, (_, index) => row(`g/${index}`, index));
    await ports.warehouse.replaceRows(table, '2024-01-15', 1, many, key, anyhow);
    await ports.warehouse.replaceRows(table, '2024-01-15', 2, [row('other run', 0)], key, anyhow);
    await ports.warehouse.replaceRows(table, '2024-01-15', 1, [row('b|2', 2), row('a|1', 1)], key, anyhow);
    await ports.warehouse.putRow(table, '2024-01-15', 1, 'c|3', row('c|3', 3));
    expect(await ports.warehouse.rows(table, '2024-01-15', 1)).toEqual([
      row('a|1', 1),
      row('b|2', 2),
      row('c|3', 3),
    ]);
    expect(await ports.warehouse.row(table, '2024-01-15', 1, 'b|2')).toEqual(row('b|2', 2));
    expect(await ports.warehouse.row(table, '2024-01-15', 1, 'z')).toBeUndefined();
    expect(await ports.warehouse.rows(table, '2024-01-15', 2)).toHaveLength(1);
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
    verdict = async (call) => {
      commits += call.method === 'Commit' ? 1 : 0;
      if (call.method !== 'Commit' || commits !== overtaken_at) return SERVE;
      await store(rival, note('heir', '2024-01-15T11:10:00.000Z'), 2);
      return SERVE;
    };
    expect(await store(ports, note('late', '2024-01-15T11:00:00.000Z'), 1)).toBe('kept');
    verdict = () => SERVE;
    const left = await ports.warehouse.rows(...slate);
    expect([left.length, new Set(left.map(({ points }) => points))]).toEqual([600, new Set([2])]);
  });

  test('runs are found by their columns, oldest first', async () => {
    const run = (execution_id: string, finished_at: string) =>
      ({ execution_id, finished_at, game_date: '2024-01-15', run: 1 }) as ProcessorRunHistory;
    await ports.warehouse.recordRun(run('late', '2024-01-15T11:00:01.000Z'));
    await ports.warehouse.recordRun(run('early', '2024-01-15T11:00:00.000Z'));
    const found = await ports.warehouse.runs({ game_date: '2024-01-15', run: 1 });
    expect(found.map(({ execution_id }) => execution_id)).toEqual(['early', 'late']);
    expect(await ports.warehouse.runs({ game_date: '2024-01-16' })).toEqual([]);
  });

  test('a file is read as it was written, and one that is too big is refused', async () => {
    const path = 'gs://nba-scraped/x/2024-01-15/1.json';
    await ports.files.write(path, { rows: [1, 'ü', null] });
    expect(await ports.files.read(path)).toEqual({ rows: [1, 'ü', null] });
    expect(await ports.files.read('gs://nowhere')).toBeUndefined();
    expect(await codeOf(ports.files.write(path, 'x'.repeat(1_000_001)))).toBe('INVALID_FILE');
    await writeDocuments(ports.documents, [
      { path: `scraped_files/${encodeURIComponent('gs://html')}`, value: { content: '<' } },
    ]);
    expect(await codeOf(ports.files.read('gs://html'))).toBe('INVALID_FILE');
  });
});

describe('broker', () => {
  test('a message is confirmed by its id, also after a refusal that passes', async () => {
    strikeOnce('Publish', { kind: 'fail', ...UNAVAILABLE });
    expect(await ports.broker.publish('here', { a: 1 }, { phase: 'p' })).toMatch(/\S+/);
  });

  test('a topic that does not exist is BROKER_UNAVAILABLE and says so', async () => {
    const refused = ports.broker.publish('nowhere', {}, {});
    await expect(refused).rejects.toThrow(
      /\[BROKER_UNAVAILABLE\] expected nowhere to confirm .* does not exist/,
    );
  });
});

describe('a message that Pub/Sub takes at no time', () => {
  test('is INVALID_OUTGOING_MESSAGE, which no redelivery mends, and says what to do', async () => {
    strikeOnce('Publish', { kind: 'fail', code: 3, message: 'the attribute is longer than 1024 bytes' });
    const refused = ports.broker.publish('here', {}, { correlation_id: 'x'.repeat(1025) });
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
