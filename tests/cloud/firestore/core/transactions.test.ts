import { status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import type { CloudEvent } from '../../../../conformance/cloud/calls.ts';
import { createVirtualClock } from '../../../../conformance/cloud/clock.ts';
import { createDatabases } from '../../../../conformance/cloud/firestore/store/store.ts';
import { createTimeline } from '../../../../conformance/cloud/firestore/store/timeline.ts';
import { createAccess, type Reading } from '../../../../conformance/cloud/firestore/transactions/access.ts';
import { createTurns } from '../../../../conformance/cloud/firestore/transactions/turns.ts';
import type { Write } from '../../../../conformance/cloud/firestore/writes/write.ts';
import { integer, storedDocument } from './arbitraries.ts';

const PATIENCE_MS = 250;
const READ_WRITE = { mode: 'read_write', retried: undefined } as const;

function open() {
  const clock = createVirtualClock();
  const databases = createDatabases();
  const database = databases.open({ project: 'demo-p', database: '(default)' });
  const events: CloudEvent[] = [];
  const access = createAccess(clock, PATIENCE_MS, (event) => void events.push(event));
  return { clock, database, access, events, store: databases.store };
}

function reading(id: string): Reading {
  const path = `c/${id}`;
  return { label: path, keys: [path], read: (view) => [{ path, document: view.get(path) }] };
}

function set(id: string, n: number): Write {
  const fields = new Map([['n', integer(n)]]);
  const { name, path, segments } = storedDocument(id, fields);
  const change = { kind: 'update', fields, mask: undefined, transforms: [] } as const;
  return { name, path, segments, precondition: { kind: 'none' }, change };
}

/** Tells, after all pending promises have settled, whether this one has. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await new Promise<void>((resolve) => setImmediate(resolve));
  return settled;
}

describe('turns', () => {
  test('are given in the order of asking, to one at a time per key', async () => {
    const turns = createTurns(createVirtualClock(), PATIENCE_MS);
    const order: string[] = [];
    const takes = ['a', 'b', 'c'].map((owner) => turns.take(owner, ['k']).then(() => order.push(owner)));
    await takes[0];
    expect(order).toEqual(['a']);
    turns.release('a');
    await takes[1];
    expect(order).toEqual(['a', 'b']);
    turns.release('b');
    await takes[2];
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('of several keys begin when all are free, and keep later ones from overtaking on any', async () => {
    const turns = createTurns(createVirtualClock(), PATIENCE_MS);
    await turns.take('a', ['k']);
    const both = turns.take('b', ['k', 'l']);
    const late = turns.take('c', ['l']);
    const other = turns.take('d', ['m']);
    expect([await isSettled(both), await isSettled(late), await isSettled(other)]).toEqual([
      false,
      false,
      true,
    ]);
    turns.release('a');
    expect([await isSettled(both), await isSettled(late)]).toEqual([true, false]);
    turns.release('b');
    expect(await isSettled(late)).toBe(true);
  });

  test('are lost by who stays silent, and kept by who does not', async () => {
    const clock = createVirtualClock();
    const turns = createTurns(clock, PATIENCE_MS);
    await turns.take('a', ['k']);
    const waiting = turns.take('b', ['k']);
    await clock.advance(PATIENCE_MS - 1);
    turns.touch('a');
    await clock.advance(PATIENCE_MS - 1);
    expect(await isSettled(waiting)).toBe(false);
    await clock.advance(1);
    expect(await isSettled(waiting)).toBe(true);
  });

  test('with no patience make nobody wait', async () => {
    const turns = createTurns(createVirtualClock(), 0);
    await turns.take('a', ['k']);
    await turns.take('b', ['k']);
  });
});

describe('a transaction', () => {
  test('keeps a rival waiting until it commits, and the rival then reads what it wrote', async () => {
    const { database, access } = open();
    const first = access.begin(database, READ_WRITE);
    const second = access.begin(database, READ_WRITE);
    await access.read(database, { kind: 'transaction', token: first }, reading('x'));
    const rival = access.read(database, { kind: 'transaction', token: second }, reading('x'));
    expect(await isSettled(rival)).toBe(false);
    await access.commit(database, [set('x', 1)], first);
    expect((await rival).sightings[0]?.document?.fields.get('n')).toEqual(integer(1));
    await access.commit(database, [set('x', 2)], second);
  });

  test('that reads two documents never sees one before and one after a commit', async () => {
    const { clock, database, access } = open();
    const token = access.begin(database, READ_WRITE);
    await access.read(database, { kind: 'transaction', token }, reading('x'));
    const both = access.commit(database, [set('x', 1), set('y', 1)], undefined);
    await clock.advance(PATIENCE_MS);
    await both;
    const second = access.read(database, { kind: 'transaction', token }, reading('y'));
    await expect(second).rejects.toMatchObject({ code: status.ABORTED });
  });

  test.each([
    ['60 s without a call', [60_001]],
    ['270 s in all', [50_000, 50_000, 50_000, 50_000, 50_000, 20_001]],
  ])(
    'expires after %s, in words that clients understand as a reason to run it again',
    async (_, waits_ms) => {
      const { clock, database, access } = open();
      const token = access.begin(database, READ_WRITE);
      const read = () => access.read(database, { kind: 'transaction', token }, reading('x'));
      const calls = waits_ms.map((wait_ms) => async () => {
        await clock.advance(wait_ms);
        return read();
      });
      const last = calls.pop();
      for (const call of calls) await call();
      await expect(last?.()).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
        message: expect.stringContaining('transaction has expired'),
      });
      await expect(access.commit(database, [], token)).rejects.toMatchObject({
        code: status.INVALID_ARGUMENT,
      });
      access.rollback(database, token);
    },
  );

  test('that was aborted says so to every later call, until it is rolled back', async () => {
    const { clock, database, access } = open();
    const token = access.begin(database, READ_WRITE);
    await access.read(database, { kind: 'transaction', token }, reading('x'));
    const plain = access.commit(database, [set('x', 1)], undefined);
    await clock.advance(PATIENCE_MS);
    await plain;
    const aborted = { code: status.ABORTED };
    await expect(access.commit(database, [], token)).rejects.toMatchObject(aborted);
    await expect(access.commit(database, [], token)).rejects.toMatchObject(aborted);
    access.rollback(database, token);
    await expect(access.commit(database, [], token)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('that only reads sees one moment while documents change, appear and go', async () => {
    const { database, access } = open();
    await access.commit(database, [set('x', 1), set('y', 1)], undefined);
    const token = access.begin(database, { mode: 'read_only', retried: undefined });
    const { name, path, segments } = set('y', 0);
    const remove: Write = {
      name,
      path,
      segments,
      precondition: { kind: 'none' },
      change: { kind: 'delete' },
    };
    await access.commit(database, [set('x', 2), remove, set('z', 2)], undefined);
    const { sightings } = await access.read(
      database,
      { kind: 'transaction', token },
      {
        label: 'all',
        keys: [],
        read: (view) =>
          [...view.select({ parent: [], collection_id: 'c', all_descendants: false })].map((document) => ({
            path: document.path,
            document,
          })),
      },
    );
    const seen = sightings.map((each) => [each.path, each.document?.fields.get('n')]);
    expect(new Map(seen as [string, unknown][])).toEqual(
      new Map([
        ['c/x', integer(1)],
        ['c/y', integer(1)],
      ]),
    );
  });
});

describe('time', () => {
  test('of commits strictly increases while the clock stands still or goes back', () => {
    let now_ms = 1000;
    const timeline = createTimeline({ nowMs: () => now_ms, schedule: () => () => {} });
    const times = [timeline.commitTime(), timeline.commitTime(), timeline.readTime()];
    now_ms = 500;
    times.push(timeline.commitTime(), timeline.readTime());
    expect(times).toEqual([1_000_000n, 1_000_001n, 1_000_001n, 1_000_002n, 1_000_002n]);
  });

  test('of a commit comes after every read that did not see it', () => {
    const timeline = createTimeline({ nowMs: () => 1000, schedule: () => () => {} });
    expect(timeline.commitTime() > timeline.readTime()).toBe(false);
    expect(timeline.readTime() < timeline.commitTime()).toBe(true);
  });
});

describe('what a judge sees', () => {
  test('is every commit with its paths, and the documents afterwards', async () => {
    const { database, access, events, store } = open();
    await access.commit(database, [set('x', 1)], undefined);
    const token = access.begin(database, READ_WRITE);
    const { name, path, segments } = set('x', 0);
    const remove: Write = {
      name,
      path,
      segments,
      precondition: { kind: 'none' },
      change: { kind: 'delete' },
    };
    await access.commit(database, [remove, set('y', 2)], token);
    const at = { origin: null, project: 'demo-p', committed_at_ms: Date.UTC(2024, 0, 15, 12) };
    expect(events).toEqual([
      { kind: 'commit', ...at, writes: [{ path: 'c/x', deleted: false }] },
      {
        kind: 'commit',
        ...at,
        writes: [
          { path: 'c/x', deleted: true },
          { path: 'c/y', deleted: false },
        ],
      },
    ]);
    const time = '2024-01-15T12:00:00.000001Z';
    expect([...store.documents('demo-p')]).toEqual([
      { path: 'c/y', fields: { n: 2 }, create_time: time, update_time: time },
    ]);
    expect([...store.documents('demo-other')]).toEqual([]);
  });
});
