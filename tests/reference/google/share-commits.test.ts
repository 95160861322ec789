import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ProcessorRunHistory } from '../../../generated/models.ts';
import {
  foldWishes,
  type Granted,
  shareCommits,
  type Wish,
} from '../../../reference/google/firestore/share-commits.ts';

interface Counter {
  readonly n: number;
}

const count = (current: Counter | undefined): Counter => ({ n: (current?.n ?? 0) + 1 });
const numberOf = (current: object | undefined) => (current as Counter | undefined)?.n ?? 0;

/** A store in memory whose commits the test lets through one by one; each commit counts the wishes that it carries. */
function start() {
  const stored = new Map<string, object | undefined>();
  const commits: { readonly path: string; readonly wishes: number }[] = [];
  const held: (() => void)[] = [];
  let failure: Error | undefined;
  const update = shareCommits(async (path: string, wishes: readonly Wish[]): Promise<readonly Granted[]> => {
    await new Promise<void>((resolve) => held.push(resolve));
    if (failure !== undefined) throw failure;
    const { next, granted } = foldWishes(stored.get(path), wishes);
    stored.set(path, next);
    commits.push({ path, wishes: wishes.length });
    return granted;
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    update,
    stored,
    commits,
    fail: (error: Error | undefined) => {
      failure = error;
    },
    async letThrough() {
      for (const pass of held.splice(0)) pass();
      await settle();
    },
  };
}

describe('ACK-006 updates of one path share commits, and each is answered after its own', () => {
  test('what comes while a commit is under way goes together into the next', async () => {
    const { update, stored, commits, letThrough } = start();
    const answers = Array.from({ length: 5 }, () =>
      update<Counter, number>('counters/a', (current) => [count(current), numberOf(current)]),
    );
    await letThrough();
    expect([commits, stored.get('counters/a')]).toEqual([[{ path: 'counters/a', wishes: 1 }], { n: 1 }]);
    await letThrough();
    expect(commits.at(-1)).toEqual({ path: 'counters/a', wishes: 4 });
    expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4]);
  });

  test('paths do not wait for each other', async () => {
    const { update, commits, letThrough } = start();
    const answers = ['a', 'b'].map((id) => update<Counter, null>(`counters/${id}`, () => [{ n: 1 }, null]));
    await letThrough();
    await Promise.all(answers);
    expect(commits.map(({ path }) => path)).toEqual(['counters/a', 'counters/b']);
  });

  test('a commit that fails is told to all who share it, and the next one is made', async () => {
    const { update, stored, fail, letThrough } = start();
    const first = update<Counter, null>('c/a', (current) => [count(current), null]);
    await letThrough();
    await first;
    const sharing = [1, 2].map(() => update<Counter, null>('c/a', (current) => [count(current), null]));
    fail(new Error('gone'));
    const ended = Promise.allSettled(sharing);
    await letThrough();
    await letThrough();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fail(undefined);
    const last = update<Counter, null>('c/a', (current) => [count(current), null]);
    await letThrough();
    await last;
    expect(stored.get('c/a')).toEqual({ n: 2 });
  });
});

describe('several decisions as one', () => {
  const wish = (decide: Wish['decide'], runs: Wish['runs'] = () => []): Wish => ({ decide, runs });
  const run = (execution_id: string) => ({ execution_id }) as ProcessorRunHistory;

  test('one that throws changes nothing and stops nobody', () => {
    const add = wish((current) => [count(current as Counter), numberOf(current)]);
    const refused = new Error('no');
    const folded = foldWishes({ n: 7 }, [
      add,
      wish(() => {
        throw refused;
      }),
      add,
    ]);
    expect(folded.next).toEqual({ n: 9 });
    expect(folded.granted).toEqual([{ result: 7 }, { error: refused }, { result: 8 }]);
  });

  test('only a decision that changes something brings its runs along', () => {
    const folded = foldWishes({ n: 1 }, [
      wish(
        (current) => [current, 'as it was'],
        () => [run('idle')],
      ),
      wish(
        (current) => [count(current as Counter), 'changed'],
        (result) => [run(String(result))],
      ),
    ]);
    expect(folded.runs).toEqual([run('changed')]);
    expect(
      foldWishes(undefined, [
        wish(
          (current) => [current, null],
          () => [run('idle')],
        ),
      ]),
    ).toEqual({
      next: undefined,
      runs: [],
      granted: [{ result: null }],
    });
  });

  property.prop([fc.array(fc.integer({ min: -3, max: 3 })), fc.option(fc.integer(), { nil: undefined })])(
    'they come to what they come to one by one',
    (steps, begin) => {
      const before = begin === undefined ? undefined : { n: begin };
      const wishes = steps.map((step) =>
        wish((current) => {
          if (step === -3) throw new Error('no');
          if (step === 0) return [current, numberOf(current)];
          return step === -2 ? [undefined, null] : [{ n: numberOf(current) + step }, numberOf(current)];
        }),
      );
      let value: object | undefined = before;
      const alone = wishes.map((one) => {
        const { next, granted } = foldWishes(value, [one]);
        value = next;
        return granted[0];
      });
      const together = foldWishes(before, wishes);
      expect([together.next, together.granted]).toEqual([value, alone]);
    },
  );
});
