import { expect, test } from 'vitest';
import { serveComponent } from '../../../reference/services/serve.ts';

test('a component that stops lets work finish whose caller has gone', async () => {
  let begin = (): void => {};
  let finish = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const told = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let is_done = false;
  const served = await serveComponent(
    async () => {
      begin();
      await told;
      is_done = true;
      return { status: 204 };
    },
    '127.0.0.1',
    0,
  );
  const caller = new AbortController();
  const call = fetch(served.address, { method: 'POST', signal: caller.signal }).catch(() => 'gone');
  await begun;
  caller.abort();
  expect(await call).toBe('gone');
  const stopping = served.stop(60_000);
  await expect(fetch(served.address)).rejects.toThrow();
  expect(is_done).toBe(false);
  finish();
  await stopping;
  expect(is_done).toBe(true);
});
