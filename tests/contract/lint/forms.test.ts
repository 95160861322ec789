import { describe, expect, test } from 'vitest';
import { schemaProblems } from '../../../scripts/contract/rules/schemas.ts';
import { modelDeclarations } from '../../../scripts/generate/code/models.ts';
import { asLiteral } from '../../../scripts/generate/terraform/resources.ts';
import { schemasOf } from '../../../scripts/schemas/flatten.ts';
import { editedContract, lineText } from '../edited-contract.ts';

const SCHEMAS = ['components', 'schemas'];
const FIELD = [...SCHEMAS, 'PredictionRequest', 'properties', 'batch_id'];

describe('what no validator can be made of is refused by the lint, with its line', () => {
  test.each([
    [
      'externalDocs',
      [...SCHEMAS, 'RunStatus', 'externalDocs'],
      { url: 'https://a.example' },
      /got externalDocs/,
      'externalDocs',
    ],
    [
      'discriminator',
      [...SCHEMAS, 'UpstreamRun', 'discriminator'],
      'processor',
      /got discriminator/,
      'discriminator',
    ],
    [
      'an unknown format',
      [...FIELD, 'format'],
      'player-key',
      /expected a format that validators know .* got player-key/,
      'format: player-key',
    ],
    ['a broken pattern', [...FIELD, 'pattern'], '([a-z', /expected a regular expression/, 'pattern:'],
    [
      'a name that is no name of a type',
      [...SCHEMAS, 'Zz-Test'],
      { type: 'string' },
      /expected the name of schema Zz-Test/,
      'Zz-Test:',
    ],
    [
      'a field whose schema is true',
      FIELD,
      true,
      /expected .*batch_id to be one schema, got true/,
      'batch_id',
    ],
    [
      'a schema for each entry of a list',
      [...FIELD, 'items'],
      [{ type: 'string' }, { type: 'string' }],
      /expected .*items to be one schema, got \[/,
      'items:',
    ],
    [
      'a field that every object has by itself',
      [...SCHEMAS, 'PredictionRequest', 'properties', 'constructor'],
      { type: 'string' },
      /to have names that no object has by itself, got constructor/,
      'constructor:',
    ],
    [
      'a field that JavaScript keeps for itself',
      [...SCHEMAS, 'PredictionRequest', 'properties', '__proto__'],
      { type: 'string' },
      /to have names that no object has by itself, got __proto__/,
      '__proto__',
    ],
  ])('%s', (_name, path, value, message, line) => {
    const contract = editedContract((document) => document.setIn(path, document.createNode(value)));
    const [problem] = schemaProblems(contract);
    expect(problem?.what).toMatch(message);
    expect(lineText(contract, problem?.line ?? 0)).toContain(line);
  });

  test('what only the compiler sees is told too', () => {
    const contract = editedContract((document) =>
      document.setIn(
        [...SCHEMAS, 'PredictionReady', 'allOf', 0, 'then'],
        document.createNode({ required: ['attempt'] }),
      ),
    );
    expect(schemaProblems(contract)[0]?.what).toMatch(
      /expected schema PredictionReady to make a validator, but strict mode/,
    );
  });
});

describe('what the lint passes becomes code that parses', () => {
  test('names of fields that are no words of TypeScript, and enums with null or any', async () => {
    const { document } = editedContract((edited) => {
      edited.setIn([...SCHEMAS, 'Side'], edited.createNode({ enum: ['east', 'any', null] }));
      edited.setIn(
        [...SCHEMAS, 'Line'],
        edited.createNode({
          type: 'object',
          properties: {
            '3pt_made': { type: 'integer' },
            'ce-id': { type: 'string' },
            side: { $ref: '#/components/schemas/Side' },
          },
        }),
      );
    });
    const text = await modelDeclarations(schemasOf(document), document);
    expect(text).toContain('readonly "3pt_made"?: number;');
    expect(text).toContain('readonly "ce-id"?: string;');
    expect(text).toContain('export type Side = "east" | "any" | null;');
  });

  test('text of the contract begins no expression of Terraform', () => {
    const dollar = '$';
    expect(asLiteral(`costs ${dollar}{price} and %{if}`)).toBe(`costs ${dollar}${dollar}{price} and %%{if}`);
  });
});
