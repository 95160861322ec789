import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { schemaProblems } from '../../../scripts/contract/rules/schemas.ts';
import { modelDeclarations } from '../../../scripts/generate/code/models.ts';
import { validationModule, validatorTypes } from '../../../scripts/generate/code/validation.ts';
import { schemasOf } from '../../../scripts/schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../../scripts/schemas/validators.ts';
import { contractWith, drawnEdits, SEED } from './drawn-contracts.ts';

const PROBLEMS = new URL('../../../scripts/generate/problems.ts', import.meta.url);
const NO_VALUE = 'a value that nobody drew';

describe('any contract that the lint passes becomes code', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'drawn-forms-'));
  const files: string[] = [];
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  test('names, enums, forms and texts that nobody chose: it parses, and models and validators are of one mind', async () => {
    await fc.assert(
      fc.asyncProperty(drawnEdits, async (edit) => {
        const contract = contractWith(edit);
        if (schemaProblems(contract).length > 0) return;
        const schemas = schemasOf(contract.document);
        const models = await modelDeclarations(schemas, contract.document);
        const validation = validationModule([], Object.keys(schemas));
        const declared = validatorTypes(Object.keys(schemas));
        for (const text of [models, validation, declared]) expect(syntaxErrors(text), text).toEqual([]);
        const accepts = validatorOf(compileValidators(schemas), 'Drawn', 'send');
        expect(edit.values.every((value) => accepts(value))).toBe(true);
        expect(accepts(NO_VALUE)).toBe(false);
        // What the validator takes the model takes, and what the one refuses the other does.
        const of_one_mind = [
          "import type { Drawn } from './models.ts';",
          ...edit.values.map(
            (value, index) => `export const taken${index}: Drawn = ${JSON.stringify(value)};`,
          ),
          '// @ts-expect-error nobody drew it.',
          `export const refused: Drawn = ${JSON.stringify(NO_VALUE)};`,
        ].join('\n');
        const folder = path.join(place, String(files.length));
        mkdirSync(folder);
        for (const [file, text] of [
          ['models.ts', models],
          ['validation.ts', validation],
          ['validators.d.mts', declared],
          ['values.ts', of_one_mind],
        ] as const)
          writeFileSync(path.join(folder, file), text);
        copyFileSync(PROBLEMS, path.join(folder, 'problems.ts'));
        files.push(path.join(folder, 'validation.ts'), path.join(folder, 'values.ts'));
      }),
      {
        seed: SEED,
        numRuns: 30,
        examples: [[{ schema: ' ', field: 'any', form: { type: 'string' }, values: [' '] }]],
      },
    );
    expect(files.length).toBeGreaterThan(10);
  }, 120_000);

  test('all of it compiles, as strict as TypeScript can be', () => {
    const program = ts.createProgram(files, {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: [],
    });
    const said = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    expect(said).toEqual([]);
  }, 120_000);
});

function syntaxErrors(text: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => String(messageText));
}
