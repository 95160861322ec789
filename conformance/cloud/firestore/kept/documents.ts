import { createHash } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { errorWords } from '../../../contract/errors.ts';
import { RpcError } from '../../rpc/service.ts';
import { KEY_BYTES_MAX, printable, type Storage } from '../../storage/storage.ts';
import { type Documents, isSelected, type Selector, type StoredDocument } from '../store/document.ts';
import type { DatabaseName } from '../wire/names.ts';
import { documentSize } from '../writes/size.ts';
import type { DocumentCache } from './cache.ts';
import { decodeDocument, encodeDocument } from './codec.ts';
import { createFieldIndexes } from './field-index.ts';

/**
 * Finds and puts the documents of one database in a storage.
 *
 * @param committed told of the time of every commit.
 */
export function keptDocuments(
  of: DatabaseName,
  storage: Storage,
  cache: DocumentCache,
  committed: (commit_micros: bigint) => void,
): Documents {
  const keyOf = createKeys(of);
  const readAt = (key: string): StoredDocument | undefined => {
    const bytes = storage.get(key);
    if (bytes === undefined) return undefined;
    const document = decoded(of, key, bytes);
    cache.put(key, document, bytes.length);
    return document;
  };
  const selectAll = function* (selector: Selector): Generator<StoredDocument> {
    for (const prefix of keyOf.stretches(selector)) {
      for (const key of storage.keys(prefix)) {
        const document = cache.peek(key) ?? readAt(key);
        if (document !== undefined && isSelected(document.segments, selector)) yield document;
      }
    }
  };
  const indexes = createFieldIndexes(INDEXED_MAX);
  return {
    get(path) {
      const key = keyOf.document(path);
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      return readAt(key);
    },
    *select(selector, equalities = [], leading = undefined) {
      const collection = collectionOf(selector);
      if (collection !== undefined) {
        const all = () => selectAll(selector);
        const paths = indexes.find(collection, { equalities, leading }, all);
        if (paths !== undefined) {
          for (const path of paths) {
            const key = keyOf.document(path);
            const document = cache.peek(key) ?? readAt(key);
            if (document !== undefined) yield document;
          }
          return;
        }
      }
      yield* selectAll(selector);
    },
    weigh: ({ segments, fields }) => documentSize(segments, fields),
    apply(changes, commit_micros) {
      for (const { path, before, after } of changes) {
        indexes.change(path.slice(0, path.lastIndexOf('/')), path, before, after);
        const key = keyOf.document(path);
        if (after === undefined) {
          storage.remove(key);
          cache.remove(key);
        } else {
          const bytes = encodeDocument(after);
          storage.put(key, bytes);
          cache.put(key, after, bytes.length);
        }
      }
      committed(commit_micros);
    },
  };
}

/** Of how many collections it is remembered which document holds which value; a line of some 150 bytes a document. */
const INDEXED_MAX = 100;

/** The one collection that a selector is about; undefined where it may be about several. */
function collectionOf({ parent, collection_id, all_descendants }: Selector): string | undefined {
  return collection_id === undefined || all_descendants ? undefined : [...parent, collection_id].join('/');
}

/** Begins the keys of all documents. */
const DOCUMENTS_PREFIX = 'firestore/';
/** Begins the keys of documents whose path is too long for a key. */
const LONG_PREFIX = 'firestore-long/';

function createKeys({ project, database }: DatabaseName) {
  const prefix = `${DOCUMENTS_PREFIX}${project}\0${database}\0`;
  const long_prefix = `${LONG_PREFIX}${project}\0${database}\0`;
  return {
    /** `COLLECTION␀ID`: the documents of a collection stand together, before those below them. */
    document(path: string): string {
      const slash = path.lastIndexOf('/');
      const key = `${prefix}${escaped(path.slice(0, slash))}\0${escaped(path.slice(slash + 1))}`;
      if (isKey(key)) return key;
      return `${long_prefix}${createHash('sha256').update(path).digest('hex')}`;
    },
    /** Beginnings of keys under which everything lies that a selector may select. */
    stretches({ parent, collection_id, all_descendants }: Selector): readonly string[] {
      const above = parent.map((segment) => `${escaped(segment)}/`).join('');
      const one = collection_id !== undefined && !all_descendants;
      const stretch = one ? `${prefix}${above}${escaped(collection_id)}\0` : `${prefix}${above}`;
      return isKey(stretch) ? [stretch, long_prefix] : [long_prefix];
    },
  };
}

function isKey(text: string): boolean {
  return text.length * 3 <= KEY_BYTES_MAX || Buffer.byteLength(text) <= KEY_BYTES_MAX;
}

/** Makes room for the zero that ends a collection: an id may hold one, too. */
function escaped(text: string): string {
  return text.includes('\0') || text.includes('\u0001')
    ? text.replaceAll('\u0001', '\u0001\u0002').replaceAll('\0', '\u0001\u0001')
    : text;
}

function decoded(of: DatabaseName, key: string, bytes: Buffer): StoredDocument {
  try {
    return decodeDocument(of, bytes);
  } catch (error) {
    throw new RpcError(
      status.DATA_LOSS,
      `the document under "${printable(key)}" in the folder of --data cannot be read ` +
        `(${errorWords(error)}); import an export into a new folder`,
    );
  }
}
