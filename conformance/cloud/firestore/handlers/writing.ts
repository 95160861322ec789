import { randomInt } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { RpcError, type Wire } from '../../rpc/service.ts';
import type { Databases } from '../store/store.ts';
import type { Access } from '../transactions/access.ts';
import type { Fields } from '../values/value.ts';
import {
  bytesOf,
  invalid,
  messageOf,
  messagesOf,
  requireServedFields,
  textOf,
  unserved,
} from '../wire/fields.ts';
import {
  type DatabaseName,
  formatName,
  parseDatabaseName,
  parseDocumentName,
  parseParentName,
  requireId,
} from '../wire/names.ts';
import { microsToWire } from '../wire/timestamps.ts';
import { maskFromWire, writeFromWire } from '../writes/from-wire.ts';
import { documentSize } from '../writes/size.ts';
import type { Write } from '../writes/write.ts';
import { documentToWire, outcomeToWire } from './answer.ts';

/** Serves Commit: all writes or none. */
export async function commit(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'Commit', ['database', 'writes', 'transaction']);
  const database = databases.open(parseDatabaseName(textOf(request, 'database')));
  const writes = messagesOf(request, 'writes').map((write) => writeFromWire(write, database));
  requireSize(writes);
  const { outcomes, commit_micros } = await access.commit(database, writes, bytesOf(request, 'transaction'));
  return { writeResults: outcomes.map(outcomeToWire), commitTime: microsToWire(commit_micros) };
}

const COMMIT_BYTES_MAX = 10 * 1024 * 1024;

/** Refuses a commit whose documents are too large together, by the rules that count a document's bytes. */
function requireSize(writes: readonly Write[]): void {
  // One document is at most a tenth of it, which is checked where it is stored.
  if (writes.length < 10) return;
  let bytes = 0;
  for (const { segments, change } of writes) {
    bytes += documentSize(segments, change.kind === 'update' ? change.fields : NO_FIELDS);
  }
  if (bytes <= COMMIT_BYTES_MAX) return;
  throw invalid(`a commit takes at most ${COMMIT_BYTES_MAX} bytes, this one has ${bytes}`);
}

const NO_FIELDS: Fields = new Map();

/** Serves BatchWrite: each write on its own, with a status of its own. */
export async function batchWrite(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'BatchWrite', ['database', 'writes', 'labels']);
  if (Object.keys(messageOf(request, 'labels') ?? {}).length > 0) {
    throw unserved('BatchWrite.labels');
  }
  const database = databases.open(parseDatabaseName(textOf(request, 'database')));
  const writes = messagesOf(request, 'writes').map((write) => writeFromWire(write, database));
  const paths = new Set(writes.map(({ path }) => path));
  if (paths.size < writes.length) throw invalid('a BatchWrite must not write one document twice');
  const results = await Promise.all(
    writes.map(async (write) => {
      try {
        const { outcomes } = await access.commit(database, [write], undefined);
        return { writeResult: outcomes.map(outcomeToWire)[0] ?? {}, status: { code: status.OK } };
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        return { writeResult: {}, status: { code: error.code, message: error.message } };
      }
    }),
  );
  return {
    writeResults: results.map(({ writeResult }) => writeResult),
    status: results.map((result) => result.status),
  };
}

/** Serves CreateDocument; without a document id it makes one up, as the clients do. */
export async function createDocument(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'CreateDocument', [
    'parent',
    'collectionId',
    'documentId',
    'document',
    'mask',
  ]);
  const parent = parseParentName(textOf(request, 'parent'));
  const collection_id = textOf(request, 'collectionId');
  requireId(collection_id, 'CreateDocument.collection_id');
  const document_id = textOf(request, 'documentId') || madeUpId();
  requireId(document_id, 'CreateDocument.document_id');
  const document = messageOf(request, 'document') ?? {};
  if (textOf(document, 'name') !== '')
    throw invalid('document.name must not be set when a document is created');
  const name = formatName(parent, [...parent.segments, collection_id, document_id]);
  return writeOne(databases, access, parent, request, {
    operation: 'update',
    update: { ...document, name },
    currentDocument: { conditionType: 'exists', exists: false },
  });
}

/** Serves UpdateDocument, which creates the document where it is missing and no precondition forbids it. */
export async function updateDocument(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'UpdateDocument', ['document', 'updateMask', 'mask', 'currentDocument']);
  const document = messageOf(request, 'document') ?? {};
  return writeOne(databases, access, parseDocumentName(textOf(document, 'name')), request, {
    operation: 'update',
    update: document,
    updateMask: request['updateMask'],
    currentDocument: request['currentDocument'],
  });
}

/** Serves DeleteDocument; a document that is missing counts as deleted unless a precondition says otherwise. */
export async function deleteDocument(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'DeleteDocument', ['name', 'currentDocument']);
  const name = textOf(request, 'name');
  return writeOne(databases, access, parseDocumentName(name), request, {
    operation: 'delete',
    delete: name,
    currentDocument: request['currentDocument'],
  });
}

/** Commits one write and answers with the document as the request's mask shows it; empty for a delete. */
async function writeOne(
  databases: Databases,
  access: Access,
  of: DatabaseName,
  request: Wire,
  write: Wire,
): Promise<Wire> {
  const mask = maskFromWire(messageOf(request, 'mask'));
  const { outcomes } = await access.commit(databases.open(of), [writeFromWire(write, of)], undefined);
  const document = outcomes[0]?.document;
  return document === undefined ? {} : documentToWire(document, mask);
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function madeUpId(): string {
  return Array.from({ length: 20 }, () => ID_LETTERS.charAt(randomInt(ID_LETTERS.length))).join('');
}
