import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { shareLooks } from '../../../../reference/predictions/rounds/share-looks.ts';

describe('COORD-008 results that come together share a look for the end of their round', () => {
  test('those that come while one is under way share the next', async () => {
    const look = shareLooks<number>();
    const held: (() => void)[] = [];
    let looks = 0;
    const see = () =>
      look('a', () => {
        looks += 1;
        const own = looks;
        return new Promise((resolve) => held.push(() => resolve(own)));
      });
    const asked = [see(), see(), see()];
    held.shift()?.();
    await asked[0];
    await new Promise((resolve) => setImmediate(resolve));
    held.shift()?.();
    expect(await Promise.all(asked)).toEqual([1, 2, 2]);
    const later = see();
    held.shift()?.();
    expect(await later).toBe(3);
  });

  test('keys do not wait for each other', async () => {
    const look = shareLooks<string>();
    void look('a', () => new Promise(() => {}));
    expect(await look('b', () => Promise.resolve('b'))).toBe('b');
  });

  test('a look that fails is told to all who share it, and the next one is made', async () => {
    const look = shareLooks<string>();
    const fails = () => Promise.reject(new Error('gone'));
    const ended = await Promise.allSettled([look('a', fails), look('a', fails), look('a', fails)]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await look('a', () => Promise.resolve('back'))).toBe('back');
  });

  property.prop([fc.scheduler(), fc.integer({ min: 1, max: 8 })])(
    'whoever commits and then asks is told of a look that began after his commit, so one of them sees the last',
    async (scheduler, count) => {
      const look = shareLooks<number>();
      let committed = 0;
      const ask = async (): Promise<boolean> => {
        await scheduler.schedule(Promise.resolve(), 'commit');
        committed += 1;
        const own = committed;
        const seen = await look('a', async () => {
          await scheduler.schedule(Promise.resolve(), 'look');
          const found = committed;
          await scheduler.schedule(Promise.resolve(), 'answer');
          return found;
        });
        expect(seen).toBeGreaterThanOrEqual(own);
        return seen === count;
      };
      const asked = Promise.all(Array.from({ length: count }, ask));
      await scheduler.waitIdle();
      expect(await asked).toContain(true);
    },
  );
});
