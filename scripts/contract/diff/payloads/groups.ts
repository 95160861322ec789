import type { Edit } from '../model/edits.ts';
import { matchesPattern } from '../model/edits.ts';

/** Edits that belong together: what one change of a payload consists of. */
export interface Group {
  /** The place to show, from the top. */
  readonly path: readonly string[];
  readonly edits: readonly Edit[];
  /** True when only words for people changed. */
  readonly is_words: boolean;
  /** True when a schema came or went as a whole; what refers to it is another edit. */
  readonly is_whole_schema: boolean;
}

/** Places that say which schema a value has. */
const SCHEMA_NAMES = [
  'components.messages.*.payload.**',
  'x-endpoints.*.body',
  'x-endpoints.*.answers.*.body',
  'x-state.*.schema',
];
const WORDS = new Set([
  'title',
  'description',
  'summary',
  'examples',
  '$comment',
  'externalDocs',
  'deprecated',
]);
const NAMES_BELOW = new Set(['properties', 'required', 'enum', 'definitions', 'patternProperties']);

/** Tell whether an edit is about the form of a payload. */
export function isPayloadEdit({ path, kind, before, after }: Edit): boolean {
  if (path[0] === 'components' && path[1] === 'schemas' && path.length > 2) return true;
  const names_two = typeof before === 'string' && typeof after === 'string';
  return kind === 'changed' && names_two && SCHEMA_NAMES.some((pattern) => matchesPattern(pattern, path));
}

/** Put edits together that make one change: a field and whether it is required, or the words of one condition. */
export function groupsOf(edits: readonly Edit[]): readonly Group[] {
  const groups = new Map<string, Edit[]>();
  const places = new Map<string, readonly string[]>();
  for (const edit of edits.filter(isPayloadEdit)) {
    const place = isWords(edit.path) ? edit.path : placeOf(edit.path);
    const key = place.join('\n');
    groups.set(key, [...(groups.get(key) ?? []), edit]);
    places.set(key, place);
  }
  return [...groups].map(([key, own]) => ({
    path: places.get(key) ?? [],
    edits: own,
    is_words: own.every(({ path }) => isWords(path)),
    is_whole_schema: own.every(({ path }) => path[1] === 'schemas' && path.length === 3),
  }));
}

/** A word for people is a keyword: not a field, a required name or an accepted value that happens to be called so. */
function isWords(path: readonly string[]): boolean {
  if (path[1] !== 'schemas') return false;
  return path.some((step, index) => index > 2 && WORDS.has(step) && !isNameAt(path, index));
}

function isNameAt(path: readonly string[], index: number): boolean {
  const before = path[index - 1] ?? '';
  return index > 3 && NAMES_BELOW.has(before) && !isNameAt(path, index - 1);
}

/** A field of a schema, one of its conditions, or the schema itself. */
function placeOf(path: readonly string[]): readonly string[] {
  if (path[1] !== 'schemas') return path.slice(0, path[0] === 'components' ? 4 : path.length);
  const schema = path.slice(0, 3);
  const rest = path.slice(3);
  const [part, name = ''] = rest;
  if (part === 'allOf' && name === 'own') return fieldPlace(schema, rest.slice(2));
  if (part === 'allOf') return [...schema, 'allOf', name];
  return fieldPlace(schema, rest);
}

function fieldPlace(schema: readonly string[], rest: readonly string[]): readonly string[] {
  const [keyword = '', name] = rest;
  return (keyword === 'properties' || keyword === 'required') && name !== undefined
    ? [...schema, 'properties', name]
    : schema;
}

/** Name a keyword of a group that no validator reads and that is no word for people, such as `default`; undefined without one. */
export function unreadKeyword({ edits }: Group): string | undefined {
  return edits
    .filter(({ path }) => path[1] === 'schemas')
    .flatMap(({ path }) =>
      path.filter((step, index) => index > 2 && isUnread(step) && !isNameAt(path, index)),
    )[0];
}

function isUnread(keyword: string): boolean {
  return keyword === 'default' || (keyword.startsWith('x-') && keyword !== 'x-receiver-optional');
}
