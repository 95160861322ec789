import { errorWords } from '../../contract/errors.ts';
/** Bytes under names. What is written is seen at once, and survives the process after `kept`. */
export interface Storage {
  get(key: string): Buffer | undefined;
  /** Lists what lies under keys that begin with `prefix`; keys of ASCII ascend. Nothing may be written meanwhile. */
  scan(prefix: string): Iterable<readonly [key: string, value: Buffer]>;
  /** The keys of `scan` alone, in no particular order, for who has most of the values already. */
  keys(prefix: string): Iterable<string>;
  put(key: string, value: Buffer): void;
  /** Removes a key, if it is there. */
  remove(key: string): void;
  /**
   * Resolves when everything written so far survives the end of the process.
   *
   * @throws {StorageError} when it could not be written; every later call throws too.
   */
  kept(): Promise<void>;
  /** Writes what is left, and gives the folder free. */
  close(): Promise<void>;
}

/** Keys are at most this long, in bytes of UTF-8. */
export const KEY_BYTES_MAX = 1900;

/** A folder that cannot be opened, or a storage that cannot be read or written. The message says what to do. */
export class StorageError extends Error {}

/** Removes everything under keys that begin with `prefix`. */
export function removeAll(storage: Storage, prefix: string): void {
  for (const [key] of [...storage.scan(prefix)]) storage.remove(key);
}

/** Reads JSON that this cloud wrote. @throws {StorageError} with the key, when it is none. */
export function readJson(key: string, value: Buffer): unknown {
  try {
    return JSON.parse(value.toString());
  } catch (error) {
    throw new StorageError(
      `expected JSON under "${printable(key)}" in the folder of --data, got ${value.length} bytes that are none ` +
        `(${errorWords(error)}); import an export into a new folder`,
    );
  }
}

/** Writes a value as the bytes of its JSON. */
export function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Shows a key in one line. */
export function printable(key: string): string {
  return key.replaceAll('\0', ' ');
}
