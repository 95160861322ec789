import { describe, expect, test } from 'vitest';
import { unusedExports } from '../../scripts/exports/unused.ts';

const NONE = 'nothing uses it: remove it';
const HERE = 'only its own file uses it: remove `export`';
const TESTS = 'only tests import it: move it to tests/, or remove it';

/** What is found in the file `reference/a.ts`, by name. */
function found(a: string, others: Readonly<Record<string, string>> = {}): readonly (readonly string[])[] {
  return unusedExports(new Map(Object.entries({ 'reference/a.ts': a, ...others })))
    .filter(({ path }) => path === 'reference/a.ts')
    .map(({ name, advice }) => [name, advice]);
}

const A = 'export const one = 1;';
const USED_HERE = 'export const one = 1;\nexport const two = one;';
const TAKES_TWO = { 'reference/two.ts': "import { two } from './a.ts';" };

describe('an export that no other file of the products needs is told', () => {
  test.each([
    ['nobody imports it', A, {}, [['one', NONE]]],
    ['a type that nobody names', 'export interface One {}', {}, [['One', NONE]]],
    ['a function that calls only itself', 'export function one() { one(); }', {}, [['one', NONE]]],
    ['it is a name of a property', 'export const one = 1;\nsay({ one: 2 }.one);', {}, [['one', NONE]]],
    ['it leaves in a list', 'const one = 1;\nexport { one };', {}, [['one', NONE]]],
    [
      'each of several is looked at',
      'export const { one, two: [three] } = all;',
      {},
      [
        ['one', NONE],
        ['three', NONE],
      ],
    ],
    ['only its own file uses it', USED_HERE, TAKES_TWO, [['one', HERE]]],
    [
      'only a test imports it',
      A,
      { 'tests/t.test.ts': "import { one } from '../reference/a.ts';" },
      [['one', TESTS]],
    ],
    [
      'another file has that name',
      A,
      { 'conformance/b.ts': "import { one } from './a.ts';" },
      [['one', NONE]],
    ],
    ['another name of its file is imported', A, TAKES_TWO, [['one', NONE]]],
    ['a package has that path', A, { 'reference/b.ts': "import { one } from 'a.ts';" }, [['one', NONE]]],
    [
      'a module is taken as a whole, for another member',
      A,
      { 'scripts/b.ts': "import * as a from '../reference/a.ts';\na.two();" },
      [['one', NONE]],
    ],
  ])('%s', (_, a, others, expected) => {
    expect(found(a, others)).toEqual(expected);
  });

  test('with its line', () => {
    const [unused] = unusedExports(new Map([['scripts/a.ts', '/** Say one. */\nexport const one = 1;\n']]));
    expect(unused).toMatchObject({ path: 'scripts/a.ts', line: 2 });
  });
});

describe('an export that is needed is not told', () => {
  test.each([
    ['an import', "import { one } from './a.ts';"],
    ['an import under another name', "import { one as first } from './a.ts';"],
    ['a type import', "import type { one } from './a.ts';"],
    ['a type in place', "type One = import('./a.ts').one;"],
    ['a type of a value', "type One = typeof import('./a.ts').one;"],
    ['an export that is handed on', "export { one } from './a.ts';"],
    ['everything handed on', "export * from './a.ts';"],
    ['a member of the module', "import * as a from './a.ts';\na.one();"],
    ['the module, handed on', "import * as a from './a.ts';\nrun(a);"],
    ['an import when it is needed', "const { one } = await import('./a.ts');"],
    ['a member of such an import', "run((await import('./a.ts')).one);"],
    ['a member of it later', "const a = await import('./a.ts');\na.one();"],
    ['one of several', "const [{ two }, { one }] = await Promise.all([import('./b.ts'), import('./a.ts')]);"],
    ['what becomes of it is unknown', "run(import('./a.ts'));"],
    ['code that a build writes', 'write("import { one } from \'./reference/a.ts\';");'],
  ])('%s', (_, b) => {
    expect(found(A, { 'reference/b.ts': b })).toEqual([]);
  });

  test.each([
    [
      'what an entry file of the package hands on',
      A,
      { 'conformance/library/b.ts': "export { one } from '../../reference/a.ts';" },
    ],
    ['a type that its own file uses', 'export interface One {}\nconst one: One = {};', {}],
    [
      'what its own file uses and a test imports',
      USED_HERE,
      { ...TAKES_TWO, 'tests/t.test.ts': "import { one } from '../reference/a.ts';" },
    ],
    [
      'what is used in a list of short properties',
      'export const one = 1;\nsay({ one });',
      {
        'tests/t.test.ts': "import { one } from '../reference/a.ts';",
      },
    ],
    ['what is not exported', 'const one = 1;', {}],
  ])('%s', (_, a, others) => {
    expect(found(a, others)).toEqual([]);
  });

  test('of JavaScript, whose types stand in comments and in a declaration file', () => {
    const sources = {
      'reference/a.mjs': "/** @type {import('./types.ts').Shape} */\nexport const one = {};",
      'reference/a.d.mts': 'export const one: object;\nexport interface One {}',
      'reference/types.ts': 'export interface Shape {}',
      'reference/b.ts': "import { type One, one } from './a.mjs';",
    };
    expect(unusedExports(new Map(Object.entries(sources)))).toEqual([]);
  });

  test('in generated code and in tests, which are not judged', () => {
    expect(
      unusedExports(
        new Map([
          ['generated/a.ts', A],
          ['tests/a.ts', A],
        ]),
      ),
    ).toEqual([]);
  });
});
