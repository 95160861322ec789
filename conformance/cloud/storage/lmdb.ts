import { mkdirSync } from 'node:fs';
import { errorWords } from '../../contract/errors.ts';
import { lockFolder } from './lock.ts';
import { type Storage, StorageError } from './storage.ts';

/** The part of the package `lmdb` that is used here. */
interface Lmdb {
  open(options: Readonly<Record<string, unknown>>): LmdbDatabase;
}

interface LmdbDatabase {
  get(key: Buffer): Buffer | undefined;
  getRange(range: {
    readonly start: Buffer;
    readonly end: Buffer;
  }): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
  getKeys(range: { readonly start: Buffer; readonly end: Buffer }): Iterable<Buffer>;
  putSync(key: Buffer, value: Buffer): unknown;
  removeSync(key: Buffer): unknown;
  transactionSync<Result>(action: () => Result): Result;
  close(): Promise<void>;
}

/** How a folder is written. */
export interface LmdbOptions {
  /**
   * Whether `kept` waits for the disk, so that a power cut loses nothing either. Without it the operating system has
   * everything that was kept, which a kill of the process at any moment does not take away.
   */
  readonly sync: boolean;
}

/**
 * Opens a folder, and creates it if it is missing.
 *
 * @throws {StorageError} when the package `lmdb` is not installed, or the folder cannot be used or is in use.
 */
export async function openLmdbStorage(folder: string, { sync }: LmdbOptions): Promise<Storage> {
  const { open } = await loadLmdb();
  const unlock = await lock(folder);
  const database = openIn(folder, open, sync, unlock);
  const pending = new Map<string, Buffer | undefined>();
  let writing: Promise<void> | undefined;
  let broken: StorageError | undefined;

  const write = () => {
    if (broken !== undefined) throw broken;
    if (pending.size === 0) return;
    try {
      database.transactionSync(() => {
        for (const [key, value] of pending) {
          if (value === undefined) database.removeSync(Buffer.from(key));
          else database.putSync(Buffer.from(key), value);
        }
      });
    } catch (error) {
      broken = brokenBy(folder, error);
      throw broken;
    }
    pending.clear();
  };
  // Everything that is served in this turn of the event loop goes into one transaction.
  const writeSoon = () => {
    writing ??= new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        writing = undefined;
        try {
          write();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return writing;
  };
  const change = (key: string, value: Buffer | undefined) => {
    pending.set(key, value);
    // Whoever waits hears of a failure; what nobody waits for, such as a message that expired, is written too.
    if (writing === undefined) writeSoon().catch(() => {});
  };
  return {
    get: (key) => (pending.has(key) ? pending.get(key) : database.get(Buffer.from(key))),
    scan: (prefix) => merged(written(database, prefix), pending, prefix),
    *keys(prefix) {
      const start = Buffer.from(prefix);
      for (const bytes of database.getKeys({ start, end: endOf(start) })) {
        const key = bytes.toString();
        if (!pending.has(key)) yield key;
      }
      for (const [key, value] of pending) if (value !== undefined && key.startsWith(prefix)) yield key;
    },
    put: change,
    remove: (key) => change(key, undefined),
    kept: () => {
      if (broken !== undefined) return Promise.reject(broken);
      return pending.size === 0 ? Promise.resolve() : writeSoon();
    },
    async close() {
      try {
        write();
      } finally {
        await database.close();
        unlock();
      }
    },
  };
}

async function loadLmdb(): Promise<Lmdb> {
  const name = 'lmdb';
  try {
    return (await import(name)) as Lmdb;
  } catch (error) {
    throw new StorageError(
      'expected the package lmdb, which --data needs and which is not installed with this package; install it with ' +
        `"npm install lmdb@3", or leave --data out (${errorWords(error)})`,
    );
  }
}

function lock(folder: string): Promise<() => void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StorageError(`expected a folder, or a place for one, at ${folder} (${errorWords(error)})`);
  }
  return lockFolder(folder);
}

function openIn(folder: string, open: Lmdb['open'], sync: boolean, unlock: () => void): LmdbDatabase {
  try {
    return open({ path: folder, encoding: 'binary', keyEncoding: 'binary', noSync: !sync, noSubdir: false });
  } catch (error) {
    unlock();
    throw new StorageError(
      `expected a folder that this cloud wrote, or an empty one, at ${folder} ` + `(${errorWords(error)})`,
    );
  }
}

function brokenBy(folder: string, error: unknown): StorageError {
  return new StorageError(
    `the cloud could not write to ${folder} (${errorWords(error)}); it answers ` +
      'nothing more, so that nothing is answered that is not kept; make room or mend the disk, and start it again',
  );
}

function* written(database: LmdbDatabase, prefix: string): Generator<readonly [string, Buffer]> {
  const start = Buffer.from(prefix);
  for (const { key, value } of database.getRange({ start, end: endOf(start) })) yield [key.toString(), value];
}

/** Lists what was written as the changes that still wait will leave it. */
function* merged(
  entries: Iterable<readonly [string, Buffer]>,
  changes: ReadonlyMap<string, Buffer | undefined>,
  prefix: string,
): Generator<readonly [string, Buffer]> {
  const changed = [...changes].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  let next = 0;
  for (const entry of entries) {
    for (let change = changed[next]; change !== undefined && change[0] < entry[0]; change = changed[next]) {
      if (change[1] !== undefined) yield [change[0], change[1]];
      next += 1;
    }
    if (!changes.has(entry[0])) yield entry;
  }
  for (const [key, value] of changed.slice(next)) if (value !== undefined) yield [key, value];
}

/** The first key after all that begin with a prefix. UTF-8 has no byte of 255. */
function endOf(prefix: Buffer): Buffer {
  return Buffer.concat([prefix, Buffer.from([255])]);
}
