import { expect, test } from 'vitest';
import { createWaiting } from '../../../conformance/checks/drawn/run/delivering/waiting.ts';
import { describeHistory } from '../../../conformance/checks/drawn/value/words.ts';

/** A fault that holds one call back from when it is made, until it is lifted. */
function heldCall(): {
  readonly fault: Parameters<ReturnType<typeof createWaiting>['hold']>[0];
  /** Makes the call. */
  call(): Promise<void>;
} {
  let serve = (): void => {};
  let strike = (): void => {};
  const served = new Promise<void>((resolve) => {
    serve = resolve;
  });
  const struck = new Promise<void>((resolve) => {
    strike = resolve;
  });
  return {
    fault: { struck, hits: () => 1, lift: () => serve() },
    call() {
      strike();
      return served;
    },
  };
}

test.each([1, 2])('a call that is held back for %i steps is served when they have ended', async (steps) => {
  const waiting = createWaiting(60_000);
  const { fault, call } = heldCall();
  const order: string[] = [];
  await waiting.hold(fault, steps);
  await waiting.step(async () => void (await waiting.until(call().then(() => order.push('slow')))));
  for (const name of ['first', 'second']) await waiting.step(async () => void order.push(name));
  expect(order).toEqual(steps === 1 ? ['first', 'slow', 'second'] : ['first', 'second', 'slow']);
});

test('a step that waits for the held call itself does not wait for ever', async () => {
  const waiting = createWaiting(60_000);
  const { fault, call } = heldCall();
  await waiting.hold(fault, 1);
  const served = call();
  await waiting.step(async () => void (await waiting.until(served)));
  const other = served.then(() => 'done');
  await waiting.step(async () => void (await waiting.until(other)));
  await expect(other).resolves.toBe('done');
});

test('what is held goes on before another call is held, and nothing waits for ever for the first', async () => {
  const waiting = createWaiting(60_000);
  const [first, second] = [heldCall(), heldCall()];
  const order: string[] = [];
  await waiting.hold(first.fault, 1);
  await waiting.step(async () => void (await waiting.until(first.call().then(() => order.push('first')))));
  await waiting.hold(second.fault, 1);
  order.push('held again');
  await waiting.step(async () => void (await waiting.until(second.call().then(() => order.push('second')))));
  await waiting.step(async () => void order.push('step'));
  expect(order).toEqual(['first', 'held again', 'step', 'second']);
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
