import { describe, expect, test } from 'vitest';
import { eitherOf, keptAfter, lostSince, markOf, readOutcome } from './compare.ts';
import { withTable } from './table.ts';

const OUTPUT = [
  '["start",{"total":3}]',
  'a line that a test printed',
  '["pass",{"title":"reads","fullTitle":"documents reads"}]',
  '["fail",{"title":"writes","fullTitle":"documents writes","err":"no"}]',
].join('\n');

describe('what came of a suite of Google', () => {
  const outcome = readOutcome(OUTPUT);

  test('the reporter’s lines are read and everything else is left out', () => {
    expect(outcome).toEqual({ passed: new Set(['documents reads']), failed: new Set(['documents writes']) });
  });

  test('a test that passed and fails is lost, and so is one that is not run', () => {
    const kept = [markOf('documents reads'), markOf('documents writes'), markOf('documents removed')];
    const removed = `a test that was not run (${markOf('documents removed')})`;
    expect(lostSince(kept, outcome)).toEqual(['documents writes', removed]);
  });

  test('what passes in one of two attempts passes', () => {
    const other = { passed: new Set(['documents writes']), failed: new Set(['documents reads']) };
    expect(eitherOf(outcome, other)).toEqual({
      passed: new Set(['documents reads', 'documents writes']),
      failed: new Set(),
    });
  });

  test('a loss stays on record until it is mended', () => {
    const kept = [markOf('documents writes')];
    expect(keptAfter(kept, outcome)).toEqual([markOf('documents writes'), markOf('documents reads')].sort());
  });

  test('the table renews the rows that were run and keeps the others', () => {
    const marks = [
      '<!-- google-suites: written by npm run test:google-suites -->',
      '<!-- /google-suites -->',
    ];
    const rows = '| suite | a | b |\n|---|---|---|\n| one | 1 / 9 | 2 / 8 |\n| two | 3 / 0 | 3 / 0 |';
    const page = `before\n${marks[0]}\n${rows}\n${marks[1]}\nafter`;
    const renewed = withTable(page, [{ label: 'one', embedded: outcome, google: undefined }]);
    expect(renewed).toContain('| one | 1 / 1 | not run |\n| two | 3 / 0 | 3 / 0 |');
    expect(renewed.startsWith('before\n') && renewed.endsWith('\nafter')).toBe(true);
    expect(() => withTable('no marks', [])).toThrow('marks');
  });
});
