import { readJson, type Storage, toJson } from '../../storage/storage.ts';
import type { DatabasesBefore } from '../store/store.ts';
import { type DatabaseName, formatDatabase } from '../wire/names.ts';
import { createDocumentCache } from './cache.ts';
import { keptDocuments } from './documents.ts';

const CACHE_BYTES_MAX = 64 * 1024 * 1024;
const COMMITTED_KEY = 'meta/committed_micros';
const NAMES_PREFIX = 'meta/database/';

/** Opens the databases that a storage holds, and keeps in it what is committed to them. */
export function openKeptDatabases(storage: Storage): DatabasesBefore {
  const names = [...storage.scan(NAMES_PREFIX)].map(([key, value]) => readJson(key, value) as DatabaseName);
  const known = new Set(names.map(formatDatabase));
  const committed = storage.get(COMMITTED_KEY);
  const cache = createDocumentCache(CACHE_BYTES_MAX);
  return {
    names,
    committed_micros: committed === undefined ? 0n : BigInt(String(readJson(COMMITTED_KEY, committed))),
    documents(of) {
      const { project, database } = of;
      const name = formatDatabase(of);
      return keptDocuments(of, storage, cache, (commit_micros) => {
        storage.put(COMMITTED_KEY, toJson(String(commit_micros)));
        if (known.has(name)) return;
        known.add(name);
        storage.put(NAMES_PREFIX + name, toJson({ project, database }));
      });
    },
  };
}
