import { type Documents, isCollectionSelected, type StoredDocument } from './document.ts';

/** Creates the documents of one database in memory, by collection. */
export function memoryDocuments(): Documents {
  const collections = new Map<string, Map<string, StoredDocument>>();
  return {
    get: (path) => collections.get(collectionOf(path))?.get(path),
    *select(selector) {
      for (const [path, documents] of collections) {
        if (isCollectionSelected(path.split('/'), selector)) yield* documents.values();
      }
    },
    apply(changes) {
      for (const { path, after } of changes) {
        const name = collectionOf(path);
        const collection = collections.get(name) ?? new Map<string, StoredDocument>();
        if (after === undefined) collection.delete(path);
        else collection.set(path, after);
        if (collection.size === 0) collections.delete(name);
        else collections.set(name, collection);
      }
    },
  };
}

function collectionOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
