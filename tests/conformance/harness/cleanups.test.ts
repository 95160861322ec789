import { describe, expect, test } from 'vitest';
import { createCleanups } from '../../../conformance/harness/world/cleanups.ts';

function stage() {
  const done: string[] = [];
  const told: string[] = [];
  const cleanups = createCleanups((sentence) => void told.push(sentence));
  const add = (what: string, undo: () => Promise<void> = () => Promise.resolve()): void =>
    cleanups.add(what, async () => {
      done.push(what);
      await undo();
    });
  return { cleanups, add, done, told };
}

describe('the end of a world', () => {
  test('undoes the newest first, each thing once', async () => {
    const { cleanups, add, done, told } = stage();
    add('close the clients');
    add('remove the documents');
    await cleanups.run();
    await cleanups.run();
    expect(done).toEqual(['remove the documents', 'close the clients']);
    expect(told).toEqual([]);
  });
  test('goes on when one thing fails, and tells each that did', async () => {
    const { cleanups, add, done, told } = stage();
    add('close the clients', () => Promise.reject('closed already'));
    add('remove the documents');
    add('send a sentinel', () => Promise.reject(new Error('7 PERMISSION_DENIED')));
    await expect(cleanups.run()).resolves.toBeUndefined();
    expect(done).toEqual(['send a sentinel', 'remove the documents', 'close the clients']);
    expect(told).toEqual([
      'could not send a sentinel: 7 PERMISSION_DENIED',
      'could not close the clients: closed already',
    ]);
  });
  test('is the same for whoever asks while it is under way, and takes what comes late', async () => {
    const { cleanups, add, done } = stage();
    add('stop a program', async () => add('remove what it wrote meanwhile'));
    const first = cleanups.run();
    await cleanups.run();
    expect(done).toEqual(['stop a program', 'remove what it wrote meanwhile']);
    add('close what was opened last');
    await Promise.all([first, cleanups.run()]);
    expect(done).toHaveLength(3);
  });
});
