import fc from 'fast-check';
import type { Contract } from '../../../scripts/contract/contract.ts';
import { editedContract } from '../edited-contract.ts';

/** Another seed draws other edits: `SEED=7 npx vitest run tests/contract/generation/drawn-forms.test.ts`. */
export const SEED = Number(process.env['SEED'] ?? 20240115);

const ODD = [
  'ce-id',
  '3pt_made',
  'class',
  'any',
  'null',
  "it's",
  'a"b',
  'back\\slash',
  '$ref-like',
  `${'$'}{money}`,
  'line\nbreak',
  '日本',
  '*/',
  '`tick`',
  'a b',
  'Ä',
  '__proto__x',
  'constructor',
  'toString',
  ...['None', 'True', 'str', 'int', 'list', 'self', 'Drawn', 'Record', 'Field', 'then', 'model_config'],
];
const names = fc.oneof(fc.constantFrom(...ODD), fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }));
const types = fc.constantFrom<object>(
  { type: 'string' },
  { type: ['string', 'null'] },
  { type: 'integer', minimum: 1 },
  { type: 'array', items: { type: 'boolean' } },
  { type: 'string', format: 'email' },
  { type: 'string', format: 'colour' },
  { type: 'string', pattern: '^[a-z' },
  { $ref: '#/components/schemas/Drawn' },
  { oneOf: [{ $ref: '#/components/schemas/Drawn' }, { type: 'null' }] },
  { anyOf: [{ $ref: '#/components/schemas/Drawn' }, { type: 'integer' }] },
  { oneOf: [{ $ref: '#/components/schemas/DrawnObject' }, { type: 'null' }] },
  { allOf: [{ $ref: '#/components/schemas/Drawn' }] },
  { $ref: '#/components/schemas/Drawn/enum' },
  { type: 'string', title: 'Other Name' },
  { type: ['array', 'string'], items: { type: 'string' } },
  { const: [1] },
  { const: true },
  { type: 'object' },
  { type: 'number', multipleOf: 0.5 },
  { type: 'string', format: 'uri' },
  {},
);
const values = fc.uniqueArray(fc.oneof(names, fc.constant(null)), { minLength: 1, maxLength: 4 });

/** An edit that nobody chose: the name of a schema, of its field, the form of that, and the values of an enum. */
export interface DrawnEdit {
  readonly schema: string;
  readonly field: string;
  readonly form: object;
  readonly values: readonly (string | null)[];
}

/** Draws edits of a contract. */
export const drawnEdits: fc.Arbitrary<DrawnEdit> = fc.record({
  schema: names,
  field: names,
  form: types,
  values,
});

/** The contract of this repository with a schema `Drawn`, which is an enum, and an object with one field. */
export function contractWith({ schema, field, form, values: drawn }: DrawnEdit): Contract {
  return editedContract((document) => {
    document.setIn(
      ['components', 'schemas', 'Drawn'],
      document.createNode({ enum: drawn, description: `${field} ${schema}` }),
    );
    document.setIn(
      ['components', 'schemas', schema.length > 5 ? schema : 'DrawnObject'],
      document.createNode({
        type: 'object',
        description: schema,
        properties: { [field]: { ...form, description: `${schema} */ ${field}` } },
        required: [field],
      }),
    );
  });
}
