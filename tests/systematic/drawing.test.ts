import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { exclusionOf } from './drawing/exclusions.ts';
import { ROOT } from './drawing/files.ts';
import { mutate } from './drawing/instrument.ts';
import { keyOf, type Mutant } from './drawing/mutant.ts';
import { readPlaces } from './drawing/places.ts';
import { sourcesOf, writePrograms } from './drawing/program.ts';
import { drawSample } from './drawing/sample.ts';
import { subjectOf } from './drawing/subject.ts';

const SOURCE = `const LEVELS = [1, 2];
export function decide(state: State): void {
  const due = LEVELS.map((level) => level + 1);
  const tell = () => ports.log.info(\`\${due.length} levels are due\`, { state });
  throw new PipelineError('UNEXPECTED', 'no level is due', { state });
}`;

function placeOf(text: string, nth = 0) {
  const offset = SOURCE.split(text)
    .slice(0, nth + 1)
    .join(text).length;
  const before = SOURCE.slice(0, offset).split('\n');
  const at = { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
  return readPlaces('x.ts', SOURCE)(at, { ...at, column: at.column + text.length });
}

function mutantOf(change: Partial<Mutant>): Mutant {
  return {
    id: '1',
    file: 'reference/runs/decide.ts',
    line: 1,
    statement: '',
    function_name: 'decideRun',
    mutator: 'BooleanLiteral',
    original: 'true',
    replacement: 'false',
    nth: 1,
    excluded: null,
    ...change,
  };
}

describe('the place of a mutant', () => {
  test('is the innermost function with a name around it', () => {
    expect(placeOf('level + 1').function_name).toBe('decide');
    expect(placeOf('{ state }').function_name).toBe('tell');
    expect(placeOf('[1, 2]').function_name).toBe('(module)');
  });

  test('is told with the statement around it', () => {
    expect(placeOf('level + 1').statement).toBe('const due = LEVELS.map((level) => level + 1);');
    expect(placeOf('{ state }', 1).statement).toMatch(/^throw new PipelineError/);
  });

  test('names the calls in whose arguments it stands, and not those that it calls', () => {
    expect(placeOf('{ state }').calls).toEqual(['ports.log.info']);
    expect(placeOf('level + 1').calls).toEqual(['LEVELS.map']);
    expect(placeOf("'UNEXPECTED'").calls).toEqual(['new PipelineError']);
    expect(placeOf('LEVELS.map').calls).toEqual([]);
  });
});

describe('a mutant is left out by rule', () => {
  const of = (original: string, change = {}) =>
    exclusionOf({
      file: 'reference/runs/decide.ts',
      mutator: 'StringLiteral',
      function_name: 'decideRun',
      statement: '',
      calls: [],
      original,
      ...change,
    });

  test('when it is text for people', () => {
    expect(of("'no level is due'")).toBe('prose');
    expect(of(`\`read \${path}\``)).toBe('prose');
    expect(of(`\`expected \${a}, got \${b}\``)).toBe('prose');
  });

  test('and not when it is a name, a code, a key or a topic', () => {
    for (const name of [
      "'success'",
      "'nba-phase4-trigger'",
      "'already_running'",
      "''",
      `\`\${date}.r\${run}\``,
    ]) {
      expect(of(name)).toBeNull();
    }
    expect(of(`\`\${key}/attempt \${asked.attempt}\``)).toBeNull();
  });

  test('when it is what a log call is given, at any depth', () => {
    expect(of('due', { mutator: 'ConditionalExpression', calls: ['due.map', 'ports.log.info'] })).toBe('log');
    expect(of('{}', { mutator: 'ObjectLiteral', calls: ['logEvent'] })).toBe('log');
    expect(of('due', { mutator: 'ConditionalExpression', calls: ['Math.log'] })).toBeNull();
  });

  test('when it is the text of an error, and not when it is the code that decides the answer', () => {
    const calls = ['new PipelineError'];
    expect(of('{ path }', { mutator: 'ObjectLiteral', calls })).toBe('error text');
    expect(of("'INVALID_JSON'", { calls })).toBeNull();
    expect(of('found === 0', { mutator: 'EqualityOperator', calls })).toBeNull();
  });

  test('when it reads a setting, or is the text of what a stranger throws', () => {
    const file = 'tests/targets/ledger/ledger.mjs';
    const setting = "const SHIFT_MS = Number(process.env['SHIFT_MS'] ?? 600_000);";
    expect(of("process.env['SHIFT_MS'] ?? 600_000", { file, statement: setting })).toBe('configuration');
    const thrown = { file, statement: "throw new Occupied('busy');", calls: ['new Occupied'] };
    expect(of("'busy'", thrown)).toBe('error text');
    expect(
      of("'busy'", { ...thrown, statement: "return new Set(['busy']);", calls: ['new Set'] }),
    ).toBeNull();
    expect(of('due', { file, calls: ['console.error'] })).toBe('log');
  });

  test('when its file is about no promise', () => {
    expect(of('true', { file: 'reference/basketball/formulas.ts' })).toBe('figures');
    expect(of('true', { file: 'reference/ports/settings.ts' })).toBe('configuration');
    expect(of('true', { file: 'reference/services/serve.ts', mutator: 'BooleanLiteral' })).toBeNull();
  });
});

describe('a sample', () => {
  const mutants = Array.from({ length: 50 }, (_, index) =>
    mutantOf({
      id: String(index),
      original: `x${index}`,
      file: `reference/${index % 2 ? 'runs' : 'raw'}/a.ts`,
    }),
  );
  const keys = (sample: readonly Mutant[]): readonly string[] => sample.map(keyOf);

  test('is the same for the same seed, and another one for another seed', () => {
    const draw = (seed: number) =>
      keys(drawSample(mutants, { folder: 'reference', files: [], size: 10, seed }));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('of more mutants begins with the sample of fewer', () => {
    const draw = (size: number) =>
      keys(drawSample(mutants, { folder: 'reference', files: [], size, seed: 7 }));
    expect(draw(20).slice(0, 10)).toEqual(draw(10));
  });

  test('keeps its order when mutants are added, and when lines and numbers change', () => {
    const before = keys(drawSample(mutants, { folder: 'reference', files: [], size: null, seed: 3 }));
    const moved = mutants.map((mutant) => ({ ...mutant, id: `9${mutant.id}`, line: mutant.line + 12 }));
    const after = keys(
      drawSample([mutantOf({ original: 'new' }), ...moved], {
        folder: 'reference',
        files: [],
        size: null,
        seed: 3,
      }),
    );
    expect(after.filter((key) => before.includes(key))).toEqual(before);
  });

  test('has only mutants that count, of the files that were asked for', () => {
    const drawn = drawSample([...mutants, mutantOf({ excluded: 'log' })], {
      folder: 'reference',
      files: ['raw/*'],
      size: null,
      seed: 1,
    });
    expect(drawn).toHaveLength(25);
    expect(new Set(drawn.map(({ file }) => file))).toEqual(new Set(['reference/raw/a.ts']));
  });
});

describe('the programs of an implementation', () => {
  test('of its own stand with every mutant where its target file looks for them, beside what they import', async () => {
    const subject = subjectOf('ledger');
    const sources = await sourcesOf(subject);
    expect(sources).toContain('tests/targets/ledger/phases.mjs');
    expect(sources.filter((file) => !file.startsWith('tests/targets/ledger/'))).toEqual([]);
    const root = mkdtempSync(path.join(tmpdir(), 'programs-'));
    try {
      await writePrograms(subject, new Map([['tests/targets/ledger/serve.mjs', 'mutants();']]), root);
      const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
      expect(read('tests/targets/ledger/serve.mjs')).toBe('mutants();');
      expect(read('tests/targets/ledger/ledger.mjs')).toBe(
        readFileSync(path.join(ROOT, 'tests/targets/ledger/ledger.mjs'), 'utf8'),
      );
      expect(read('tests/targets/merging/server.mjs')).not.toBe('');
      expect(JSON.parse(read('generated/contract.json'))).toHaveProperty('processors');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('are refused where nothing is JavaScript', async () => {
    await expect(sourcesOf(subjectOf('unclaimed'))).rejects.toThrow(
      /--target unclaimed: expected sources in JavaScript/,
    );
  });
});

describe('mutants of a file', () => {
  test('are told with place, text and replacement, and each has a name of its own', async () => {
    const { mutants, sources } = await mutate(['reference/orchestration/decide.ts']);
    expect(new Set(mutants.map(keyOf)).size).toBe(mutants.length);
    expect(mutants).toContainEqual(
      expect.objectContaining({
        function_name: 'decideCompletion',
        original: 'state ?? {}',
        replacement: 'state && {}',
      }),
    );
    expect(sources.get('reference/orchestration/decide.ts')).toContain('stryMutAct_9fa48');
  });

  test('of a stranger in JavaScript are told alike', async () => {
    const { mutants, sources } = await mutate(['tests/targets/ledger/ledger.mjs']);
    expect(mutants).toContainEqual(
      expect.objectContaining({
        function_name: 'mine',
        original: 'known?.shift !== shift',
        replacement: 'known?.shift === shift',
        excluded: null,
      }),
    );
    expect(sources.get('tests/targets/ledger/ledger.mjs')).toContain('stryMutAct_9fa48');
  });
});
