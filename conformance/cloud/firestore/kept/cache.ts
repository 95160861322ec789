import type { StoredDocument } from '../store/document.ts';

/** Documents that were used lately, by key. */
export interface DocumentCache {
  get(key: string): StoredDocument | undefined;
  /** The same, without counting as a use: whoever reads a whole collection uses none of it more than another. */
  peek(key: string): StoredDocument | undefined;
  /** @param bytes what the document takes in the storage. */
  put(key: string, document: StoredDocument, bytes: number): void;
  remove(key: string): void;
}

/** A document in memory takes several times the bytes of its JSON, and never less than this. */
const TIMES = 4;
const DOCUMENT_BYTES_MIN = 500;

/** Creates an empty cache that forgets what was not used longest, once all takes more than `bytes_max`. */
export function createDocumentCache(bytes_max: number): DocumentCache {
  const cached = new Map<string, { readonly document: StoredDocument; readonly bytes: number }>();
  let bytes_held = 0;
  const remove = (key: string) => {
    bytes_held -= cached.get(key)?.bytes ?? 0;
    cached.delete(key);
  };
  return {
    get(key) {
      const found = cached.get(key);
      if (found === undefined) return undefined;
      // A map lists its keys in the order in which they were set.
      cached.delete(key);
      cached.set(key, found);
      return found.document;
    },
    peek: (key) => cached.get(key)?.document,
    put(key, document, bytes) {
      remove(key);
      const held = { document, bytes: DOCUMENT_BYTES_MIN + TIMES * bytes };
      cached.set(key, held);
      bytes_held += held.bytes;
      for (const oldest of cached.keys()) {
        if (bytes_held <= bytes_max) break;
        remove(oldest);
      }
    },
    remove,
  };
}
