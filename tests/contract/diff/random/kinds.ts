import { CONDITION_KINDS } from './conditions.ts';
import { FIELD_KINDS } from './fields.ts';
import { FORM_KINDS } from './forms.ts';
import type { EditKind } from './making.ts';

/** Every kind of edit of a payload. */
export const EDIT_KINDS: readonly EditKind[] = [...FIELD_KINDS, ...FORM_KINDS, ...CONDITION_KINDS];
