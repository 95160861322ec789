import { status } from '@grpc/grpc-js';
import { RpcError, type Wire } from '../../rpc/service.ts';
import type { Databases } from '../store/store.ts';
import type { Access } from '../transactions/access.ts';
import { invalid, messageOf, requireServedFields, textOf, textsOf } from '../wire/fields.ts';
import { parseDatabaseName, parseDocumentName } from '../wire/names.ts';
import { microsToWire } from '../wire/timestamps.ts';
import { maskFromWire } from '../writes/from-wire.ts';
import { afterBegun, documentToWire } from './answer.ts';
import { CONSISTENCY_FIELDS, consistencyFromWire } from './consistency.ts';

/** Serves GetDocument. */
export async function getDocument(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'GetDocument', ['name', 'mask', ...CONSISTENCY_FIELDS]);
  const name = parseDocumentName(textOf(request, 'name'));
  const mask = maskFromWire(messageOf(request, 'mask'));
  const path = name.segments.join('/');
  const { sightings } = await access.read(
    databases.open(name),
    consistencyFromWire(request),
    readingOf([path]),
  );
  const document = sightings[0]?.document;
  if (document === undefined) {
    throw new RpcError(status.NOT_FOUND, `no such document: ${textOf(request, 'name')}`);
  }
  return documentToWire(document, mask);
}

/** Serves BatchGetDocuments; a name that comes twice is answered once. */
export async function batchGetDocuments(
  databases: Databases,
  access: Access,
  request: Wire,
): Promise<readonly Wire[]> {
  requireServedFields(request, 'BatchGetDocuments', ['database', 'documents', 'mask', ...CONSISTENCY_FIELDS]);
  const database = databases.open(parseDatabaseName(textOf(request, 'database')));
  const mask = maskFromWire(messageOf(request, 'mask'));
  const names = new Map<string, string>();
  for (const text of textsOf(request, 'documents')) {
    const name = parseDocumentName(text);
    if (name.project !== database.project || name.database !== database.database) {
      throw invalid(`expected a document of ${textOf(request, 'database')}, got "${text}"`);
    }
    names.set(name.segments.join('/'), text);
  }
  const answer = await access.read(database, consistencyFromWire(request), readingOf([...names.keys()]));
  const readTime = microsToWire(answer.read_micros);
  const results = answer.sightings.map(({ path, document }) =>
    document === undefined
      ? { missing: names.get(path) ?? path, readTime }
      : { found: documentToWire(document, mask), readTime },
  );
  return afterBegun(answer.begun, results);
}

function readingOf(paths: readonly string[]): Parameters<Access['read']>[2] {
  return {
    label: paths.join(', '),
    keys: paths,
    read: (view) => paths.map((path) => ({ path, document: view.get(path) })),
  };
}
