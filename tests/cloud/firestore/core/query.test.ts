import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryFromWire } from '../../../../conformance/cloud/firestore/query/from-wire.ts';
import { requireLegalFilter } from '../../../../conformance/cloud/firestore/query/limits.ts';
import type { Filter, Order, Query } from '../../../../conformance/cloud/firestore/query/query.ts';
import { effectiveOrder, runQuery } from '../../../../conformance/cloud/firestore/query/run.ts';
import type { StoredDocument } from '../../../../conformance/cloud/firestore/store/document.ts';
import type { Value } from '../../../../conformance/cloud/firestore/values/value.ts';
import { integer, storedDocument } from './arbitraries.ts';

type Row = { readonly id: string; readonly a: number | undefined; readonly b: number | undefined };

const EVERYTHING: Query = {
  selector: { parent: [], collection_id: 'c', all_descendants: false },
  where: undefined,
  order_by: [],
  start_at: undefined,
  end_at: undefined,
  offset: 0,
  limit: undefined,
  nearest: undefined,
  select: undefined,
};

const anyNumber = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined });
const anyRows = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('k', 'l', 'm', 'n', 'o', 'p', 'q'), a: anyNumber, b: anyNumber }),
  { selector: ({ id }) => id },
);
const anyField = fc.constantFrom('a' as const, 'b' as const);
const COMPARISONS = {
  EQUAL: (x: number, y: number) => x === y,
  NOT_EQUAL: (x: number, y: number) => x !== y,
  LESS_THAN: (x: number, y: number) => x < y,
  LESS_THAN_OR_EQUAL: (x: number, y: number) => x <= y,
  GREATER_THAN: (x: number, y: number) => x > y,
  GREATER_THAN_OR_EQUAL: (x: number, y: number) => x >= y,
};
type Comparison = keyof typeof COMPARISONS;
const anyCondition = fc.record({
  field: anyField,
  op: fc.constantFrom(...(Object.keys(COMPARISONS) as Comparison[])),
  operand: fc.integer({ min: 0, max: 4 }),
});

function documentsOf(rows: readonly Row[]): readonly StoredDocument[] {
  return rows.map(({ id, a, b }) => {
    const fields = new Map<string, Value>();
    if (a !== undefined) fields.set('a', integer(a));
    if (b !== undefined) fields.set('b', integer(b));
    return storedDocument(id, fields);
  });
}

function run(rows: readonly Row[], query: Partial<Query>): readonly string[] {
  const documents = documentsOf(rows);
  const view = { get: () => undefined, select: () => documents };
  return runQuery(view, { ...EVERYTHING, ...query }).map(({ segments }) => segments[1] ?? '');
}

function condition({ field, op, operand }: { field: 'a' | 'b'; op: Comparison; operand: number }): Filter {
  return { kind: 'scalar', path: [field], op, operand: integer(operand) };
}

describe('a query', () => {
  test('finds what a naive filter finds, in the order of a naive sort', () => {
    const anyOrder = fc.uniqueArray(fc.record({ field: anyField, descending: fc.boolean() }), {
      selector: ({ field }) => field,
    });
    const anyPart = fc.record({ offset: fc.nat(3), limit: fc.option(fc.nat(4), { nil: undefined }) });
    const anyOp = fc.constantFrom('all' as const, 'any' as const);
    fc.assert(
      fc.property(
        anyRows,
        fc.array(anyCondition, { maxLength: 3 }),
        anyOp,
        anyOrder,
        anyPart,
        (rows, conditions, kind, order, part) => {
          const where: Filter | undefined =
            conditions.length === 0 ? undefined : { kind, filters: conditions.map(condition) };
          const order_by: Order[] = order.map(({ field, descending }) => ({ path: [field], descending }));
          const found = run(rows, { where, order_by, ...part });
          expect(found).toEqual(naively(rows, conditions, kind, order, part));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('between two cursors is what a naive filter leaves between them', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(4), fc.nat(4), fc.boolean(), fc.boolean(), (rows, from, to, start, end) => {
        const found = run(rows, {
          order_by: [{ path: ['a'], descending: false }],
          start_at: { values: [integer(from)], before: start },
          end_at: { values: [integer(to)], before: end },
        });
        const inside = rows.filter(
          ({ a }) => a !== undefined && (start ? a >= from : a > from) && (end ? a < to : a <= to),
        );
        expect(found).toEqual(
          naively(inside, [], 'all', [{ field: 'a', descending: false }], { offset: 0, limit: undefined }),
        );
      }),
    );
  });

  test('orders by the fields of its inequalities, by name, in the direction of the last order written', () => {
    const where: Filter = {
      kind: 'all',
      filters: [
        condition({ field: 'b', op: 'GREATER_THAN', operand: 0 }),
        { kind: 'unary', path: ['z'], op: 'IS_NOT_NULL' },
        condition({ field: 'a', op: 'NOT_EQUAL', operand: 0 }),
        condition({ field: 'a', op: 'EQUAL', operand: 1 }),
      ],
    };
    const order = effectiveOrder({ ...EVERYTHING, where, order_by: [{ path: ['c'], descending: true }] });
    expect(order.map(({ path }) => path.join('.'))).toEqual(['c', 'a', 'b', 'z', '__name__']);
    expect(order.every(({ descending }) => descending)).toBe(true);
  });
});

/** The same question put to plain JavaScript. Inequalities order by their field, as Firestore does. */
function naively(
  rows: readonly Row[],
  conditions: readonly { field: 'a' | 'b'; op: Comparison; operand: number }[],
  kind: 'all' | 'any',
  order: readonly { field: 'a' | 'b'; descending: boolean }[],
  part: { offset: number; limit: number | undefined },
): readonly string[] {
  const descending = order.at(-1)?.descending ?? false;
  const implied = (['a', 'b'] as const).filter(
    (field) =>
      conditions.some((each) => each.field === field && each.op !== 'EQUAL') &&
      !order.some((each) => each.field === field),
  );
  const levels = [...order, ...implied.map((field) => ({ field, descending }))];
  const holds = (row: Row) => {
    const results = conditions.map(({ field, op, operand }) => {
      const value = row[field];
      return value !== undefined && COMPARISONS[op](value, operand);
    });
    return conditions.length === 0 || (kind === 'all' ? results.every(Boolean) : results.some(Boolean));
  };
  const sorted = rows
    .filter((row) => holds(row) && levels.every(({ field }) => row[field] !== undefined))
    .sort((x, y) => {
      for (const level of levels) {
        const difference = (x[level.field] ?? 0) - (y[level.field] ?? 0);
        if (difference !== 0) return level.descending ? -difference : difference;
      }
      return (x.id < y.id ? -1 : 1) * (descending ? -1 : 1);
    });
  return sorted
    .map(({ id }) => id)
    .slice(part.offset, part.limit === undefined ? undefined : part.offset + part.limit);
}

describe('a query that is read from the wire', () => {
  test('is refused when it asks for a field that is not served, by the name of the field', () => {
    expect(() => queryFromWire({ from: [], tail: true }, [])).toThrow(/StructuredQuery\.tail/);
    expect(() => queryFromWire({ somethingNew: 'x' }, [])).toThrow(/StructuredQuery\.something_new/);
  });

  test('counts its disjunctions multiplied out', () => {
    const list = (length: number): Filter => {
      const operands = Array.from({ length }, (_, n) => integer(n));
      return { kind: 'list', path: ['a'], op: 'IN', operands };
    };
    expect(() => requireLegalFilter({ kind: 'all', filters: [list(5), list(6)] })).not.toThrow();
    expect(() => requireLegalFilter({ kind: 'all', filters: [list(5), list(7)] })).toThrow(/35/);
    expect(() => requireLegalFilter({ kind: 'any', filters: [list(30), list(1)] })).toThrow(/31/);
  });
});
