import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import type { GooglePorts } from '../../../reference/google/ports.ts';
import { writeDocuments } from '../write-documents.ts';
import { codeOf, gatedPorts, SERVE, UNAVAILABLE } from './gated-ports.ts';

const google = gatedPorts();

interface Counter {
  readonly n: number;
  readonly by?: string;
}

describe('documents', () => {
  test('a document is created, replaced field by field, left alone and deleted', async () => {
    const path = 'counters/life';
    expect(await google.ports.documents.get(path)).toBeUndefined();
    await google.ports.documents.update<Counter, null>(path, () => [{ n: 1, by: 'me' }, null]);
    await google.ports.documents.update<Counter, null>(path, () => [{ n: 2 }, null]);
    expect(await google.ports.documents.get(path)).toEqual({ n: 2 });
    expect(await google.ports.documents.update<Counter, string>(path, (current) => [current, 'kept'])).toBe(
      'kept',
    );
    await google.ports.documents.update<Counter, null>(path, () => [undefined, null]);
    await google.ports.documents.update<Counter, null>(path, () => [undefined, null]);
    expect(await google.ports.documents.get(path)).toBeUndefined();
  });

  test('no update is lost between processes', async () => {
    const path = 'counters/rivals';
    const add = (on: GooglePorts) =>
      on.documents.update<Counter, null>(path, (current) => [{ n: (current?.n ?? 0) + 1 }, null]);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => add(index % 2 === 0 ? google.ports : google.rival)),
    );
    expect(await google.ports.documents.get(path)).toEqual({ n: 30 });
  });

  test('what a process wrote itself is not trusted when another has written since', async () => {
    const path = 'counters/stale';
    await google.ports.documents.update<Counter, null>(path, () => [{ n: 1 }, null]);
    await google.rival.documents.update<Counter, null>(path, () => [{ n: 2 }, null]);
    expect(await google.ports.documents.update<Counter, number>(path, (now) => [now, now?.n ?? 0])).toBe(2);
    await google.ports.documents.update<Counter, null>(path, () => [{ n: 3 }, null]);
    await google.rival.documents.update<Counter, null>(path, () => [{ n: 4 }, null]);
    const refuseOld = (now: Counter | undefined): readonly [Counter, null] => {
      if (now?.n !== 4) throw new Error('stale');
      return [{ n: 5 }, null];
    };
    await google.ports.documents.update(path, refuseOld);
    expect(await google.rival.documents.get(path)).toEqual({ n: 5 });
  });

  test('updates of one process share commits, and none is lost', async () => {
    let commits = 0;
    google.verdict = (call) => {
      commits += call.method === 'Commit' ? 1 : 0;
      return SERVE;
    };
    const add = (current: Counter | undefined) => [{ n: (current?.n ?? 0) + 1 }, null] as const;
    await Promise.all(
      Array.from({ length: 30 }, () => google.ports.documents.update<Counter, null>('counters/shared', add)),
    );
    google.verdict = () => SERVE;
    expect([commits, await google.ports.documents.get('counters/shared')]).toEqual([2, { n: 30 }]);
  });

  test('what changes is written, and what does not change stays as it is', async () => {
    const path = 'counters/fields';
    const inner = { a: 1, b: [1, 2] };
    await google.ports.documents.update(path, () => [{ inner, gone: true, kept: 'k' }, null]);
    await google.ports.documents.update<{ inner: object }, null>(path, (now) => [
      { inner: now?.inner ?? {}, kept: 'k', n: 1 } as never,
      null,
    ]);
    expect(await google.rival.documents.get(path)).toEqual({ inner, kept: 'k', n: 1 });
    await google.ports.documents.update<object, null>(path, (now) => [{ ...now }, null]);
    await google.ports.documents.update<object, null>(path, (now) => [{ ...now, inner: { a: 2 } }, null]);
    expect(await google.rival.documents.get(path)).toEqual({ inner: { a: 2 }, kept: 'k', n: 1 });
  });

  test('a document that is mostly new is created without a look, and looked at when it is there', async () => {
    const calls: string[] = [];
    google.verdict = (call) => {
      calls.push(call.method);
      return SERVE;
    };
    const add = (on: GooglePorts) =>
      on.documents.update<Counter, number>('counters/new', (now) => [{ n: (now?.n ?? 0) + 1 }, now?.n ?? 0], {
        is_mostly_new: true,
      });
    expect([await add(google.ports), await add(google.rival)]).toEqual([0, 1]);
    google.verdict = () => SERVE;
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
      google.ports.documents.update<Counter, null>(
        path,
        (now) => (now?.n === n ? [now, null] : [{ n }, null]),
        {
          runs: () => [run(execution_id)],
        },
      );
    const recorded = async () =>
      (await google.ports.warehouse.runs({ game_date: '2023-01-15' })).map(
        ({ execution_id }) => execution_id,
      );
    await write(1, 'first');
    await write(1, 'idle');
    google.strikeOnce('Commit', { kind: 'fail', code: 7, message: 'not allowed' });
    expect(await codeOf(write(2, 'refused'))).toBe('STORE_UNAVAILABLE');
    expect([await recorded(), await google.ports.documents.get(path)]).toEqual([['first'], { n: 1 }]);
  });

  test('whoever always loses is told STORE_CONFLICT', async () => {
    google.verdict = (call) =>
      call.method === 'Commit' ? { kind: 'fail', code: 9, message: 'the document has changed' } : SERVE;
    const losing = google.ports.documents.update<Counter, null>('counters/lost', () => [{ n: 1 }, null]);
    expect(await codeOf(losing)).toBe('STORE_CONFLICT');
    google.verdict = () => SERVE;
  });

  test('a commit that was made and not confirmed is looked at again and not made twice', async () => {
    const path = 'counters/unknown';
    google.strikeOnce('Commit', { kind: 'fail_after', ...UNAVAILABLE });
    let looks = 0;
    await google.ports.documents.update<Counter, null>(path, (current) => {
      looks += 1;
      return current === undefined ? [{ n: 1 }, null] : [current, null];
    });
    expect([looks, await google.ports.documents.get(path)]).toEqual([2, { n: 1 }]);
  });

  test('a call that Firestore refuses for good is STORE_UNAVAILABLE', async () => {
    google.strikeOnce('Commit', { kind: 'fail', code: 7, message: 'not allowed' });
    const refused = google.ports.documents.update<Counter, null>('counters/refused', () => [{ n: 1 }, null]);
    expect(await codeOf(refused)).toBe('STORE_UNAVAILABLE');
  });

  test('queries and counts go by fields, also inside a map', async () => {
    await writeDocuments(google.ports.documents, [
      { path: 'queried/b', value: { kind: 'x', _trigger: { status: 'pending' } } },
      { path: 'queried/a', value: { kind: 'x', _trigger: { status: 'published' } } },
      { path: 'queried/c', value: { kind: 'y', expire_at: '2024-04-15T07:00:00.000Z' } },
    ]);
    expect((await google.ports.documents.query('queried', { kind: 'x' })).map(({ id }) => id)).toEqual([
      'a',
      'b',
    ]);
    expect(
      (await google.ports.documents.query('queried', { '_trigger.status': 'pending' })).map(({ id }) => id),
    ).toEqual(['b']);
    const from = (moment: string) =>
      google.ports.documents.query('queried', {}, { 'p.completed_at': moment });
    await writeDocuments(google.ports.documents, [
      { path: 'queried/d', value: { p: { completed_at: '2024-01-15T11:00:00.000Z' } } },
    ]);
    expect((await from('2024-01-15T11:00:00.000Z')).map(({ id }) => id)).toEqual(['d']);
    expect(await from('2024-01-15T11:00:00.001Z')).toEqual([]);
    expect(await google.ports.documents.count('queried', { kind: 'x' })).toBe(2);
    expect(await google.ports.documents.count('queried')).toBe(4);
    expect(await google.ports.documents.get('queried/c')).toEqual({
      kind: 'y',
      expire_at: '2024-04-15T07:00:00.000Z',
    });
  });
});
