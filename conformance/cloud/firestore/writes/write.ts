import type { FieldPath } from '../values/field-path.ts';
import type { Fields, NumericValue, Value } from '../values/value.ts';

/** What must hold of the document before a write. */
export type Precondition =
  | { readonly kind: 'none' }
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'update_time'; readonly micros: bigint };

/** A change to one field that depends on what is stored, or on the time of the commit. */
export type Transform = { readonly path: FieldPath } & (
  | { readonly kind: 'request_time' }
  | { readonly kind: 'increment' | 'maximum' | 'minimum'; readonly operand: NumericValue }
  | { readonly kind: 'append_missing' | 'remove_all'; readonly elements: readonly Value[] }
);

/** One write to one document, checked and ready to be applied. */
export interface Write {
  readonly name: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly precondition: Precondition;
  readonly change:
    | { readonly kind: 'delete' }
    | {
        readonly kind: 'update';
        readonly fields: Fields;
        /** Only these paths change; `undefined` replaces all fields. */
        readonly mask: readonly FieldPath[] | undefined;
        /** Applied after the fields, in order. */
        readonly transforms: readonly Transform[];
      };
}
