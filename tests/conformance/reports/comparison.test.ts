import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compareResults } from '../../../conformance/reports/comparison/compare.ts';
import { comparisonMarkdown } from '../../../conformance/reports/comparison/markdown.ts';
import { comparisonPage } from '../../../conformance/reports/comparison/page.ts';
import type { RequirementResult, RunResult } from '../../../conformance/reports/result/result.ts';
import { conformance } from '../command.ts';
import { failingResult, passingResult } from './failing.ts';
import { everything, readXml } from './xml.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'diff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failing = failingResult('mine');
const BROKEN = 'FANIN-002';

/** The same result with other words about one requirement. */
function but(result: RunResult, id: string, change: Partial<RequirementResult>): RunResult {
  const requirements = result.requirements.map((entry) =>
    entry.id === id ? { ...entry, ...change } : entry,
  );
  return { ...result, requirements };
}

const mended = but(failing, BROKEN, { result: 'passed', fails_run: false, anomalies: [] });
const change = (before: RunResult, after: RunResult, id = BROKEN) =>
  compareResults(before, after).changes.find((one) => one.id === id);

describe('what a change made of a service', () => {
  test('the same result twice differs in nothing', () => {
    const { verdict, changes, unchanged, notes } = compareResults(failing, failing);
    expect([verdict, changes, notes]).toEqual(['same', [], []]);
    expect(unchanged).toBe(failing.requirements.length);
  });
  test('a new failure is worse, with its cause, its proof and its command', () => {
    expect(change(mended, failing)).toMatchObject({
      kind: 'new failure',
      direction: 'worse',
      from: 'passed',
    });
    expect(change(mended, failing)?.causes_after.join()).toMatch(/^double trigger/);
    expect(change(mended, failing)?.entry.anomalies[0]?.command).toContain('--only fan-in-in-any-order');
    expect(compareResults(mended, failing).verdict).toBe('worse');
  });
  test('a gone failure is better', () => {
    expect(change(failing, mended)).toMatchObject({
      kind: 'gone failure',
      direction: 'better',
      to: 'passed',
    });
    expect(compareResults(failing, mended).verdict).toBe('better');
  });
  test('a failure with another cause is told, and neither worse nor better', () => {
    const [anomaly] = failing.requirements.find(({ id }) => id === BROKEN)?.anomalies ?? [];
    if (anomaly === undefined) throw new Error('expected an anomaly');
    const other = but(failing, BROKEN, { anomalies: [{ ...anomaly, anomaly: 'lost trigger' }] });
    expect(change(failing, other)).toMatchObject({ kind: 'changed cause', direction: 'neither' });
    expect(compareResults(failing, other).verdict).toBe('same');
  });
  test('another proof of the same cause is no change', () => {
    const [anomaly] = failing.requirements.find(({ id }) => id === BROKEN)?.anomalies ?? [];
    if (anomaly === undefined) throw new Error('expected an anomaly');
    const again = but(failing, BROKEN, {
      anomalies: [{ ...anomaly, proof: 'Other words (#99).', events: [99] }],
    });
    expect(compareResults(failing, again).changes).toEqual([]);
  });

  const untested = (result: RequirementResult['result'], reason: string) =>
    but(mended, BROKEN, { result, reason, fails_run: result === 'failed', anomalies: [] });
  test.each([
    [
      'claimed and not shown any more',
      mended,
      untested('failed', 'not testable: no seed'),
      'no longer testable',
      'worse',
    ],
    ['shown now', untested('failed', 'not testable: no seed'), mended, 'now testable', 'better'],
    [
      'not judged any more',
      mended,
      untested('not_judged', 'left out by --quick'),
      'no longer testable',
      'neither',
    ],
    ['not claimed any more', mended, untested('not_applicable', 'no profile'), 'no longer testable', 'worse'],
    [
      'not claimed instead of mended',
      failing,
      untested('not_applicable', 'no profile'),
      'no longer testable',
      'neither',
    ],
    ['judged now, and broken', untested('not_judged', 'left out'), failing, 'new failure', 'worse'],
    [
      'known instead of mended',
      failing,
      but(failing, BROKEN, { fails_run: false, known: true }),
      'other standing',
      'neither',
    ],
    [
      'known no more',
      but(failing, BROKEN, { fails_run: false, known: true }),
      failing,
      'other standing',
      'worse',
    ],
  ] as const)('%s', (_, before, after, kind, direction) => {
    expect(change(before, after)).toMatchObject({ kind, direction });
  });
  test('a requirement that only one result has is told', () => {
    const fewer = { ...mended, requirements: mended.requirements.filter(({ id }) => id !== BROKEN) };
    expect(change(mended, fewer)).toMatchObject({ to: 'absent', direction: 'neither' });
    expect(change(fewer, failing)).toMatchObject({ from: 'absent', direction: 'worse' });
  });
  test('runs with other seeds and extents are compared, and it is told what that means', () => {
    const { notes } = compareResults(failing, { ...failing, seed: 8, extent: 'quick' });
    expect(notes.join('\n')).toMatch(/extent: all before, quick after.*\n.*seed: 7 before, 8 after/);
  });
});

/** What an aborted run leaves: it judged nothing. */
const unjudged: RunResult = {
  ...failing,
  interrupted: true,
  cut_short: 'ended by --timeout 1',
  conforms: false,
  requirements: failing.requirements.map((entry) => ({
    ...entry,
    result: 'not_judged',
    fails_run: false,
    anomalies: [],
    reason: 'ended early',
  })),
};

/** What a run of one requirement leaves. */
const onlyBroken = { ...mended, requirements: mended.requirements.filter(({ id }) => id === BROKEN) };

describe('results that say little of each other', () => {
  test.each([
    ['the later run was aborted', mended, unjudged, 'after'],
    ['the earlier run was aborted', unjudged, onlyBroken, 'before'],
    ['a result has no requirement', mended, { ...mended, requirements: [] }, 'after'],
  ] as const)('%s: nothing can be said, and the reason is told', (_, before, after, place) => {
    const { verdict, notes } = compareResults(before, after);
    expect(verdict).toBe('unknown');
    expect(notes.join('\n')).toContain(`the run ${place} judged no requirement`);
  });
  test('an aborted run before and a failure after: the failure is told all the same', () => {
    expect(compareResults(unjudged, failing).verdict).toBe('worse');
  });
  test('requirements that one side lacks are named, a few of them', () => {
    const { verdict, notes } = compareResults(mended, onlyBroken);
    expect(verdict).toBe('same');
    expect(notes.join('\n')).toMatch(
      new RegExp(`^${mended.requirements.length - 1} requirements are in the result before only: `, 'm'),
    );
    expect(compareResults(onlyBroken, mended).notes.join('\n')).toMatch(
      /in the result after only: .* and \d+ more; /,
    );
  });
});

describe('conformance diff', () => {
  const keep = (name: string, result: RunResult): string => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify(result));
    return file;
  };
  const [bad, good] = [keep('bad.json', failing), keep('good.json', mended)];

  test('ends with 1 when something is worse, and with 0 otherwise', async () => {
    const worse = await conformance('diff', good, bad);
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(
      /Worse\n {2}FANIN-002 .*\n {4}new failure: passed before, failed now: double trigger/,
    );
    expect(worse.out).toContain('mine is worse than before: 1 worse, 0 better');
    expect((await conformance('diff', bad, good)).code).toBe(0);
    expect((await conformance('diff', bad, bad)).code).toBe(0);
  });
  test('ends with 3 where nothing was judged in both', async () => {
    const { code, out } = await conformance('diff', good, keep('unjudged.json', unjudged));
    expect([code, out]).toEqual([
      3,
      expect.stringContaining('mine cannot be compared, since no requirement was judged in both results'),
    ]);
  });
  test.each([
    ['nothing', '', 'expected JSON'],
    ['a list of results', '[]', 'it must be object'],
    ['no result', '{}', 'it must have required property'],
  ])('%s in a file is a usage error that names the file', async (_, text, words) => {
    const file = path.join(folder, 'odd.json');
    writeFileSync(file, text);
    const { code, err } = await conformance('diff', good, file);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    expect(err).toContain('odd.json');
  });
  test('the JSON is the comparison', async () => {
    const { out } = await conformance('diff', good, bad, '--json');
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(compareResults(mended, failing))));
  });
  test('Markdown keeps the words of a target from becoming markup', async () => {
    const { out, code } = await conformance('diff', good, bad, '--markdown');
    expect([code, out.split('\n')[0]]).toEqual([1, expect.stringContaining('❌ mine is worse than before')]);
    expect(out).toMatch(/\*\*Worse\*\*\n\n- \*\*FANIN-002\*\* \(MUST\)/);
    expect(
      comparisonMarkdown(
        compareResults(
          { ...mended, target: { name: '<b>', file: null } },
          { ...failing, target: { name: '<b>', file: null } },
        ),
      ),
    ).not.toContain('<b>');
  });
  test('the page has both verdicts, what changed, and the diagram of what is new', async () => {
    const file = path.join(folder, 'diff.html');
    expect((await conformance('diff', good, bad, '--html', file)).code).toBe(1);
    const page = everything(readXml(readFileSync(file, 'utf8')));
    expect(page.filter(({ name }) => name === 'svg').length).toBeGreaterThan(0);
    const ids = page.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, attributes } of page)
      if (name === 'a') expect(ids).toContain(attributes['href']?.slice(1));
    expect(comparisonPage(compareResults(failing, failing), failing, failing)).toContain(
      'Every requirement stands',
    );
  });
  test.each([
    [
      'another target',
      passingResult('theirs'),
      'expected two results of one target, got "mine" and "theirs"',
    ],
    [
      'another contract',
      { ...mended, contract: { version: '1.0.0', hash: 'a'.repeat(64) } },
      'expected two results under one contract, got',
    ],
  ] as const)('%s is a usage error that says so', async (_, other, words) => {
    const { code, err } = await conformance('diff', bad, keep('other.json', other));
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
