import { fc } from '@fast-check/vitest';
import {
  AggregateField,
  type CollectionReference,
  FieldPath,
  Filter,
  type Query,
  type QuerySnapshot,
  type WhereFilterOp,
} from '@google-cloud/firestore';
import { anyField, anyValue, type Drawn, givenValue, shown } from './values.ts';

/** A condition: a comparison, or several of them. */
type Where =
  | readonly [field: string, operator: WhereFilterOp, value: Drawn]
  | { readonly any: readonly Where[] }
  | { readonly all: readonly Where[] };

/** A query, as it is drawn and printed. */
export interface DrawnQuery {
  readonly is_group: boolean;
  readonly where: readonly Where[];
  readonly order: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly start: Cursor | null;
  readonly end: Cursor | null;
  readonly offset: number | null;
  readonly limit: { readonly of: number; readonly is_last: boolean } | null;
  readonly select: readonly string[] | null;
}

/** Values for the first orders, and whether what is equal to them belongs to the result. */
interface Cursor {
  readonly values: readonly Drawn[];
  readonly is_included: boolean;
}

const NAME = '(name)';

const anyComparison: fc.Arbitrary<Where> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      anyField,
      fc.constantFrom<WhereFilterOp>('==', '!=', '<', '<=', '>', '>=', 'array-contains'),
      anyValue,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      anyField,
      fc.constantFrom<WhereFilterOp>('in', 'not-in', 'array-contains-any'),
      fc.array(anyValue, { minLength: 1, maxLength: 3 }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant(NAME),
      fc.constantFrom<WhereFilterOp>('==', '<', '<=', '>', '>='),
      fc.constantFrom('a', 'b', 'é'),
    ),
  },
);
const anyWhere: fc.Arbitrary<Where> = fc.oneof(
  { weight: 5, arbitrary: anyComparison },
  { weight: 1, arbitrary: fc.record({ any: fc.array(anyComparison, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ all: fc.array(anyComparison, { minLength: 1, maxLength: 2 }) }) },
);
const anyCursor = fc.record({
  values: fc.array(anyValue, { minLength: 1, maxLength: 2 }),
  is_included: fc.boolean(),
});

/** Draws a query. */
export const anyQuery: fc.Arbitrary<DrawnQuery> = fc.record({
  is_group: fc.boolean(),
  where: fc.array(anyWhere, { maxLength: 2 }),
  order: fc.uniqueArray(fc.tuple(anyField, fc.constantFrom('asc' as const, 'desc' as const)), {
    maxLength: 2,
    selector: ([field]) => field,
  }),
  start: fc.option(anyCursor, { freq: 3 }),
  end: fc.option(anyCursor, { freq: 3 }),
  offset: fc.option(fc.constantFrom(1, 2), { freq: 3 }),
  limit: fc.option(fc.record({ of: fc.constantFrom(1, 2, 3), is_last: fc.boolean() })),
  select: fc.option(fc.uniqueArray(anyField, { minLength: 1, maxLength: 2 }), { freq: 3 }),
});

/** Tells whether a query compares the names of documents. Such a one is only counted: `aggregate-by-name`. */
export function namesDocument({ where }: DrawnQuery): boolean {
  return JSON.stringify(where).includes(JSON.stringify(NAME));
}

/** Builds a query with the official client. A document's name is compared within one collection only. */
export function queryOf(games: CollectionReference, drawn: DrawnQuery): Query {
  let query: Query = drawn.is_group ? games.firestore.collectionGroup(games.id) : games;
  for (const where of drawn.where) query = query.where(filterOf(where, games, drawn.is_group));
  for (const [field, direction] of drawn.order) query = query.orderBy(field, direction);
  const valuesOf = ({ values }: Cursor) =>
    values.slice(0, drawn.order.length).map((value) => givenValue(value, games));
  if (drawn.order.length > 0 && drawn.start !== null) {
    const values = valuesOf(drawn.start);
    query = drawn.start.is_included ? query.startAt(...values) : query.startAfter(...values);
  }
  if (drawn.order.length > 0 && drawn.end !== null) {
    const values = valuesOf(drawn.end);
    query = drawn.end.is_included ? query.endAt(...values) : query.endBefore(...values);
  }
  if (drawn.offset !== null) query = query.offset(drawn.offset);
  if (drawn.limit !== null) {
    // The last ones without an order would be by name, descending: `name-descending`.
    const isLast = drawn.limit.is_last && drawn.order.length > 0;
    query = isLast ? query.limitToLast(drawn.limit.of) : query.limit(drawn.limit.of);
  }
  return drawn.select === null ? query : query.select(...drawn.select);
}

function filterOf(where: Where, games: CollectionReference, is_group: boolean): Filter {
  if ('any' in where) return Filter.or(...where.any.map((each) => filterOf(each, games, is_group)));
  if ('all' in where) return Filter.and(...where.all.map((each) => filterOf(each, games, is_group)));
  const [field, operator, value] = where;
  if (field !== NAME) return Filter.where(field, operator, givenValue(value, games));
  const id = String(value);
  return Filter.where(FieldPath.documentId(), operator, is_group ? games.doc(id) : id);
}

/** Shows what a query found, in its order. */
export function found(snapshot: QuerySnapshot, games: CollectionReference): readonly string[] {
  return snapshot.docs.map(({ ref, ...document }, index) => {
    void document;
    return `${ref.path.slice(games.path.length + 1)} ${shown(snapshot.docs[index]?.data())}`;
  });
}

/** Counts, sums and averages what a query finds. */
export async function aggregate(query: Query): Promise<string> {
  const snapshot = await query
    .aggregate({
      count: AggregateField.count(),
      sum: AggregateField.sum('x'),
      average: AggregateField.average('x'),
    })
    .get();
  return shown(snapshot.data());
}
