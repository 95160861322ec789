import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorWords } from '../../contract/errors.ts';
import { type Storage, StorageError } from './storage.ts';

const FILE = 'embedded-cloud.jsonl';
/** The first line of an export. */
const HEAD = '{"embedded_cloud_export":1}';
const IMPORTED_AT_ONCE = 5000;

/** Writes all of a storage into a folder. The file of an earlier export is replaced when the new one is whole. */
export async function exportTo(folder: string, storage: Storage): Promise<void> {
  const unfinished = join(folder, `${FILE}.unfinished`);
  try {
    await mkdir(folder, { recursive: true });
    await pipeline(Readable.from(linesOf(storage)), createWriteStream(unfinished));
    await rename(unfinished, join(folder, FILE));
  } catch (error) {
    throw new StorageError(`expected to write an export into ${folder} (${errorWords(error)})`);
  }
}

function* linesOf(storage: Storage): Generator<string> {
  yield `${HEAD}\n`;
  for (const [key, value] of storage.scan('')) {
    const text = value.toString();
    // Most values are text. What is not comes as base64, so that a line stays readable and nothing is lost.
    const line = Buffer.from(text).equals(value) ? [key, text] : [key, null, value.toString('base64')];
    yield `${JSON.stringify(line)}\n`;
  }
}

/**
 * Reads an export into an empty storage.
 *
 * @throws {StorageError} when the storage holds something, or the folder holds no export; it says which line is wrong.
 */
export async function importFrom(folder: string, storage: Storage): Promise<void> {
  for (const [key] of storage.scan('')) {
    throw new StorageError(
      `expected an empty folder of --data for --import, and found "${key.split('/')[0]}" and more in it; leave --import out, or use another folder`,
    );
  }
  const file = join(folder, FILE);
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number += 1;
      if (number === 1 && line !== HEAD) throw new StorageError(`expected ${HEAD} as the first line`);
      if (number > 1) put(storage, line);
      if (number % IMPORTED_AT_ONCE === 0) await storage.kept();
    }
  } catch (error) {
    const where = number === 0 ? file : `${file}, line ${number}`;
    throw new StorageError(`expected an export of this cloud in ${folder}: ${where}: ${errorWords(error)}`);
  }
  if (number === 0) throw new StorageError(`expected an export of this cloud in ${folder}: ${file} is empty`);
  await storage.kept();
}

function put(storage: Storage, line: string): void {
  const parts: unknown = JSON.parse(line);
  const [key, text, base64] = Array.isArray(parts) ? parts : [];
  if (typeof key === 'string' && typeof text === 'string') storage.put(key, Buffer.from(text));
  else if (typeof key === 'string' && typeof base64 === 'string')
    storage.put(key, Buffer.from(base64, 'base64'));
  else throw new StorageError('expected a list of a key and a value');
}
