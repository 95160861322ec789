import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportTo, importFrom } from '../../../conformance/cloud/storage/dump.ts';
import { beginLife } from '../../../conformance/cloud/storage/life.ts';
import { openLmdbStorage } from '../../../conformance/cloud/storage/lmdb.ts';
import { createMemoryStorage } from '../../../conformance/cloud/storage/memory.ts';
import { removeAll, type Storage } from '../../../conformance/cloud/storage/storage.ts';
import { emptyFolder } from './folder.ts';

const bytes = (text: string) => Buffer.from(text);
const listed = (storage: Storage, prefix = '') =>
  [...storage.scan(prefix)].map(([key, value]) => [key, value.toString()]);

describe.each([
  ['in memory', async () => createMemoryStorage()],
  ['in a folder', (folder: string) => openLmdbStorage(folder, { sync: false })],
  ['in a folder, on the disk', (folder: string) => openLmdbStorage(folder, { sync: true })],
] as const)('a storage %s', (_name, open: (folder: string) => Promise<Storage>) => {
  const folder = emptyFolder();

  test('shows what was put at once, in order, by the beginning of the key, before and after it is kept', async () => {
    const storage = await open(folder);
    storage.put('a/2', bytes('two'));
    storage.put('a/1', bytes('one'));
    storage.put('b/1', bytes('other'));
    for (const _moment of ['before', 'after']) {
      expect(listed(storage, 'a/')).toEqual([
        ['a/1', 'one'],
        ['a/2', 'two'],
      ]);
      expect(storage.get('a/2')?.toString()).toBe('two');
      expect(storage.get('a/3')).toBeUndefined();
      await storage.kept();
    }
    storage.remove('a/1');
    storage.put('a/15', bytes(''));
    storage.put('a/2', bytes('changed'));
    storage.remove('never there');
    const left = [
      ['a/15', ''],
      ['a/2', 'changed'],
    ];
    expect(listed(storage, 'a/')).toEqual(left);
    await storage.kept();
    expect(listed(storage, 'a/')).toEqual(left);
    removeAll(storage, '');
    expect(listed(storage)).toEqual([]);
    await storage.close();
  });

  test('agrees with a map whatever is put, removed, kept and listed', async () => {
    const key = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a', 'a\0b', 'a/b', 'ä', '😀', 'z'));
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), key, value: fc.uint8Array({ maxLength: 20 }) }),
      fc.record({ do: fc.constant('remove' as const), key }),
      fc.record({ do: fc.constant('keep' as const) }),
      fc.record({ do: fc.constant('list' as const), key }),
    );
    const storage = await open(folder);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        removeAll(storage, '');
        const model = new Map<string, Buffer>();
        for (const each of steps) {
          // LMDB has no key without a byte; no key of the cloud is empty.
          if ('key' in each && each.key === '' && each.do !== 'list') continue;
          if (each.do === 'put') {
            storage.put(each.key, Buffer.from(each.value));
            model.set(each.key, Buffer.from(each.value));
          } else if (each.do === 'remove') {
            storage.remove(each.key);
            model.delete(each.key);
          } else if (each.do === 'keep') await storage.kept();
          else {
            const expected = [...model].filter(([name]) => name.startsWith(each.key));
            const found = [...storage.scan(each.key)];
            expect(new Map(found)).toEqual(new Map(expected));
            expect(found.length).toBe(expected.length);
            expect([...storage.keys(each.key)].sort()).toEqual(expected.map(([name]) => name).sort());
          }
        }
        for (const [name, value] of model) expect(storage.get(name)).toEqual(value);
      }),
      { seed: 20240115, numRuns: 60 },
    );
    await storage.close();
  });

  test('goes out into an export and in again, byte by byte', async () => {
    const [from, to, exported] = [emptyFolder(), emptyFolder(), emptyFolder()];
    const source = await open(from);
    source.put('text', bytes('{"a":1}'));
    source.put('not text', Buffer.from([0, 255, 10, 13, 128]));
    source.put('key \0 ä', bytes(''));
    await exportTo(exported, source);
    await exportTo(exported, source);
    expect(readdirSync(exported)).toEqual(['embedded-cloud.jsonl']);
    const target = await open(to);
    await importFrom(exported, target);
    expect([...target.scan('')]).toEqual([...source.scan('')]);
    await expect(importFrom(exported, target)).rejects.toThrow('expected an empty folder of --data');
    await Promise.all([source.close(), target.close()]);
  });

  test('names the line of an export that it cannot read', async () => {
    const exported = emptyFolder();
    const storage = await open(emptyFolder());
    await expect(importFrom(exported, storage)).rejects.toThrow(exported);
    for (const [text, complaint] of [
      ['', 'is empty'],
      ['hello\n', 'line 1: expected {"embedded_cloud_export":1}'],
      ['{"embedded_cloud_export":1}\n["a"]\n', 'line 2: expected a list of a key and a value'],
      ['{"embedded_cloud_export":1}\n["a","b"]\n["c', 'line 3'],
    ] as const) {
      removeAll(storage, '');
      writeFileSync(join(exported, 'embedded-cloud.jsonl'), text);
      await expect(importFrom(exported, storage)).rejects.toThrow(complaint);
    }
    await storage.close();
  });

  test('counts its lives, and refuses another format', async () => {
    const storage = await open(emptyFolder());
    expect([await beginLife(storage), await beginLife(storage)]).toEqual([1, 2]);
    storage.put('meta/format', bytes('2'));
    await expect(beginLife(storage)).rejects.toThrow('expected a storage of format 1, got format 2');
    await storage.close();
  });
});

describe('a folder', () => {
  test('is for one process at a time, and the lock of one that is gone is taken over', async () => {
    const folder = emptyFolder();
    const storage = await openLmdbStorage(folder, { sync: false });
    await expect(openLmdbStorage(folder, { sync: false })).rejects.toThrow(
      `${folder} is in use by process ${process.pid}`,
    );
    await storage.close();
    // Gone; this process's number from a time before; and a number that another process has by now.
    for (const lock of ['999999999', `${process.pid} 1`, `${process.ppid} 1`, 'nonsense', '']) {
      writeFileSync(join(folder, 'in-use-by'), lock);
      await (await openLmdbStorage(folder, { sync: false })).close();
    }
    writeFileSync(join(folder, 'in-use-by'), String(process.ppid));
    await expect(openLmdbStorage(folder, { sync: false })).rejects.toThrow(
      `in use by process ${process.ppid}`,
    );
  });

  test('that is none is named', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    await expect(openLmdbStorage(file, { sync: false })).rejects.toThrow(
      `expected a folder, or a place for one, at ${file}`,
    );
  });

  test('holds after a start what was kept before it', async () => {
    const folder = emptyFolder();
    const first = await openLmdbStorage(folder, { sync: false });
    first.put('a', bytes('1'));
    await first.kept();
    first.put('b', bytes('2'));
    await first.close();
    const second = await openLmdbStorage(folder, { sync: false });
    expect(listed(second)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    await second.close();
  });
});
