import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { schemaProblems } from '../../scripts/contract/rules/schemas.ts';
import { modelDeclarations } from '../../scripts/generate/code/models.ts';
import { validationModule, validatorTypes } from '../../scripts/generate/code/validation.ts';
import { schemasOf } from '../../scripts/schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../scripts/schemas/validators.ts';
import { editedContract } from './edited-contract.ts';

/** Another seed draws other edits: `SEED=7 npx vitest run tests/contract/drawn-forms.test.ts`. */
const SEED = Number(process.env['SEED'] ?? 20240115);

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
);
const values = fc.uniqueArray(fc.oneof(names, fc.constant(null)), { minLength: 1, maxLength: 4 });

describe('any contract that the lint passes becomes code', () => {
  test('names, enums, forms and texts that nobody chose', async () => {
    await fc.assert(
      fc.asyncProperty(names, names, types, values, async (schema, field, form, drawn) => {
        const contract = editedContract((document) => {
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
        if (schemaProblems(contract).length > 0) return;
        const schemas = schemasOf(contract.document);
        const code = [
          await modelDeclarations(schemas, contract.document),
          validationModule([], Object.keys(schemas)),
          validatorTypes(Object.keys(schemas)),
        ];
        for (const text of code) expect(syntaxErrors(text), text).toEqual([]);
        const accepts = validatorOf(compileValidators(schemas), 'Drawn', 'send');
        expect(drawn.every((value) => accepts(value))).toBe(true);
      }),
      { seed: SEED, numRuns: 30, examples: [[' ', 'any', { type: 'string' }, [' ']]] },
    );
  }, 120_000);
});

function syntaxErrors(text: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => String(messageText));
}
