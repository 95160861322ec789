import type { Wire } from '../../rpc/service.ts';
import { queryFromWire } from '../query/from-wire.ts';
import type { Query } from '../query/query.ts';
import { effectiveOrder, fits, runQuery } from '../query/run.ts';
import type { DocumentView, StoredDocument } from '../store/document.ts';
import {
  bytesOf,
  invalid,
  messageOf,
  requireServedFields,
  textOf,
  textsOf,
  unserved,
} from '../wire/fields.ts';
import { type DatabaseName, formatDatabase, parseDocumentName, parseParentName } from '../wire/names.ts';
import { microsFromWire } from '../wire/timestamps.ts';

/** What a client listens to. */
export interface Target {
  /** Ends by itself once it is told the first time. */
  readonly once: boolean;
  /** Where the client stood before: the token that it got, or a time. */
  readonly resume: Buffer | bigint | undefined;
  readonly select: Query['select'];
  /** Everything that it shows of a view. */
  readonly find: (view: DocumentView) => readonly StoredDocument[];
  /** Whether it may show a document; certain unless it has a limit or an offset. */
  readonly shows: (document: StoredDocument) => boolean;
  /** With a limit or an offset only a whole result tells what it shows. */
  readonly cut: boolean;
  /** Documents that it names, path to full name; it is told of those that are missing, too. */
  readonly named: ReadonlyMap<string, string>;
}

/**
 * Reads a target.
 *
 * @throws {RpcError} INVALID_ARGUMENT when it breaks a rule, UNIMPLEMENTED when it asks for what is not served.
 */
export function targetFromWire(message: Wire, database: DatabaseName): Target {
  requireServedFields(message, 'Target', [
    'targetType',
    'query',
    'documents',
    'resumeType',
    'resumeToken',
    'readTime',
    'targetId',
    'once',
    // A hint for clients whose place was forgotten; here they are told everything anew then.
    'expectedCount',
  ]);
  const read_time = messageOf(message, 'readTime');
  const common = {
    once: message['once'] === true,
    resume: read_time === undefined ? bytesOf(message, 'resumeToken') : microsFromWire(read_time),
  };
  const query = messageOf(message, 'query');
  const documents = messageOf(message, 'documents');
  if (query !== undefined) return { ...common, ...queryTarget(query, database) };
  if (documents !== undefined) return { ...common, ...documentsTarget(documents, database) };
  const kind = textOf(message, 'targetType');
  if (kind !== '') throw unserved(`targets of the kind ${kind}`);
  throw invalid('a target is a query or documents, got neither');
}

type Shape = Omit<Target, 'once' | 'resume'>;

function queryTarget(message: Wire, database: DatabaseName): Shape {
  requireServedFields(message, 'QueryTarget', ['parent', 'queryType', 'structuredQuery']);
  const text = textOf(message, 'parent');
  const parent = parseParentName(text);
  requireSameDatabase(parent, database, text);
  const structured = messageOf(message, 'structuredQuery');
  if (structured === undefined) throw invalid('a query target needs a structured_query');
  const query = queryFromWire(structured, parent.segments);
  if (query.nearest !== undefined) throw unserved('a listener to StructuredQuery.find_nearest');
  const order = effectiveOrder(query);
  return {
    select: query.select,
    find: (view) => runQuery(view, query),
    shows: (document) => fits(document, query, order),
    cut: query.limit !== undefined || query.offset > 0,
    named: new Map(),
  };
}

function documentsTarget(message: Wire, database: DatabaseName): Shape {
  const named = new Map<string, string>();
  for (const text of textsOf(message, 'documents')) {
    const name = parseDocumentName(text);
    requireSameDatabase(name, database, text);
    named.set(name.segments.join('/'), text);
  }
  return {
    select: undefined,
    find: (view) => [...named.keys()].flatMap((path) => view.get(path) ?? []),
    shows: ({ path }) => named.has(path),
    cut: false,
    named,
  };
}

function requireSameDatabase(name: DatabaseName, database: DatabaseName, text: string): void {
  if (name.project === database.project && name.database === database.database) return;
  throw invalid(`expected a name of ${formatDatabase(database)}, which the stream is about, got "${text}"`);
}
