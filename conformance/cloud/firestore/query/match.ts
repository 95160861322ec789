import type { StoredDocument } from '../store/document.ts';
import { compareValues, valueRank } from '../values/compare.ts';
import { type FieldPath, fieldAt, isNamePath } from '../values/field-path.ts';
import { isNaNValue, type Value } from '../values/value.ts';
import type { Filter, UnaryOperator } from './query.ts';

/** Reads what a query compares: a field's value, or the document's own reference for `__name__`. */
export function queriedValue(document: StoredDocument, path: FieldPath): Value | undefined {
  return isNamePath(path) ? { type: 'reference', name: document.name } : fieldAt(document.fields, path);
}

/** Tells whether a document meets a filter. A field that is not set meets none, not even a negative one. */
export function matches(document: StoredDocument, filter: Filter): boolean {
  if (filter.kind === 'all') return filter.filters.every((part) => matches(document, part));
  if (filter.kind === 'any') return filter.filters.some((part) => matches(document, part));
  const value = queriedValue(document, filter.path);
  if (value === undefined) return false;
  switch (filter.kind) {
    case 'unary':
      return matchesUnary(value, filter.op);
    case 'list':
      return matchesList(value, filter);
    case 'scalar':
      return matchesScalar(value, filter);
  }
}

function matchesUnary(value: Value, op: UnaryOperator): boolean {
  switch (op) {
    case 'IS_NULL':
      return value.type === 'null';
    case 'IS_NAN':
      return isNaNValue(value);
    case 'IS_NOT_NULL':
      return value.type !== 'null';
    case 'IS_NOT_NAN':
      return value.type !== 'null' && !isNaNValue(value);
  }
}

function matchesList(value: Value, filter: Extract<Filter, { kind: 'list' }>): boolean {
  const { operands } = filter;
  switch (filter.op) {
    case 'IN':
      return operands.some((operand) => equals(value, operand));
    case 'NOT_IN':
      return (
        value.type !== 'null' &&
        operands.every((operand) => operand.type !== 'null' && !equals(value, operand))
      );
    case 'ARRAY_CONTAINS_ANY':
      return elementsOf(value).some((element) => operands.some((operand) => equals(element, operand)));
  }
}

function matchesScalar(value: Value, filter: Extract<Filter, { kind: 'scalar' }>): boolean {
  const { operand } = filter;
  switch (filter.op) {
    case 'EQUAL':
      return equals(value, operand);
    case 'NOT_EQUAL':
      return value.type !== 'null' && operand.type !== 'null' && !equals(value, operand);
    case 'ARRAY_CONTAINS':
      return elementsOf(value).some((element) => equals(element, operand));
    case 'LESS_THAN':
      return comparable(value, operand) && compareValues(value, operand) < 0;
    case 'LESS_THAN_OR_EQUAL':
      return comparable(value, operand) && compareValues(value, operand) <= 0;
    case 'GREATER_THAN':
      return comparable(value, operand) && compareValues(value, operand) > 0;
    case 'GREATER_THAN_OR_EQUAL':
      return comparable(value, operand) && compareValues(value, operand) >= 0;
  }
}

/** A range holds only values of its bound's own type; null and NaN bound nothing. */
function comparable(value: Value, operand: Value): boolean {
  return valueRank(value) === valueRank(operand) && !isUnequalToItself(operand);
}

/** Nothing equals null or NaN in a comparison; the unary operators exist for them. */
function equals(value: Value, operand: Value): boolean {
  return !isUnequalToItself(operand) && compareValues(value, operand) === 0;
}

function isUnequalToItself(value: Value): boolean {
  return value.type === 'null' || isNaNValue(value);
}

function elementsOf(value: Value): readonly Value[] {
  return value.type === 'array' ? value.values : [];
}
