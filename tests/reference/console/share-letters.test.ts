import { describe, expect, test } from 'vitest';
import { shareLetters } from '../../../reference/console/dates/share-letters.ts';
import type { DeadLetter } from '../../../reference/operations/dead-letters/dead-letter.ts';
import { letter } from '../operations/snapshots.ts';

const TOPIC = 'nba-phase3-analytics-complete';
const FOREVER_MS = 3_600_000;

/** A subscription as Pub/Sub keeps it: whoever reads holds what is there, and others see nothing until it is given back. */
function subscription() {
  let waiting: DeadLetter[] = [letter(TOPIC, { a: 1 }), letter(TOPIC, { b: 2 })];
  let reads = 0;
  const hold = async (act: (held: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>) => {
    const held = waiting;
    waiting = [];
    await Promise.resolve();
    waiting = [...waiting, ...(await act(held))];
  };
  const letters = {
    async peek() {
      reads += 1;
      let seen: readonly DeadLetter[] = [];
      await hold(async (held) => {
        seen = held;
        return held;
      });
      return seen;
    },
    take: (_topic: string, act: (one: DeadLetter) => Promise<boolean>) =>
      hold(async (held) => {
        const kept: DeadLetter[] = [];
        for (const one of held) if (!(await act(one))) kept.push(one);
        return kept;
      }),
    publish: async () => 'm-1',
  };
  return { letters, reads: () => reads };
}

describe('dead letters that several look at by one console', () => {
  test('are seen whole by each, and are read once', async () => {
    const { letters, reads } = subscription();
    const shared = shareLetters(letters, FOREVER_MS);
    const looks = await Promise.all([shared.peek(TOPIC), shared.peek(TOPIC), shared.peek(TOPIC)]);
    expect(looks.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(reads()).toBe(1);
  });

  test('are seen whole by who looks while another takes some away, and as they are afterwards', async () => {
    const shared = shareLetters(subscription().letters, FOREVER_MS);
    expect(await shared.peek(TOPIC)).toHaveLength(2);
    const taken = shared.take(TOPIC, async ({ payload }) => 'a' in (payload as object));
    await taken;
    expect(await shared.peek(TOPIC)).toHaveLength(1);
    const none = shared.take(TOPIC, async () => false);
    const look = shared.peek(TOPIC);
    await none;
    expect(await look).toHaveLength(1);
  });

  test('are read again when they are old, and after a read that failed', async () => {
    const { letters, reads } = subscription();
    const shared = shareLetters(letters, 0);
    await shared.peek(TOPIC);
    await shared.peek(TOPIC);
    expect(reads()).toBe(2);
    let is_down = true;
    const weak = shareLetters(
      { ...letters, peek: () => (is_down ? Promise.reject(new Error('down')) : letters.peek()) },
      FOREVER_MS,
    );
    await expect(weak.peek(TOPIC)).rejects.toThrow('down');
    is_down = false;
    expect(await weak.peek(TOPIC)).toHaveLength(2);
  });
});
