import type { Wire } from '../../rpc/service.ts';
import type { DocumentView } from '../store/document.ts';
import type { Databases } from '../store/store.ts';
import { type Access, collectionKey } from '../transactions/access.ts';
import type { Sighting } from '../transactions/transaction.ts';
import { compareSegments, compareUtf8 } from '../values/compare.ts';
import { invalid, messageOf, numberOf, requireServedFields, textOf } from '../wire/fields.ts';
import { formatName, parseParentName, requireId } from '../wire/names.ts';
import { maskFromWire } from '../writes/from-wire.ts';
import { documentToWire } from './answer.ts';
import { consistencyFromWire } from './consistency.ts';

const PAGE_SIZE_MAX = 300;
/** Begins every page token, so that a foreign one is recognised. */
const TOKEN_MARK = 'after:';

/** Serves ListDocuments: by name, in pages, on demand with documents that are only parents of others. */
export async function listDocuments(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'ListDocuments', [
    'parent',
    'collectionId',
    'pageSize',
    'pageToken',
    'mask',
    'showMissing',
    'consistencySelector',
    'transaction',
    'readTime',
  ]);
  const parent = parseParentName(textOf(request, 'parent'));
  const collection_id = textOf(request, 'collectionId');
  if (collection_id !== '') requireId(collection_id, 'ListDocuments.collection_id');
  const mask = maskFromWire(messageOf(request, 'mask'));
  const page = pageFromWire(request);
  const { sightings } = await access.read(databases.open(parent), consistencyFromWire(request), {
    label: `the list of ${[...parent.segments, collection_id].join('/')}`,
    keys: [collectionKey([...parent.segments, collection_id], false)],
    read: (view) => listed(view, parent.segments, collection_id, request['showMissing'] === true, page),
  });
  const shown = sightings.slice(0, page.size);
  return {
    documents: shown.map(({ path, document }) =>
      document === undefined ? { name: formatName(parent, path.split('/')) } : documentToWire(document, mask),
    ),
    nextPageToken: sightings.length > page.size ? pageToken(shown.at(-1)?.path ?? '') : '',
  };
}

/** Serves ListCollectionIds, in order of the ids' UTF-8 bytes. */
export async function listCollectionIds(databases: Databases, access: Access, request: Wire): Promise<Wire> {
  requireServedFields(request, 'ListCollectionIds', [
    'parent',
    'pageSize',
    'pageToken',
    'consistencySelector',
    'readTime',
  ]);
  const parent = parseParentName(textOf(request, 'parent'));
  const page = pageFromWire(request);
  const below = { parent: parent.segments, collection_id: undefined, all_descendants: true };
  const { sightings } = await access.read(databases.open(parent), consistencyFromWire(request), {
    label: `the collections of ${parent.segments.join('/')}`,
    keys: [],
    read: (view) => [...view.select(below)].map((document) => ({ path: document.path, document })),
  });
  const ids = new Set<string>();
  for (const { path } of sightings) {
    const id = path.split('/')[parent.segments.length];
    if (id !== undefined && (page.after === '' || compareUtf8(id, page.after) > 0)) ids.add(id);
  }
  const sorted = [...ids].sort(compareUtf8);
  const collectionIds = sorted.slice(0, page.size);
  return {
    collectionIds,
    nextPageToken: sorted.length > page.size ? pageToken(collectionIds.at(-1) ?? '') : '',
  };
}

interface Page {
  readonly size: number;
  /** The path or id after which the page begins; empty for the first page. */
  readonly after: string;
}

/** Lists one document more than the page holds, which tells whether another page follows. */
function listed(
  view: DocumentView,
  parent: readonly string[],
  collection_id: string,
  show_missing: boolean,
  page: Page,
): readonly Sighting[] {
  const depth = parent.length + 2;
  const found = new Map<string, readonly string[]>();
  const selector = { parent, collection_id: undefined, all_descendants: true };
  for (const { segments } of view.select(selector)) {
    if (collection_id !== '' && segments[parent.length] !== collection_id) continue;
    if (segments.length !== depth && !show_missing) continue;
    const listed_segments = segments.slice(0, depth);
    found.set(listed_segments.join('/'), listed_segments);
  }
  const after = page.after.split('/');
  return [...found]
    .filter(([, segments]) => page.after === '' || compareSegments(segments, after) > 0)
    .sort(([, a], [, b]) => compareSegments(a, b))
    .slice(0, page.size + 1)
    .map(([path]) => ({ path, document: view.get(path) }));
}

function pageFromWire(request: Wire): Page {
  const size = numberOf(request, 'pageSize');
  if (size < 0) throw invalid(`page_size must not be negative, got ${size}`);
  const token = textOf(request, 'pageToken');
  const after = Buffer.from(token, 'base64url').toString('utf8').slice(TOKEN_MARK.length);
  if (token !== pageToken(after))
    throw invalid(`the page token "${token}" is none that this server gave out`);
  return { size: size === 0 ? PAGE_SIZE_MAX : Math.min(size, PAGE_SIZE_MAX), after };
}

function pageToken(after: string): string {
  return after === '' ? '' : Buffer.from(TOKEN_MARK + after).toString('base64url');
}
