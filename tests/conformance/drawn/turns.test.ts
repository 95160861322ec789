import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createTurns } from '../../../conformance/checks/drawn/run/turns.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('histories without faults share their days, and one with faults waits until they are over', async () => {
  const turns = createTurns();
  const [end, endSecond] = [await turns.take(false), await turns.take(false)];
  let has_begun = false;
  const alone = turns.take(true).then((endAlone) => {
    has_begun = true;
    return endAlone;
  });
  end();
  await settled();
  expect(has_begun).toBe(false);
  endSecond();
  await alone;
  expect(has_begun).toBe(true);
});

property.prop([fc.array(fc.boolean(), { maxLength: 12 }), fc.scheduler()])(
  'everybody has a turn, and whoever is alone has it alone',
  async (wanted, scheduler) => {
    const turns = createTurns();
    const inside = new Set<number>();
    const histories = wanted.map(async (is_alone, index) => {
      const end = await turns.take(is_alone);
      inside.add(index);
      const others = [...inside].filter((other) => other !== index);
      if (is_alone) expect(others).toEqual([]);
      expect(others.filter((other) => wanted[other])).toEqual([]);
      await scheduler.schedule(Promise.resolve());
      inside.delete(index);
      end();
    });
    await scheduler.waitFor(Promise.all(histories));
    expect(inside.size).toBe(0);
  },
);
