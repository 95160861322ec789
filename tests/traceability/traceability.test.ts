import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REQUIREMENTS } from '../../generated/requirements.ts';
import {
  joinStatements,
  type Shown,
  type Statement,
  traceProblems,
} from '../../scripts/traceability/decide.ts';
import { tracePage } from '../../scripts/traceability/page.ts';
import { shownBy, statementsOf, TraceFileError, textOf } from '../../scripts/traceability/read.ts';

const FILE = 'scripts/traceability/statements.yaml';
const NOTHING = { instead: null, because: null };
const STATEMENT: Statement = { section: 'Plan', says: 'Something holds.', by: ['ACK-001'], ...NOTHING };
const PASSED: Shown = { id: 'ACK-001', level: 'MUST', checks: ['a-check'], result: 'passed', cases: 2 };

function problemsOf(statements: readonly Statement[], shown: readonly Shown[]): readonly string[] {
  return traceProblems(joinStatements(statements, shown), shown, (path) => path === 'docs/README.md');
}

describe('a promise', () => {
  test('that a run has tested is no problem', () => {
    expect(problemsOf([STATEMENT], [PASSED])).toEqual([]);
    expect(joinStatements([STATEMENT], [PASSED])[0]?.standing).toBe('tested');
  });
  test.each([
    ['no case', { ...PASSED, cases: 0 }, 'untested'],
    ['no verdict', { ...PASSED, result: null }, 'untested'],
    ['left out', { ...PASSED, result: 'not_judged' }, 'untested'],
    ['not applicable', { ...PASSED, result: 'not_applicable', cases: 0 }, 'untested'],
    ['broken', { ...PASSED, result: 'failed' }, 'failed'],
  ] as const)('with %s is told', (_, shown, standing) => {
    expect(problemsOf([STATEMENT], [shown])).toEqual([
      expect.stringContaining('ACK-001: expected a MUST that the run has tested'),
    ]);
    expect(joinStatements([STATEMENT], [shown])[0]?.standing).toBe(standing);
  });
  test('that is a SHOULD may be untested', () => {
    expect(problemsOf([STATEMENT], [{ ...PASSED, level: 'SHOULD', cases: 0 }])).toEqual([]);
  });
  test('that no statement names is told', () => {
    expect(problemsOf([], [PASSED])).toEqual([expect.stringContaining('ACK-001: expected a statement')]);
  });
});

test.each([
  [{ ...STATEMENT, by: ['ACK-001', 'ACK-999'] }, 'got ACK-999'],
  [{ ...STATEMENT, by: ['ACK-001'], instead: 'docs/README.md' }, 'expected instead and because together'],
  [{ ...STATEMENT, instead: 'docs/NO.md', because: 'nobody sees it' }, 'got docs/NO.md'],
])('a statement that proves nothing is told: %j', (statement, says) => {
  expect(problemsOf([statement], [PASSED])).toEqual([expect.stringContaining(says)]);
});

test('an area is no requirement: it would name whatever is added to it', () => {
  const problems = problemsOf([{ ...STATEMENT, by: ['ACK-*'] }], [PASSED]);
  expect(problems).toEqual([
    expect.stringContaining('got ACK-*'),
    expect.stringContaining('ACK-001: expected a statement that names it'),
  ]);
});

test('a statement that nothing shows is told', () => {
  const problems = problemsOf([STATEMENT, { ...STATEMENT, by: [] }], [PASSED]);
  expect(problems).toEqual([expect.stringContaining('expected requirements, or what shows it instead')]);
});

describe('the statements of this repository', () => {
  const statements = statementsOf(textOf(FILE), FILE);
  const all = Object.keys(REQUIREMENTS).map((id) => ({ id, result: 'passed', cases: 1 }));
  const shown = shownBy(JSON.stringify({ result_version: 4, requirements: all }), 'r.json');
  test('name every MUST, and nothing that does not exist', () => {
    expect(traceProblems(joinStatements(statements, shown), shown, existsSync)).toEqual([]);
  });
  test('make a table with a line for each of them', () => {
    const page = tracePage(joinStatements(statements, shown), shown);
    for (const { says } of statements) expect(page).toContain(`| ${says} |`);
    expect(page).toContain('0 failed, 0 untested');
  });
});

test('a file of another shape is refused with what to do', () => {
  expect(() => statementsOf('Plan: [{ by: [ACK-001] }]', 'mine.yaml')).toThrow(TraceFileError);
  expect(() => shownBy('{"requirements": []}', 'r.json')).toThrow(
    "must have required property 'result_version'",
  );
  expect(() => shownBy('nonsense', 'r.json')).toThrow('got no JSON');
  expect(() => textOf('nowhere.json')).toThrow('got ENOENT');
});
