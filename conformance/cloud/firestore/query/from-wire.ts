import type { Wire } from '../../rpc/service.ts';
import { formatFieldPath, isNamePath, parseFieldPath } from '../values/field-path.ts';
import { operandsFromWire } from '../values/from-wire.ts';
import {
  invalid,
  messageOf,
  messagesOf,
  numberOf,
  requireServedFields,
  textOf,
  unserved,
} from '../wire/fields.ts';
import { requireId } from '../wire/names.ts';
import { filterFromWire } from './filter-from-wire.ts';
import { requireLegalFilter } from './limits.ts';
import { nearestFromWire } from './nearest.ts';
import type { Cursor, Order, Query } from './query.ts';

/**
 * Reads a structured query that runs below `parent`.
 *
 * @throws {RpcError} INVALID_ARGUMENT when it breaks a rule, UNIMPLEMENTED when it asks for what is not served.
 */
export function queryFromWire(message: Wire, parent: readonly string[]): Query {
  requireServedFields(message, 'StructuredQuery', [
    'select',
    'from',
    'where',
    'orderBy',
    'startAt',
    'endAt',
    'offset',
    'limit',
    'findNearest',
  ]);
  const order_by = orderFromWire(messagesOf(message, 'orderBy'));
  const where = messageOf(message, 'where');
  const filter = where === undefined ? undefined : filterFromWire(where);
  if (filter !== undefined) requireLegalFilter(filter);
  return {
    selector: selectorFromWire(messagesOf(message, 'from'), parent),
    where: filter,
    order_by,
    start_at: cursorFromWire(messageOf(message, 'startAt'), order_by),
    end_at: cursorFromWire(messageOf(message, 'endAt'), order_by),
    offset: countFromWire(numberOf(message, 'offset'), 'offset'),
    limit: limitFromWire(messageOf(message, 'limit')),
    nearest: nearestFromWire(messageOf(message, 'findNearest')),
    select: projectionFromWire(messageOf(message, 'select')),
  };
}

function selectorFromWire(from: readonly Wire[], parent: readonly string[]): Query['selector'] {
  if (from.length > 1) throw invalid(`a query reads from one collection selector, got ${from.length}`);
  const [selector = {}] = from;
  const collection_id = textOf(selector, 'collectionId');
  if (collection_id !== '') requireId(collection_id, 'StructuredQuery.from');
  return {
    parent,
    collection_id: collection_id === '' ? undefined : collection_id,
    all_descendants: selector['allDescendants'] === true,
  };
}

function orderFromWire(orders: readonly Wire[]): readonly Order[] {
  const order_by = orders.map((order) => ({
    path: parseFieldPath(textOf(messageOf(order, 'field') ?? {}, 'fieldPath')),
    descending: order['direction'] === 'DESCENDING',
  }));
  const paths = order_by.map(({ path }) => formatFieldPath(path));
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw invalid(`order_by names the field "${twice}" twice`);
  if (order_by.slice(0, -1).some(({ path }) => isNamePath(path))) {
    throw invalid('order_by must not go on after __name__, which leaves nothing to order');
  }
  return order_by;
}

function cursorFromWire(message: Wire | undefined, order_by: readonly Order[]): Cursor | undefined {
  if (message === undefined) return undefined;
  const values = operandsFromWire(message);
  if (values.length > order_by.length) {
    throw invalid(
      `a cursor has at most one value per order_by: expected up to ${order_by.length}, got ${values.length}`,
    );
  }
  const name = values[order_by.findIndex(({ path }) => isNamePath(path))];
  if (name !== undefined && name.type !== 'reference') {
    throw invalid(`a cursor's value for __name__ is a reference, got a ${name.type}`);
  }
  return { values, before: message['before'] === true };
}

function limitFromWire(message: Wire | undefined): number | undefined {
  return message === undefined ? undefined : countFromWire(numberOf(message, 'value'), 'limit');
}

function countFromWire(count: number, label: string): number {
  if (count < 0) throw invalid(`${label} must not be negative, got ${count}`);
  return count;
}

function projectionFromWire(message: Wire | undefined): Query['select'] {
  if (message === undefined) return undefined;
  const fields = messagesOf(message, 'fields');
  // Google's definition and its emulator disagree on what this means, so no answer would be safe.
  if (fields.length === 0) throw unserved('StructuredQuery.select without fields');
  return fields.map((field) => parseFieldPath(textOf(field, 'fieldPath')));
}
