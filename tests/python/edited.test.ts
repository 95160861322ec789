import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readableProblems } from '../../scripts/generate/problems.ts';
import { pythonPattern } from '../../scripts/generate/python/patterns.ts';
import { writeFiles } from '../../scripts/generate/write.ts';
import { type Schemas, schemasOf } from '../../scripts/schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../scripts/schemas/validators.ts';
import { editedContract } from '../contract/edited-contract.ts';
import { filesOf } from '../contract/generated-folder.ts';
import { drawnQuestions } from './drawn.ts';
import { askPython, python, type Question } from './python.ts';

/** Fields whose names Python or pydantic keeps for itself, and keywords that the real contract does not use. */
const AWKWARD = {
  type: 'object',
  properties: {
    class: { type: 'string', pattern: '^(?<name>[a-z.&]+)\\s?$' },
    json: {
      oneOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', format: 'email' },
      ],
    },
    _hidden: { type: 'boolean' },
    'with-dash': { type: 'array', items: { type: 'integer' }, maxItems: 2, uniqueItems: true },
    host: { type: 'string', format: 'hostname' },
    ratio: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    '2nd': { type: ['string', 'null'], maxLength: 3 },
    model_version: { const: 3 },
    model_dump: { type: 'integer' },
    str: { type: 'string' },
    list: { type: 'array', items: { type: 'string' } },
    UpstreamRun: { $ref: '#/components/schemas/UpstreamRun' },
    anything: { $ref: '#/components/schemas/Anything' },
    reply: { $ref: '#/components/schemas/UpstreamRun' },
  },
  required: ['class', '_hidden'],
  allOf: [
    {
      if: { properties: { _hidden: { const: true } } },
      // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
      then: { properties: { ratio: { type: 'number', minimum: 0.5 } } },
    },
  ],
};

/** Judge as the TypeScript validators of an edited contract would. */
function problemsIn(schemas: Schemas, questions: readonly Question[]): readonly unknown[] {
  const compiled = compileValidators(schemas);
  return questions.map(({ name, direction, value }) => {
    const validator = validatorOf(compiled, name, direction);
    const findings = validator(value) ? [] : (validator.errors ?? []);
    return readableProblems(findings).map(({ field, expected, got }) => [field, expected, got]);
  });
}

describe('a contract with names and keywords that are hard on Python', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'python-edited-'));
  const contract = editedContract((document) => {
    document.setIn(['components', 'schemas', 'Awkward'], document.createNode(AWKWARD));
    document.setIn(['components', 'schemas', 'Anything'], document.createNode({ type: 'object' }));
    document.setIn(['x-readiness', 'import'], document.createNode({ 'a-b': [1, 2.5], none: null }));
  });
  beforeAll(async () => {
    const files = [...(await filesOf(contract))].filter(([file]) => file.startsWith('python/'));
    writeFiles(folder, new Map(files.map(([file, text]) => [file.replace('python/', ''), text])));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('gives a package that judges as the TypeScript does', async () => {
    const schemas = schemasOf(contract.document);
    const questions = drawnQuestions({ ...schemas }, 7, 40);
    const awkward = drawnQuestions(schemas, 8, 400).filter(({ name }) => name === 'Awkward');
    const all = [...questions, ...awkward];
    const answers = await askPython(folder, all);
    const expected = problemsIn(schemas, all);
    const differing = all.filter(
      (_, index) => JSON.stringify(answers[index]?.problems) !== JSON.stringify(expected[index]),
    );
    expect(differing.slice(0, 3)).toEqual([]);
    const unlike = all.filter((_, index) => {
      const model = answers[index]?.model;
      return model !== undefined && (model === 'takes') !== (answers[index]?.problems.length === 0);
    });
    expect(unlike.slice(0, 3)).toEqual([]);
    const valid = all.filter(({ name }, index) => name === 'Awkward' && answers[index]?.model === 'takes');
    expect(valid.length).toBeGreaterThan(10);
    expect(answers.filter(({ same }) => same === false)).toEqual([]);
  });

  test('gives types that mypy --strict takes', async () => {
    const mypy = [
      '-m',
      'mypy',
      '--strict',
      '--cache-dir',
      path.join(folder, 'mypy'),
      '-p',
      'nba_pipeline_contract',
    ];
    expect((await python(mypy, [folder], folder)).out).toContain('Success: no issues');
  });

  test('is refused where Python could not judge alike, with the name of the schema', async () => {
    const regex = editedContract((document) =>
      document.setIn(
        ['components', 'schemas', 'Odd'],
        document.createNode({ type: 'string', format: 'regex' }),
      ),
    );
    await expect(filesOf(regex)).rejects.toThrow(
      'schema Odd to use a format that Python judges too, got regex',
    );
    expect(() => pythonPattern('\\p{L}')).toThrow('expected a pattern that Python can read too');
  });
});
