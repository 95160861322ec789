import type { Storage } from './storage.ts';

/** Creates a storage that ends with the process. */
export function createMemoryStorage(): Storage {
  const values = new Map<string, Buffer>();
  // In order of keys, so that a scan looks only at what it lists.
  const keys: string[] = [];
  return {
    get: (key) => values.get(key),
    *scan(prefix) {
      for (let index = placeOf(keys, prefix); index < keys.length; index += 1) {
        const key = keys[index] ?? '';
        const value = values.get(key);
        if (!key.startsWith(prefix) || value === undefined) return;
        yield [key, value];
      }
    },
    *keys(prefix) {
      for (let index = placeOf(keys, prefix); keys[index]?.startsWith(prefix); index += 1)
        yield keys[index] ?? '';
    },
    put(key, value) {
      if (!values.has(key)) keys.splice(placeOf(keys, key), 0, key);
      values.set(key, value);
    },
    remove(key) {
      if (values.delete(key)) keys.splice(placeOf(keys, key), 1);
    },
    kept: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** Finds the first place whose key is not smaller, by halving. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
