import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKeptDatabases } from '../../../../conformance/cloud/firestore/kept/databases.ts';
import type { Filter, Query } from '../../../../conformance/cloud/firestore/query/query.ts';
import { runQuery } from '../../../../conformance/cloud/firestore/query/run.ts';
import { createDatabase } from '../../../../conformance/cloud/firestore/store/database.ts';
import type { DocumentView, StoredDocument } from '../../../../conformance/cloud/firestore/store/document.ts';
import { memoryDocuments } from '../../../../conformance/cloud/firestore/store/memory.ts';
import type { Value } from '../../../../conformance/cloud/firestore/values/value.ts';
import { createMemoryStorage } from '../../../../conformance/cloud/storage/memory.ts';

const OF = { project: 'p', database: '(default)' };
const DOCUMENTS = {
  'in memory': memoryDocuments,
  'in a folder': () => openKeptDatabases(createMemoryStorage()).documents(OF),
};

const VALUES: readonly Value[] = [
  { type: 'string', value: 'a' },
  { type: 'string', value: 'ab' },
  { type: 'string', value: '\u{1f600}' },
  { type: 'string', value: '\uffff' },
  { type: 'string', value: '1' },
  { type: 'boolean', value: true },
  { type: 'integer', value: 1n },
  { type: 'double', value: 1 },
  { type: 'integer', value: 0n },
  { type: 'double', value: -0 },
  { type: 'integer', value: 2n ** 53n },
  { type: 'integer', value: 2n ** 53n + 1n },
  { type: 'double', value: Number.NaN },
  { type: 'null' },
  { type: 'timestamp', micros: 1n },
  { type: 'array', values: [{ type: 'integer', value: 1n }] },
  { type: 'map', fields: new Map([['c', { type: 'integer', value: 1n } as const]]) },
];
const anyValue = fc.constantFrom(...VALUES);
const anyFields = fc.record({ a: fc.option(anyValue), b: fc.option(anyValue) });
const anyPath = fc
  .tuple(fc.constantFrom('c', 'd/x/c'), fc.integer({ min: 1, max: 60 }))
  .map(([collection, id]) => `${collection}/${id}`);
const anyEquality = fc
  .tuple(fc.constantFrom(['a'], ['b'], ['b', 'c']), anyValue)
  .map(([path, operand]): Filter => ({ kind: 'scalar', path, op: 'EQUAL', operand }));
const anyFilter = fc.oneof(
  anyEquality,
  fc.array(anyEquality, { minLength: 2, maxLength: 3 }).map((filters): Filter => ({ kind: 'all', filters })),
  fc.array(anyEquality, { minLength: 2, maxLength: 3 }).map((filters): Filter => ({ kind: 'any', filters })),
);
const anyBound = fc
  .tuple(
    fc.constantFrom('LESS_THAN' as const, 'LESS_THAN_OR_EQUAL' as const, 'GREATER_THAN' as const),
    fc.oneof(fc.constant<Value>({ type: 'string', value: 'ab' }), anyValue),
  )
  .map(([op, operand]): Filter => ({ kind: 'scalar', path: ['a'], op, operand }));
/** Documents before or after a text, in its order: the first of them. */
const anyFirst = fc.record({
  where: fc.oneof(
    anyBound,
    fc.array(anyBound, { minLength: 1, maxLength: 2 }).map((filters): Filter => ({ kind: 'all', filters })),
  ),
  order_by: fc.boolean().map((descending) => [{ path: ['a'], descending }]),
  limit: fc.integer({ min: 1, max: 9 }),
  offset: fc.integer({ min: 0, max: 2 }),
});
const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('first' as const), query: anyFirst }),
  fc.record({ kind: fc.constant('set' as const), path: anyPath, fields: anyFields }),
  fc.record({ kind: fc.constant('delete' as const), path: anyPath }),
  fc.record({ kind: fc.constant('snapshot' as const) }),
  fc.record({ kind: fc.constant('query' as const), where: anyFilter, everywhere: fc.boolean() }),
);

/** The same view, looked through document by document. */
const unsorted = (view: DocumentView): DocumentView => ({
  get: view.get,
  select: (selector) => view.select(selector),
});

test.each(Object.entries(DOCUMENTS))(
  'a query finds the same %s in a large collection, however often it was looked through and changed',
  (_name, documents) => {
    fc.assert(
      fc.property(
        fc.array(anyFields, { minLength: 60, maxLength: 60 }),
        fc.array(anyStep, { maxLength: 80, size: 'max' }),
        (rows, steps) => {
          const database = createDatabase(OF, documents());
          let micros = 0n;
          const put = (path: string, fields: (typeof rows)[number] | undefined): void => {
            micros += 1n;
            database.apply(
              new Map([[path, fields === undefined ? undefined : documentAt(path, fields, micros)]]),
              micros,
            );
          };
          rows.forEach((fields, index) => {
            put(`c/${index + 1}`, fields);
          });
          const views: DocumentView[] = [database];
          for (const step of steps) {
            if (step.kind === 'set') put(step.path, step.fields);
            else if (step.kind === 'delete') put(step.path, undefined);
            else if (step.kind === 'snapshot') views.push(database.snapshot());
            else {
              const query =
                step.kind === 'first'
                  ? { ...queryOf(undefined, false), ...step.query }
                  : queryOf(step.where, step.everywhere);
              for (const view of views)
                expect(runQuery(view, query)).toEqual(runQuery(unsorted(view), query));
            }
          }
        },
      ),
      { seed: 20240115, numRuns: 150 },
    );
  },
);

function documentAt(
  path: string,
  { a, b }: { readonly a: Value | null; readonly b: Value | null },
  micros: bigint,
): StoredDocument {
  const given = Object.entries({ a, b }).filter((entry): entry is [string, Value] => entry[1] !== null);
  return {
    name: `projects/p/databases/(default)/documents/${path}`,
    path,
    segments: path.split('/'),
    fields: new Map(given),
    create_micros: micros,
    update_micros: micros,
  };
}

function queryOf(where: Filter | undefined, everywhere: boolean): Query {
  return {
    selector: { parent: [], collection_id: 'c', all_descendants: everywhere },
    where,
    order_by: [],
    start_at: undefined,
    end_at: undefined,
    offset: 0,
    limit: undefined,
    nearest: undefined,
    select: undefined,
  };
}
