import type { Selector } from '../store/document.ts';
import type { FieldPath } from '../values/field-path.ts';
import type { Value } from '../values/value.ts';
import type { Nearest } from './nearest.ts';

/** Comparisons of one field with one value. */
export type ScalarOperator =
  | 'LESS_THAN'
  | 'LESS_THAN_OR_EQUAL'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUAL'
  | 'EQUAL'
  | 'NOT_EQUAL'
  | 'ARRAY_CONTAINS';

/** Comparisons of one field with a list. */
export type ListOperator = 'IN' | 'NOT_IN' | 'ARRAY_CONTAINS_ANY';

/** Tests of one field on its own. */
export type UnaryOperator = 'IS_NULL' | 'IS_NAN' | 'IS_NOT_NULL' | 'IS_NOT_NAN';

/** A condition on a document. */
export type Filter =
  | { readonly kind: 'all'; readonly filters: readonly Filter[] }
  | { readonly kind: 'any'; readonly filters: readonly Filter[] }
  | {
      readonly kind: 'scalar';
      readonly path: FieldPath;
      readonly op: ScalarOperator;
      readonly operand: Value;
    }
  | {
      readonly kind: 'list';
      readonly path: FieldPath;
      readonly op: ListOperator;
      readonly operands: readonly Value[];
    }
  | { readonly kind: 'unary'; readonly path: FieldPath; readonly op: UnaryOperator };

/** One level of an order; documents without the field do not appear in the result. */
export interface Order {
  readonly path: FieldPath;
  readonly descending: boolean;
}

/** A position in an order: values for its first levels, and whether it lies before or after what equals them. */
export interface Cursor {
  readonly values: readonly Value[];
  readonly before: boolean;
}

/** A structured query, checked. */
export interface Query {
  readonly selector: Selector;
  readonly where: Filter | undefined;
  /** As the client wrote it; `effectiveOrder` adds what is implied. */
  readonly order_by: readonly Order[];
  readonly start_at: Cursor | undefined;
  readonly end_at: Cursor | undefined;
  readonly offset: number;
  readonly limit: number | undefined;
  /** A search for vectors among what the rest of the query finds. */
  readonly nearest: Nearest | undefined;
  /** Fields to return; `undefined` returns all. */
  readonly select: readonly FieldPath[] | undefined;
}
