import { formatFieldPath, isNamePath } from '../values/field-path.ts';
import { invalid } from '../wire/fields.ts';
import type { Filter } from './query.ts';

const DISJUNCTIONS_MAX = 30;
const RANGE_OPERATORS: readonly string[] = [
  'LESS_THAN',
  'LESS_THAN_OR_EQUAL',
  'GREATER_THAN',
  'GREATER_THAN_OR_EQUAL',
];
const NEGATIVE_OPERATORS: readonly string[] = ['NOT_EQUAL', 'NOT_IN', 'IS_NOT_NULL', 'IS_NOT_NAN'];

/**
 * Refuses combinations of filters that Firestore refuses.
 *
 * @throws {RpcError} INVALID_ARGUMENT: two negative filters, NOT_IN beside IN, ARRAY_CONTAINS_ANY or OR, two
 * array filters in one conjunction, more than 30 disjunctions once the filter is multiplied out, or __name__ equal to
 * something beside inequalities of other fields only.
 */
export function requireLegalFilter(filter: Filter): void {
  const operators = operatorsOf(filter);
  const negative = operators.filter((op) => NEGATIVE_OPERATORS.includes(op));
  if (negative.length > 1) throw invalid(`a query has at most one of ${negative.join(', ')}`);
  const beside = operators.find((op) => op === 'IN' || op === 'ARRAY_CONTAINS_ANY' || op === 'OR');
  if (negative[0] === 'NOT_IN' && beside !== undefined) {
    throw invalid(`NOT_IN must not be in one query with ${beside}`);
  }
  const { disjunctions, array_filters } = multipliedOut(filter);
  if (disjunctions > DISJUNCTIONS_MAX) {
    throw invalid(`a query has at most ${DISJUNCTIONS_MAX} disjunctions, this one has ${disjunctions}`);
  }
  if (array_filters > 1) throw invalid('a conjunction has at most one ARRAY_CONTAINS or ARRAY_CONTAINS_ANY');
  requireLegalName(filter);
}

/** A document that is named can be compared no further, unless its name has a range, too. */
function requireLegalName(filter: Filter): void {
  const comparisons = comparisonsOf(filter);
  const unequal = comparisons.filter(({ op }) => [...RANGE_OPERATORS, ...NEGATIVE_OPERATORS].includes(op));
  const isNamed = comparisons.some(({ path, op }) => isNamePath(path) && (op === 'EQUAL' || op === 'IN'));
  const [other] = unequal;
  if (!isNamed || other === undefined || unequal.some(({ path }) => isNamePath(path))) return;
  throw invalid(
    `__name__ must not be compared for equality in a query with ${other.op} of "${formatFieldPath(other.path)}"`,
  );
}

type Comparison = Exclude<Filter, { readonly kind: 'all' | 'any' }>;

function comparisonsOf(filter: Filter): readonly Comparison[] {
  return filter.kind === 'all' || filter.kind === 'any' ? filter.filters.flatMap(comparisonsOf) : [filter];
}

function operatorsOf(filter: Filter): readonly string[] {
  if (filter.kind === 'all') return filter.filters.flatMap(operatorsOf);
  if (filter.kind !== 'any') return [filter.op];
  const inner = filter.filters.flatMap(operatorsOf);
  return filter.filters.length > 1 ? ['OR', ...inner] : inner;
}

/** Counts the conjunctions of the disjunctive normal form, and the most array filters in any of them. */
function multipliedOut(filter: Filter): { disjunctions: number; array_filters: number } {
  if (filter.kind === 'all' || filter.kind === 'any') {
    const parts = filter.filters.map(multipliedOut);
    return filter.kind === 'all'
      ? {
          disjunctions: parts.reduce((product, part) => product * part.disjunctions, 1),
          array_filters: parts.reduce((sum, part) => sum + part.array_filters, 0),
        }
      : {
          disjunctions: parts.reduce((sum, part) => sum + part.disjunctions, 0),
          array_filters: Math.max(0, ...parts.map((part) => part.array_filters)),
        };
  }
  const widens = filter.kind === 'list' && filter.op !== 'NOT_IN';
  const array_filters = filter.kind !== 'unary' && filter.op.startsWith('ARRAY_CONTAINS') ? 1 : 0;
  return { disjunctions: widens ? filter.operands.length : 1, array_filters };
}
