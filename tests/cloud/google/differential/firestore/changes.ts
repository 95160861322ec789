import { fc } from '@fast-check/vitest';
import {
  type CollectionReference,
  type DocumentReference,
  FieldPath,
  FieldValue,
} from '@google-cloud/firestore';
import { anyField, anyFields, anyValue, type Drawn, givenFields, givenValue } from './values.ts';

/** What is written to one document. */
export type Change =
  | { readonly kind: 'create' | 'set' | 'merge' | 'update'; readonly fields: Readonly<Record<string, Drawn>> }
  | {
      readonly kind: 'merge_some';
      readonly fields: Readonly<Record<string, Drawn>>;
      readonly mask: readonly string[];
    }
  | { readonly kind: 'update_path'; readonly path: string; readonly value: Drawn }
  | { readonly kind: 'increment'; readonly path: string; readonly by: number }
  | {
      readonly kind: 'union' | 'remove';
      readonly path: string;
      readonly elements: readonly Drawn[];
    }
  | { readonly kind: 'stamp'; readonly path: string }
  | { readonly kind: 'delete' | 'delete_existing' }
  | { readonly kind: 'delete_field'; readonly path: string };

/** A document and what is written to it. */
export type Write = readonly [id: string, change: Change];

/** Ids of documents; a slash stands for the collection's own name, so that a collection group has several levels. */
export const anyId = fc.constantFrom('a', 'b', 'c', 'é', 'a/d', 'e/a');

/** An array transform holds no array and no vector: that is a known difference (`nested-array-transform`). */
const anyElement = anyValue.filter(
  (value) => !Array.isArray(value) && !(typeof value === 'object' && value !== null && 'of' in value),
);

const anyCreate: fc.Arbitrary<Change> = fc.record({ kind: fc.constant('create'), fields: anyFields });
const anyOtherChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('set', 'merge', 'update'), fields: anyFields }),
  fc.record({
    kind: fc.constant('merge_some' as const),
    fields: anyFields,
    mask: fc.uniqueArray(anyField, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('update_path' as const), path: anyField, value: anyValue }),
  fc.record({
    kind: fc.constant('increment' as const),
    path: anyField,
    by: fc.constantFrom(1, -2, 0.5, Number.MAX_SAFE_INTEGER),
  }),
  fc.record({
    kind: fc.constantFrom('union', 'remove'),
    path: anyField,
    elements: fc.array(anyElement, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('stamp' as const), path: anyField }),
  fc.record({ kind: fc.constantFrom('delete', 'delete_existing') }),
  fc.record({ kind: fc.constant('delete_field' as const), path: anyField }),
);

/** Draws a change of one document. */
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 1, arbitrary: anyCreate },
  { weight: 8, arbitrary: anyOtherChange },
);

/** Kinds of changes that do not ask whether the document is there. */
const UNGUARDED: readonly Change['kind'][] = [
  'set',
  'merge',
  'merge_some',
  'increment',
  'union',
  'remove',
  'delete',
];

/** Draws writes of one commit, without what is known to differ (`create-after-write`, `update-after-delete`). */
export const anyWrites: fc.Arbitrary<readonly Write[]> = fc
  .array(fc.tuple(anyId, anyChange), { minLength: 1, maxLength: 4 })
  .map((writes) =>
    writes.filter(([id, { kind }], index) => {
      const earlier = writes.slice(0, index).filter(([other]) => other === id);
      if (kind === 'create') return earlier.length === 0;
      return UNGUARDED.includes(kind) || !earlier.some(([, change]) => change.kind.startsWith('delete'));
    }),
  );

/** Draws writes that are sent at the same time, so to different documents. */
export const anyBulk: fc.Arbitrary<readonly Write[]> = fc.uniqueArray(fc.tuple(anyId, anyChange), {
  minLength: 1,
  maxLength: 4,
  selector: ([id]) => id,
});

interface Writer {
  create(document: DocumentReference, fields: object): unknown;
  set(document: DocumentReference, fields: object, options?: object): unknown;
  update(document: DocumentReference, ...rest: never[]): unknown;
  delete(document: DocumentReference, precondition?: object): unknown;
}

/** Finds the document of an id. */
export function documentOf(games: CollectionReference, id: string): DocumentReference {
  return games.doc(id.split('/').join(`/${games.id}/`));
}

/** Adds a change to a batch, a transaction or a bulk writer. @returns what the writer gave. */
export function write(writer: object, games: CollectionReference, [id, change]: Write): unknown {
  const to = writer as Writer;
  const document = documentOf(games, id);
  const field = (path: string, value: unknown) => to.set(document, ...merging(path, value));
  const update = (path: string, value: unknown) =>
    to.update(document, ...([new FieldPath(...path.split('.')), value] as never[]));
  switch (change.kind) {
    case 'create':
      return to.create(document, givenFields(change.fields, games));
    case 'set':
      return to.set(document, givenFields(change.fields, games));
    case 'merge':
      return to.set(document, givenFields(change.fields, games), { merge: true });
    case 'merge_some':
      return to.set(document, givenFields(change.fields, games), { mergeFields: [...change.mask] });
    case 'update':
      return to.update(document, ...([givenFields(change.fields, games)] as never[]));
    case 'update_path':
      return update(change.path, givenValue(change.value, games));
    case 'increment':
      return field(change.path, FieldValue.increment(change.by));
    case 'union':
      return field(change.path, FieldValue.arrayUnion(...elementsOf(change.elements, games)));
    case 'remove':
      return field(change.path, FieldValue.arrayRemove(...elementsOf(change.elements, games)));
    case 'stamp':
      return update(change.path, FieldValue.serverTimestamp());
    case 'delete':
      return to.delete(document);
    case 'delete_existing':
      return to.delete(document, { exists: true });
    case 'delete_field':
      return update(change.path, FieldValue.delete());
  }
}

function merging(path: string, value: unknown): [object, object] {
  const nested = path.split('.').reduceRight((inner: unknown, name) => ({ [name]: inner }), value);
  return [nested as object, { merge: true }];
}

const elementsOf = (elements: readonly Drawn[], games: CollectionReference) =>
  elements.map((element) => givenValue(element, games));
