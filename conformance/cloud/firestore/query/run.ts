import {
  type DocumentView,
  type Equality,
  isSelected,
  type Leading,
  type StoredDocument,
} from '../store/document.ts';
import { compareUtf8, compareValues } from '../values/compare.ts';
import { type FieldPath, formatFieldPath, isNamePath, NAME_FIELD } from '../values/field-path.ts';
import { matches, queriedValue } from './match.ts';
import { nearestOf } from './nearest.ts';
import type { Cursor, Filter, Order, Query } from './query.ts';

/**
 * Finds the documents of a query, in its order, within its cursors, offset and limit.
 *
 * @param required more fields that a document must have, ordered by after what the query names: an
 *                 aggregation reads them from such an index.
 * @returns        whole documents; the projection is left to the caller.
 */
export function runQuery(
  view: DocumentView,
  query: Query,
  required: readonly FieldPath[] = [],
): readonly StoredDocument[] {
  const order = effectiveOrder(query, required);
  const found: StoredDocument[] = [];
  for (const document of view.select(query.selector, equalitiesOf(query.where), leadingOf(query, required))) {
    if (isFound(document, query, order)) found.push(document);
  }
  found.sort((a, b) => compareDocuments(a, b, order));
  if (query.nearest !== undefined) return nearestOf(found, query.nearest);
  return found.slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit);
}

/** What every document of the result has in a field, by the filter. */
function equalitiesOf(filter: Filter | undefined): readonly Equality[] {
  if (filter?.kind === 'all') return filter.filters.flatMap(equalitiesOf);
  if (filter?.kind !== 'scalar' || filter.op !== 'EQUAL' || isNamePath(filter.path)) return [];
  return [{ path: filter.path, value: filter.operand }];
}

/**
 * The first documents of an order, where the order and all conditions are about one field of text, such as the last five
 * dates before another.
 */
function leadingOf(query: Query, required: readonly FieldPath[]): Leading | undefined {
  const { where, order_by, limit, offset } = query;
  const [order] = order_by;
  const isPlain = query.start_at === undefined && query.end_at === undefined && query.nearest === undefined;
  if (!isPlain || limit === undefined || order === undefined || where === undefined) return undefined;
  if (order_by.length > 1 || required.length > 0 || isNamePath(order.path)) return undefined;
  const bounds = where.kind === 'all' ? where.filters : [where];
  const name = formatFieldPath(order.path);
  const tests = bounds.map((bound) => (bound.kind === 'scalar' ? boundOf(bound, name) : undefined));
  if (tests.length === 0 || tests.includes(undefined)) return undefined;
  const isWithin = (text: string): boolean => tests.every((test) => test?.(text));
  return { path: order.path, descending: order.descending, count: offset + limit, isWithin };
}

/** Reads a bound of texts; undefined for a condition that is none, or is about another field. */
function boundOf(
  { path, op, operand }: Extract<Filter, { kind: 'scalar' }>,
  name: string,
): ((text: string) => boolean) | undefined {
  if (operand.type !== 'string' || formatFieldPath(path) !== name) return undefined;
  switch (op) {
    case 'LESS_THAN':
      return (text) => compareUtf8(text, operand.value) < 0;
    case 'LESS_THAN_OR_EQUAL':
      return (text) => compareUtf8(text, operand.value) <= 0;
    case 'GREATER_THAN':
      return (text) => compareUtf8(text, operand.value) > 0;
    case 'GREATER_THAN_OR_EQUAL':
      return (text) => compareUtf8(text, operand.value) >= 0;
    default:
      return undefined;
  }
}

/** Tells whether a query's result would hold a document, its offset and limit aside. */
export function fits(document: StoredDocument, query: Query, order: readonly Order[]): boolean {
  return isSelected(document.segments, query.selector) && isFound(document, query, order);
}

function isFound(document: StoredDocument, query: Query, order: readonly Order[]): boolean {
  if (query.where !== undefined && !matches(document, query.where)) return false;
  if (order.some(({ path }) => queriedValue(document, path) === undefined)) return false;
  return !isBeyondCursors(document, query, order);
}

/**
 * Completes the order that the client wrote: the fields of inequalities follow it by name, then `__name__`,
 * each in the direction of the last order written.
 */
export function effectiveOrder(query: Query, required: readonly FieldPath[] = []): readonly Order[] {
  const descending = query.order_by.at(-1)?.descending ?? false;
  const order = [...query.order_by];
  const add = (path: FieldPath) => {
    const key = formatFieldPath(path);
    if (!order.some((known) => formatFieldPath(known.path) === key)) order.push({ path, descending });
  };
  const implied = query.where === undefined ? [] : inequalityPaths(query.where);
  const byName = (a: FieldPath, b: FieldPath) => compareUtf8(formatFieldPath(a), formatFieldPath(b));
  for (const path of [...implied].sort(byName)) if (!isNamePath(path)) add(path);
  for (const path of required) add(path);
  add([NAME_FIELD]);
  return order;
}

const EQUALITIES: readonly string[] = [
  'EQUAL',
  'ARRAY_CONTAINS',
  'IN',
  'ARRAY_CONTAINS_ANY',
  'IS_NULL',
  'IS_NAN',
];

function inequalityPaths(filter: Filter): readonly FieldPath[] {
  if (filter.kind === 'all' || filter.kind === 'any') return filter.filters.flatMap(inequalityPaths);
  return EQUALITIES.includes(filter.op) ? [] : [filter.path];
}

function compareDocuments(a: StoredDocument, b: StoredDocument, order: readonly Order[]): number {
  for (const { path, descending } of order) {
    const left = queriedValue(a, path);
    const right = queriedValue(b, path);
    const result = left === undefined || right === undefined ? 0 : compareValues(left, right);
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}

function isBeyondCursors(document: StoredDocument, query: Query, order: readonly Order[]): boolean {
  const { start_at, end_at } = query;
  if (start_at !== undefined) {
    const position = compareWithCursor(document, start_at, order);
    if (start_at.before ? position < 0 : position <= 0) return true;
  }
  if (end_at === undefined) return false;
  const position = compareWithCursor(document, end_at, order);
  return end_at.before ? position >= 0 : position > 0;
}

/** Compares as many levels of the order as the cursor has values. */
function compareWithCursor(document: StoredDocument, cursor: Cursor, order: readonly Order[]): number {
  for (const [index, bound] of cursor.values.entries()) {
    const level = order[index];
    const value = level === undefined ? undefined : queriedValue(document, level.path);
    if (level === undefined || value === undefined) return 0;
    const result = compareValues(value, bound);
    if (result !== 0) return level.descending ? -result : result;
  }
  return 0;
}
