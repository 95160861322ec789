import { invalid } from './fields.ts';

/** One database of one Google Cloud project. */
export interface DatabaseName {
  readonly project: string;
  /** `(default)` or a name. */
  readonly database: string;
}

/** A place below a database's documents: no segments for the root, else collection and document ids in turn. */
export interface ResourceName extends DatabaseName {
  readonly segments: readonly string[];
}

const ID_BYTES_MAX = 1500;
const LEVELS_MAX = 100;

/** Parses `projects/P/databases/D`. */
export function parseDatabaseName(text: string): DatabaseName {
  const match = /^projects\/([^/]+)\/databases\/([^/]+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalid(`expected a database such as projects/P/databases/(default), got "${text}"`);
  }
  return { project: match[1], database: match[2] };
}

/** Parses `projects/P/databases/D/documents/…` that names a document. */
export function parseDocumentName(text: string): ResourceName {
  const name = parseResourceName(text);
  if (name.segments.length === 0 || name.segments.length % 2 !== 0) {
    throw invalid(
      `expected a document: pairs of collection and document id below …/documents/, got "${text}"`,
    );
  }
  return name;
}

/** Parses the parent of a collection: a database's root (`…/documents`) or a document. */
export function parseParentName(text: string): ResourceName {
  const name = parseResourceName(text);
  if (name.segments.length % 2 !== 0) {
    throw invalid(`expected …/documents or a document as parent, got the collection "${text}"`);
  }
  return name;
}

function parseResourceName(text: string): ResourceName {
  const match = /^projects\/([^/]+)\/databases\/([^/]+)\/documents(?:\/(.*))?$/s.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalid(`expected a name such as projects/P/databases/(default)/documents/c/d, got "${text}"`);
  }
  const segments = match[3] === undefined ? [] : match[3].split('/');
  for (const segment of segments) requireId(segment, text);
  if (segments.length > LEVELS_MAX * 2) {
    throw invalid(
      `collections nest at most ${LEVELS_MAX} deep, got ${Math.ceil(segments.length / 2)} levels`,
    );
  }
  return { project: match[1], database: match[2], segments };
}

/** Checks one collection or document id against the documented constraints. */
export function requireId(id: string, where: string): void {
  if (id === '' || id === '.' || id === '..' || id.includes('/')) {
    throw invalid(`expected a collection or document id, got "${id}" in "${where}"`);
  }
  if (Buffer.byteLength(id) > ID_BYTES_MAX) {
    throw invalid(`an id is at most ${ID_BYTES_MAX} bytes long, got ${Buffer.byteLength(id)} in "${where}"`);
  }
  // `__id7__` is how numeric ids of Datastore appear; every other name of this form is reserved.
  if (/^__.*__$/s.test(id) && !/^__id-?\d+__$/.test(id)) {
    throw invalid(`the id "${id}" is reserved: ids must not match __.*__, in "${where}"`);
  }
}

/** Writes the full name of a document, or of the root when there are no segments. */
export function formatName(of: DatabaseName, segments: readonly string[]): string {
  return [`projects/${of.project}/databases/${of.database}/documents`, ...segments].join('/');
}

/** Writes `projects/P/databases/D`. */
export function formatDatabase(of: DatabaseName): string {
  return `projects/${of.project}/databases/${of.database}`;
}
