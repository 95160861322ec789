import { fc } from '@fast-check/vitest';
import { anyBulk, anyId, anyWrites, type Write } from './changes.ts';
import { anyQuery, type DrawnQuery, namesDocument } from './queries.ts';
import { anyFields, type Drawn } from './values.ts';

/** One step of a sequence. */
export type Operation =
  | { readonly kind: 'get'; readonly id: string }
  | { readonly kind: 'get_some'; readonly ids: readonly string[]; readonly mask: readonly string[] | null }
  | { readonly kind: 'list' }
  | { readonly kind: 'collections'; readonly id: string }
  | { readonly kind: 'batch'; readonly writes: readonly Write[] }
  /** Each write on its own, as a bulk writer sends them. */
  | { readonly kind: 'bulk'; readonly writes: readonly Write[] }
  /** An update or a delete with the update time that the document has, or with an older one. */
  | {
      readonly kind: 'guarded';
      readonly id: string;
      readonly fields: Readonly<Record<string, Drawn>> | null;
      readonly is_current: boolean;
    }
  /** Reads a document and a query, and writes, all or none. */
  | {
      readonly kind: 'transaction';
      readonly read: string;
      readonly query: DrawnQuery | null;
      readonly writes: readonly Write[];
      readonly is_given_up: boolean;
    }
  /** Transactions that read the same documents and write to them at the same time. */
  | { readonly kind: 'contend'; readonly rivals: number; readonly is_crosswise: boolean }
  | { readonly kind: 'query'; readonly query: DrawnQuery }
  | { readonly kind: 'aggregate' | 'count'; readonly query: DrawnQuery }
  /** Reads as of one of the commits before. */
  | {
      readonly kind: 'past';
      readonly commits_ago: number;
      readonly id: string;
      readonly query: DrawnQuery | null;
    }
  /** Listens to a query from now on; what it was told last is compared after each step. */
  | { readonly kind: 'listen'; readonly query: DrawnQuery };

const kind = <Kind extends string>(name: Kind) => fc.constant(name);

/** The client itself orders what a listener is told, and for that it needs the whole documents. */
const anyWholeQuery = anyQuery.map((query) => ({ ...query, select: null }));

/** Draws one step. */
const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: kind('get'), id: anyId }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('get_some'),
      ids: fc.uniqueArray(anyId, { minLength: 1, maxLength: 3 }),
      mask: fc.option(fc.constantFrom(['x'], ['nested.z', 'y'])),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: kind('list') }) },
  { weight: 5, arbitrary: fc.record({ kind: kind('collections'), id: anyId }) },
  { weight: 60, arbitrary: fc.record({ kind: kind('batch'), writes: anyWrites }) },
  { weight: 10, arbitrary: fc.record({ kind: kind('bulk'), writes: anyBulk }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('guarded'),
      id: anyId,
      fields: fc.option(anyFields),
      is_current: fc.boolean(),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: kind('transaction'),
      read: anyId,
      query: fc.option(anyQuery),
      writes: anyWrites,
      is_given_up: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('contend'),
      rivals: fc.constantFrom(2, 3),
      is_crosswise: fc.boolean(),
    }),
  },
  { weight: 50, arbitrary: fc.record({ kind: kind('query'), query: anyQuery }) },
  { weight: 8, arbitrary: fc.record({ kind: kind('count'), query: anyQuery }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('aggregate'),
      query: anyQuery.filter((query) => !namesDocument(query)),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('past'),
      commits_ago: fc.nat(3),
      id: anyId,
      query: fc.option(anyQuery),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: kind('listen'), query: anyWholeQuery }) },
);

/** Draws a sequence. */
export const anySequence: fc.Arbitrary<readonly Operation[]> = fc.array(anyOperation, {
  minLength: 1,
  maxLength: 15,
  size: 'max',
});
