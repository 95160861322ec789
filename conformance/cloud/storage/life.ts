import { readJson, type Storage, StorageError, toJson } from './storage.ts';

/** What a later version must be able to tell apart. */
const FORMAT = 1;
const FORMAT_KEY = 'meta/format';
const LIFE_KEY = 'meta/life';

/**
 * Begins a life of the cloud with a storage. Ack ids and transactions of an earlier life mean nothing in this one,
 * so each life has a number of its own, from 1.
 *
 * @throws {StorageError} when another version of this cloud wrote the storage in a form that this one does not read.
 */
export async function beginLife(storage: Storage): Promise<number> {
  const format = storage.get(FORMAT_KEY);
  const written = format === undefined ? FORMAT : readJson(FORMAT_KEY, format);
  if (written !== FORMAT) {
    throw new StorageError(
      `expected a storage of format ${FORMAT}, got format ${String(written)}; use the version of this program that wrote ` +
        'it, or export there with --export-on-exit and import here with --import',
    );
  }
  const before = storage.get(LIFE_KEY);
  const life = (before === undefined ? 0 : Number(readJson(LIFE_KEY, before))) + 1;
  storage.put(FORMAT_KEY, toJson(FORMAT));
  storage.put(LIFE_KEY, toJson(life));
  await storage.kept();
  return life;
}
