import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pageOf, proofsOf } from '../../scripts/proofs/page.ts';
import { resultOf } from '../../scripts/proofs/result.ts';
import { suitesOf } from '../../scripts/proofs/suites.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const suites = suitesOf(JSON.parse(read('package.json')).scripts, read('.ci/run'), read('CONTRIBUTING.md'));

const SUITES = [
  { name: 'test:mutants', says: 'breaks the reference' },
  { name: 'bench', says: 'rates' },
];
const PROOF = { result: '84 of 84 mutants caught', date: '2024-01-15 12:00', commit: 'abc1234' };

describe('a suite is run by CI or has a row on the page', () => {
  test('the page lists every suite that CI does not run, as npm run proofs writes it', () => {
    const page = read('docs/proofs.md');
    expect(page).toBe(pageOf(suites, proofsOf(page)));
    expect(suites.map(({ name }) => name)).toContain('test:mutants');
    expect(suites.map(({ name }) => name)).not.toContain('test:artefacts');
  });

  test('a suite that CONTRIBUTING.md does not tell of is refused by name', () => {
    expect(() => suitesOf({ 'test:new': 'vitest' }, '', '| `npm test` | all |')).toThrow(/npm run test:new/);
    expect(suitesOf({ 'test:new': 'x', build: 'y' }, '', '| `npm run test:new` | is new |')).toEqual([
      { name: 'test:new', says: 'is new' },
    ]);
    const withFlags = '| `npm run soak -- --minutes 60` | goes on for an hour |';
    expect(suitesOf({ soak: 'x' }, '', withFlags)).toEqual([{ name: 'soak', says: 'goes on for an hour' }]);
    expect(suitesOf({ 'test:new': 'x' }, "step 'new' npm run test:new", '')).toEqual([]);
  });
});

describe('a result is read from the closing lines of a suite', () => {
  test.each([
    ['one line\n84 of 84 mutants caught\n\n', 0, '84 of 84 mutants caught'],
    [' Test Files  1 passed (1)\n      Tests  12 passed (12)\n   Duration  3 s\n', 0, '12 passed'],
    [
      '\u001b[2m      Tests \u001b[22m \u001b[1m3 passed\u001b[22m | 2 skipped (5)\n',
      0,
      '3 passed, 2 skipped',
    ],
    ['      Tests  1 failed | 14 passed (15)\n', 1, 'FAILED (exit code 1): 1 failed, 14 passed'],
    [
      '83 of 84 mutants caught; not caught: L02\n',
      1,
      'FAILED (exit code 1): 83 of 84 mutants caught; not caught: L02',
    ],
    ['', 2, 'FAILED (exit code 2): said nothing'],
  ])('%j with exit code %i', (output, exit_code, result) => {
    expect(resultOf({ output, exit_code })).toBe(result);
  });

  test('a long line is cut, since it stands in a table', () => {
    expect(resultOf({ output: 'x'.repeat(500), exit_code: 0 })).toHaveLength(160);
  });
});

describe('the page of proofs', () => {
  test('says of a suite that was never run that it was not run', () => {
    const page = pageOf(SUITES, new Map([['test:mutants', PROOF]]));
    expect(page).toContain(
      '| `npm run test:mutants` | breaks the reference | 84 of 84 mutants caught | 2024-01-15 12:00 | `abc1234` |',
    );
    expect(page).toContain('| `npm run bench` | rates | not run | - | - |');
  });

  test('gives back what it was written with, whatever the result contains', () => {
    const proofs = new Map([
      ['test:mutants', PROOF],
      ['bench', { ...PROOF, result: 'a | b', commit: 'abc1234+' }],
    ]);
    expect(proofsOf(pageOf(SUITES, proofs))).toEqual(proofs);
    expect(proofsOf(pageOf(SUITES, new Map()))).toEqual(new Map());
    expect(proofsOf('')).toEqual(new Map());
  });

  test('drops the result of a suite that is gone', () => {
    expect(pageOf(SUITES, new Map([['test:gone', PROOF]]))).not.toContain('gone');
  });
});
