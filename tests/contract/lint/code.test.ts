import { describe, expect, test } from 'vitest';
import { schemaProblems } from '../../../scripts/contract/rules/schemas.ts';
import { editedContract, lineText } from '../edited-contract.ts';

const SCHEMAS = ['components', 'schemas'];
const OBJECT = (form: unknown) => ({ type: 'object', properties: { a: form }, required: ['a'] });

describe('what no code can be written of is refused by the lint, with its line', () => {
  test.each<[string, string, unknown, RegExp, string]>([
    [
      'a name that Python keeps',
      'None',
      OBJECT({ type: 'string' }),
      /expected a name for the schema None/,
      'None',
    ],
    ['a name that TypeScript has', 'Record', OBJECT({ type: 'string' }), /for the schema Record/, 'Record'],
    [
      'a name that the generated module has',
      'Field',
      OBJECT({ type: 'string' }),
      /for the schema Field/,
      'Field',
    ],
    ['an enum with an object', 'Odd', { enum: [{ b: 1 }, 'x'] }, /values of enum, got \{"b":1\}/, 'enum'],
    ['a constant that is a list', 'Odd', OBJECT({ const: [1] }), /values of const, got \[1\]/, 'const'],
    [
      'a keyword that Python does not judge',
      'Odd',
      OBJECT({ type: 'number', multipleOf: 0.1 }),
      /keywords that the Python package judges too, got multipleOf/,
      'multipleOf',
    ],
    [
      'a format that Python does not judge',
      'Odd',
      OBJECT({ type: 'string', format: 'uri' }),
      /a format that the Python package judges too, got uri/,
      'format',
    ],
    [
      'scalars that are joined',
      'Odd',
      { allOf: [{ type: 'string' }, { minLength: 2 }] },
      /expected allOf to join objects/,
      'allOf',
    ],
    [
      'a field that is joined',
      'Odd',
      OBJECT({ allOf: [{ $ref: '#/components/schemas/UpstreamRun' }] }),
      /expected allOf to join objects, in a named schema/,
      'allOf',
    ],
    [
      'an object in a choice, without a name',
      'Odd',
      OBJECT({ oneOf: [{ type: 'object', properties: { b: { type: 'string' } } }, { type: 'null' }] }),
      /expected the object at .*oneOf.0 to have a name/,
      'type: object',
    ],
    [
      'a schema that is itself',
      'Odd',
      { $ref: '#/components/schemas/Odd' },
      /expected schema Odd to say what values it takes, but it leads back to itself/,
      'Odd',
    ],
    [
      'a schema that is a choice with itself',
      'Odd',
      { oneOf: [{ $ref: '#/components/schemas/Odd' }, { type: 'null' }] },
      /leads back to itself/,
      'Odd',
    ],
    [
      'a reference into a schema',
      'Odd',
      OBJECT({ $ref: '#/components/schemas/UpstreamRun/properties/processor' }),
      /to refer to a schema under components.schemas, got/,
      '$ref',
    ],
    ['an id of its own', 'Odd', { $id: 'https://a.example', type: 'string' }, /got \$id/, '$id'],
    ['definitions inside', 'Odd', { ...OBJECT({}), definitions: {} }, /got definitions/, 'definitions'],
  ])('%s', (_name, name, form, message, line) => {
    const contract = editedContract((document) =>
      document.setIn([...SCHEMAS, name], document.createNode(form)),
    );
    const [problem] = schemaProblems(contract);
    expect(problem?.what).toMatch(message);
    expect(lineText(contract, problem?.line ?? 0)).toContain(line);
  });

  test('a schema that holds one of its own kind in a field, or in the entries of a list, is sound', () => {
    const tree = {
      type: 'object',
      properties: {
        parent: { oneOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    };
    const contract = editedContract((document) =>
      document.setIn([...SCHEMAS, 'Tree'], document.createNode(tree)),
    );
    expect(schemaProblems(contract)).toEqual([]);
  });
});
