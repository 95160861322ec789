import type { Wire } from '../../rpc/service.ts';
import { type FieldPath, isNamePath, parseFieldPath } from '../values/field-path.ts';
import { operandsFromWire, valueFromWire } from '../values/from-wire.ts';
import type { Value } from '../values/value.ts';
import { invalid, messageOf, messagesOf, textOf } from '../wire/fields.ts';
import type { Filter, ListOperator, ScalarOperator, UnaryOperator } from './query.ts';

const LIST_LENGTH_MAX: Readonly<Record<ListOperator, number>> = {
  IN: 30,
  NOT_IN: 10,
  ARRAY_CONTAINS_ANY: 30,
};

const SCALAR_OPERATORS: readonly ScalarOperator[] = [
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
  'EQUAL',
  'NOT_EQUAL',
  'ARRAY_CONTAINS',
];

const UNARY_OPERATORS: readonly UnaryOperator[] = ['IS_NULL', 'IS_NAN', 'IS_NOT_NULL', 'IS_NOT_NAN'];

/**
 * Reads a filter.
 *
 * @throws {RpcError} INVALID_ARGUMENT for an operator or operand that the definition does not have.
 */
export function filterFromWire(message: Wire): Filter {
  const kind = textOf(message, 'filterType');
  if (kind === 'compositeFilter') return readComposite(messageOf(message, kind) ?? {});
  if (kind === 'fieldFilter') return readField(messageOf(message, kind) ?? {});
  if (kind === 'unaryFilter') return readUnary(messageOf(message, kind) ?? {});
  throw invalid('a filter is composite, field or unary; none of them is set');
}

function readComposite(message: Wire): Filter {
  const op = textOf(message, 'op');
  if (op !== 'AND' && op !== 'OR') throw invalid(`a composite filter's operator is AND or OR, got "${op}"`);
  return { kind: op === 'AND' ? 'all' : 'any', filters: messagesOf(message, 'filters').map(filterFromWire) };
}

function readField(message: Wire): Filter {
  const path = readPath(message);
  const op = textOf(message, 'op');
  const operand = messageOf(message, 'value') ?? {};
  if (isListOperator(op)) {
    const operands = readList(op, operand);
    requireReferences(path, operands);
    return { kind: 'list', path, op, operands };
  }
  const scalar = SCALAR_OPERATORS.find((known) => known === op);
  if (scalar === undefined) throw invalid(`unknown operator of a field filter: "${op}"`);
  const value = valueFromWire(operand);
  requireReferences(path, [value]);
  return { kind: 'scalar', path, op: scalar, operand: value };
}

function isListOperator(op: string): op is ListOperator {
  return op in LIST_LENGTH_MAX;
}

function readList(op: ListOperator, operand: Wire): readonly Value[] {
  const list = messageOf(operand, 'arrayValue');
  const operands = list === undefined ? [] : operandsFromWire(list);
  if (operands.length === 0) throw invalid(`${op} needs an array with at least one value`);
  if (operands.length > LIST_LENGTH_MAX[op]) {
    throw invalid(`${op} takes at most ${LIST_LENGTH_MAX[op]} values, got ${operands.length}`);
  }
  return operands;
}

function readUnary(message: Wire): Filter {
  const path = readPath(message);
  const op = UNARY_OPERATORS.find((known) => known === message['op']);
  if (op === undefined) throw invalid(`unknown operator of a unary filter: "${textOf(message, 'op')}"`);
  if (isNamePath(path)) throw invalid(`${op} does not apply to __name__, which is always a reference`);
  return { kind: 'unary', path, op };
}

function readPath(message: Wire): FieldPath {
  return parseFieldPath(textOf(messageOf(message, 'field') ?? {}, 'fieldPath'));
}

function requireReferences(path: FieldPath, operands: readonly Value[]): void {
  const other = isNamePath(path) ? operands.find(({ type }) => type !== 'reference') : undefined;
  if (other !== undefined) throw invalid(`__name__ is compared with references, got a ${other.type}`);
}
