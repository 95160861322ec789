import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from './drawing/files.ts';
import { mutate } from './drawing/instrument.ts';
import type { Mutant } from './drawing/mutant.ts';
import { REFERENCE, subjectOf } from './drawing/subject.ts';
import { readOptions } from './options.ts';
import { rememberCases, rememberedCases, untried } from './telling/judges.ts';
import { lineOf, reportOf, sectionOf } from './telling/report.ts';
import { addResult, type Result, readResults, remaining, resultsOf } from './telling/results.ts';
import { scoreOf, scores, sortResults } from './telling/score.ts';
import { readSorted, type SortedEntry, sortedFile, sortOf, staleEntries } from './telling/sorted.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'systematic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function resultOf(original: string, change: Partial<Result> = {}): Result {
  return {
    file: 'reference/runs/decide.ts',
    function_name: 'decideRun',
    original,
    replacement: 'false',
    nth: 1,
    line: 12,
    statement: 'if (a) return false;',
    mutator: 'ConditionalExpression',
    result: 'survived',
    by: null,
    words: null,
    components: ['phase2-raw'],
    cases: 3,
    seconds: 2,
    seed: 1,
    judged: 'digest',
    at: '2024-01-15T00:00:00.000Z',
    ...change,
  };
}

const CAUGHT = resultOf('a', {
  result: 'caught',
  by: { check: 'c', case: 'c (1 of 2)', requirement: 'FANIN-001', anomaly: 'lost trigger', duration_ms: 9 },
});

function entryOf(change: Partial<SortedEntry> = {}): SortedEntry {
  return {
    file: 'reference/runs/decide.ts',
    function: 'decideRun',
    class: 'equivalent',
    why: 'a set has no order',
    ...change,
  };
}

function mutantOf(original: string): Mutant {
  return { ...resultOf(original), id: '1', excluded: null };
}

describe('results', () => {
  test('are added one by one, and a line that an end cut off is judged again', () => {
    const file = path.join(folder, 'results.jsonl');
    addResult(file, CAUGHT);
    addResult(file, resultOf('b'));
    writeFileSync(file, '{"file":"reference/runs/de', { flag: 'a' });
    expect(readResults(file)).toEqual([CAUGHT, resultOf('b')]);
    expect(remaining(['a', 'b', 'c'].map(mutantOf), readResults(file))).toEqual([mutantOf('c')]);
  });

  test('that were no catch are asked for again when the judge is another one', () => {
    const sample = ['a', 'b'].map(mutantOf);
    const results = [CAUGHT, resultOf('b')];
    expect(remaining(sample, results)).toEqual([]);
    expect(remaining(sample, results, { judged: 'another' })).toEqual([mutantOf('b')]);
    expect(remaining(sample, results, { judged: 'digest' })).toEqual([]);
  });

  test('of another sample are no part of a report, and the last one of a mutant counts', () => {
    const again = resultOf('a', { seconds: 9 });
    expect(resultsOf([mutantOf('a'), mutantOf('c')], [CAUGHT, resultOf('b'), again])).toEqual([again]);
  });
});

describe('what survived', () => {
  const reach = {
    components: [],
    at_start: false,
    cases: ['old', 'new'].map((name) => ({ name, check: { name, components: [] } })),
  };
  const tried = (result: Result['result'], known: readonly string[] | undefined) =>
    untried(reach, { result }, known).cases.map(({ name }) => name);

  test('is tried again with the cases that its judge did not have', () => {
    rememberCases(folder, 'judge', ['old']);
    expect(tried('survived', rememberedCases(folder, 'judge'))).toEqual(['new']);
    expect(tried('uncovered', ['old', 'new'])).toEqual([]);
  });

  test('is tried again with the cases that draw histories, since another grammar draws others', () => {
    const drawn = {
      ...reach,
      cases: reach.cases.map((one) => ({ ...one, check: { ...one.check, draws: true } })),
    };
    const { cases } = untried(drawn, { result: 'survived' }, ['old', 'new']);
    expect(cases.map(({ name }) => name)).toEqual(['old', 'new']);
  });

  test('is tried with all cases when it was not decided, or nobody remembers the judge', () => {
    expect(tried('undecided', ['old'])).toEqual(['old', 'new']);
    expect(tried('survived', rememberedCases(folder, 'another'))).toEqual(['old', 'new']);
  });
});

describe('what a person said of a survivor', () => {
  test('is found by file, function, text and replacement, whatever its blanks', () => {
    const entry = entryOf({ original: 'a  ===\n b', replacement: 'false' });
    expect(sortOf(resultOf('a === b'), [entry])).toBe(entry);
    expect(sortOf(resultOf('a === c'), [entry])).toBeUndefined();
    expect(sortOf(resultOf('a === b', { function_name: 'other' }), [entry])).toBeUndefined();
    expect(sortOf(resultOf('a === b', { nth: 2 }), [{ ...entry, nth: 1 }])).toBeUndefined();
  });

  test('of one mutant goes before what is said of its whole function', () => {
    const one = entryOf({ original: 'a', replacement: 'false', class: 'hole' });
    expect(sortOf(resultOf('a'), [entryOf(), one])).toBe(one);
    expect(sortOf(resultOf('b'), [entryOf(), one])).toEqual(entryOf());
  });

  test('can be said of all that is replaced in one statement', () => {
    const entry = entryOf({ statement: 'if (a)' });
    expect(sortOf(resultOf('b'), [entry])).toBe(entry);
    expect(sortOf(resultOf('b', { statement: 'return a;' }), [entry])).toBeUndefined();
  });

  test('is about sources of the implementation whose file it stands in', () => {
    const file = path.join(folder, 'ledger.yaml');
    writeFileSync(file, '- { file: serve.mjs, function: f, class: hole, why: x }');
    const [entry] = readSorted(file, 'tests/targets/ledger');
    expect(entry?.file).toBe('tests/targets/ledger/serve.mjs');
    expect(readSorted(path.join(folder, 'nobody.yaml'), 'tests/targets/nobody')).toEqual([]);
  });

  test('is refused without a reason or with a class that is none', () => {
    const file = path.join(folder, 'sorted.yaml');
    writeFileSync(file, '- { file: a.ts, function: f, class: fine, why: x }');
    expect(() => readSorted(file, 'reference')).toThrow(/entry 1 needs/);
    writeFileSync(file, '- { file: a.ts, function: f, class: hole, why: x, replacement: a }');
    expect(() => readSorted(file, 'reference')).toThrow(/an original with each replacement/);
  });

  test('is still about a mutant of the sources as they are', { timeout: 60_000 }, async () => {
    for (const name of readdirSync(path.join(ROOT, 'tests/systematic/sorted'))) {
      if (!name.endsWith('.yaml')) continue;
      const subject = subjectOf(path.basename(name, '.yaml'));
      const entries = readSorted(sortedFile(subject), subject.folder);
      const { mutants } = await mutate([...new Set(entries.map(({ file }) => file))]);
      const counting = mutants.filter(({ excluded }) => excluded === null);
      expect(staleEntries(entries, counting)).toEqual([]);
    }
  });
});

describe('a score', () => {
  const results = [
    CAUGHT,
    resultOf('b', { result: 'unavailable', components: ['phase2-raw', 'phase5-worker'] }),
    resultOf('c', { result: 'uncovered', components: [] }),
    resultOf('d'),
    resultOf('e', { file: 'reference/http/route.ts' }),
  ];
  const entries = [
    entryOf({ original: 'd', replacement: 'false', class: 'equivalent' }),
    entryOf({ original: 'a', replacement: 'false', class: 'equivalent' }),
    entryOf({ file: 'reference/http/route.ts', class: 'hole' }),
  ];
  const sorted = sortResults(results, entries);

  test('counts every survivor that is neither equivalent nor unpromised, and no catch of what is equivalent', () => {
    expect(scoreOf('all', sorted)).toMatchObject({
      caught: 1,
      counted: 3,
      equivalent: 2,
      holes: 1,
      unsorted: 1,
      uncovered: 1,
    });
  });

  test('is told by component, for shared code, and for decisions apart', () => {
    expect(scores(sorted).map(({ name, caught, counted }) => [name, caught, counted])).toEqual([
      ['phase2-raw', 0, 1],
      ['run by no case', 0, 1],
      ['shared', 1, 1],
      ['decide*.ts', 1, 2],
      ['all', 1, 3],
    ]);
  });

  test('is reported with the survivors that count, and no others', () => {
    const extent = {
      subject: REFERENCE,
      mutants: 20,
      excluded: 8,
      drawn: 5,
      seed: 1,
      date: '2024-01-15',
      command: 'npm run x',
    };
    const report = reportOf(sorted, extent);
    expect(report).toContain('5 of 12 mutants drawn with seed 1; 8 of 20 left out by rule');
    expect(report).toContain('Survivors that count (2):');
    expect(report).toContain('http/route.ts:12 decideRun: e -> false [survived, hole]');
    expect(report).not.toContain(': d -> false');
    expect(sectionOf(sorted, extent)).toContain('1 of 3');
    expect(sectionOf(sorted, extent)).toContain("in every place of the reference's services: 20");
    const ledger = { ...extent, subject: subjectOf('ledger') };
    expect(sectionOf(sorted, ledger)).toContain('in every place of `tests/targets/ledger`: 20');
  });

  test('names for each mutant that was caught what caught it', () => {
    expect(lineOf(CAUGHT)).toMatch(
      /^caught .*runs\/decide\.ts:12 .*a -> false\n +FANIN-001 lost trigger \(c \(1 of 2\)\)$/,
    );
  });
});

describe('the command', () => {
  test('draws a hundred with two workers when nothing else is asked', () => {
    expect(readOptions([])).toMatchObject({
      sample: 100,
      seed: 1,
      workers: 2,
      component: null,
      target: 'reference',
      resume: false,
    });
    expect(readOptions(['--all', '--resume'])).toMatchObject({ sample: null, resume: true });
  });

  test('refuses numbers and components that are none', () => {
    expect(() => readOptions(['--sample', 'many'])).toThrow('--sample must be a whole number from 1');
    expect(() => readOptions(['--component', 'phase9'])).toThrow(
      '--component must be one of phase1-scrapers',
    );
    expect(() => readOptions(['--nonsense'])).toThrow();
    expect(() => subjectOf('careless')).toThrow(
      /^--target must be one of reference, .*ledger.*, got "careless"$/,
    );
  });
});
