import { expect, test } from 'vitest';
import { createWaiting } from '../../../conformance/checks/drawn/run/delivering/waiting.ts';
import { describeHistory } from '../../../conformance/checks/drawn/value/words.ts';

/** A fault that holds one call back from the beginning, until it is lifted. */
function heldCall(): {
  fault: Parameters<ReturnType<typeof createWaiting>['hold']>[0];
  served: Promise<void>;
} {
  let serve = (): void => {};
  const served = new Promise<void>((resolve) => {
    serve = resolve;
  });
  return { fault: { struck: Promise.resolve(), hits: () => 1, lift: () => serve() }, served };
}

test.each([1, 2])('a call that is held back for %i steps is served when they have ended', async (steps) => {
  const waiting = createWaiting(60_000);
  const { fault, served } = heldCall();
  const order: string[] = [];
  waiting.hold(fault, steps);
  const slow = served.then(() => void order.push('slow'));
  await waiting.step(async () => void (await waiting.until(slow)));
  for (const name of ['first', 'second']) await waiting.step(async () => void order.push(name));
  expect(order).toEqual(steps === 1 ? ['first', 'slow', 'second'] : ['first', 'second', 'slow']);
});

test('a step that waits for the held call itself does not wait for ever', async () => {
  const waiting = createWaiting(60_000);
  const { fault, served } = heldCall();
  waiting.hold(fault, 1);
  await waiting.step(async () => void (await waiting.until(served)));
  const other = served.then(() => 'done');
  await waiting.step(async () => void (await waiting.until(other)));
  await expect(other).resolves.toBe('done');
});

test('of two calls that are held back each is served when its own steps have ended', async () => {
  const waiting = createWaiting(60_000);
  const order: string[] = [];
  for (const [name, steps] of [
    ['one', 3],
    ['two', 1],
  ] as const) {
    const { fault, served } = heldCall();
    waiting.hold(fault, steps);
    const slow = served.then(() => void order.push(name));
    await waiting.step(async () => void (await waiting.until(slow)));
  }
  for (const name of ['first', 'second', 'third']) await waiting.step(async () => void order.push(name));
  expect(order).toEqual(['first', 'two', 'second', 'one', 'third']);
});

test('a call that goes on and is held back by another fault does not keep the history waiting', async () => {
  const waiting = createWaiting(60_000);
  const [first, second] = [heldCall(), heldCall()];
  waiting.hold(first.fault, 1);
  await waiting.step(async () => void (await waiting.until(first.served.then(() => second.served))));
  waiting.hold(second.fault, 2);
  const order: string[] = [];
  for (const name of ['a', 'b', 'c']) await waiting.step(async () => void order.push(name));
  await waiting.finish();
  expect(order).toEqual(['a', 'b', 'c']);
});

test('is told in words', () => {
  const refuse = { do: 'refuse', on: 'read', after: 3, is_held: true, held_steps: 1 } as const;
  expect(describeHistory({ days: 'plain', steps: [refuse] })).toBe(
    '1. read 4 from here about the day is held back while 1 further steps happen',
  );
  const late = { do: 'refuse', on: 'publish', is_done: true, is_held: true } as const;
  expect(describeHistory({ days: 'plain', steps: [late] })).toBe(
    '1. the next publish about the day is done, but its answer is held back until the end',
  );
});
