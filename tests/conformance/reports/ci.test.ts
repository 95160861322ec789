import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ctrfReport } from '../../../conformance/reports/ci/ctrf.ts';
import { markdownSummary } from '../../../conformance/reports/ci/markdown.ts';
import { failingResult, passingResult } from './failing.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ACTION = path.join(ROOT, '.github/actions/conformance');
const CARELESS = 'tests/targets/careless/target.yaml';
const folder = mkdtempSync(path.join(tmpdir(), 'ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the CTRF report', () => {
  const ENDED_MS = 1_800_000_000_000;
  const { reportFormat, specVersion, results } = JSON.parse(ctrfReport(failingResult(), ENDED_MS));
  test('has what the format requires', () => {
    expect([reportFormat, specVersion]).toEqual(['CTRF', '0.0.0']);
    expect(results.tool.name).toBe('conformance');
    expect(results.summary).toMatchObject({ other: 0, pending: 0, stop: ENDED_MS, start: ENDED_MS - 1200 });
    for (const { name, status, duration } of results.tests) {
      expect(name).toMatch(/^[A-Z]+-\d{3} /);
      expect(['passed', 'failed', 'skipped', 'pending', 'other']).toContain(status);
      expect(duration).toBe(0);
    }
  });
  test('counts its tests, and fails exactly what fails the run', () => {
    const { tests, summary } = results;
    const count = (status: string): number =>
      tests.filter((one: { status: string }) => one.status === status).length;
    expect(summary.tests).toBe(tests.length);
    expect([summary.passed, summary.failed, summary.skipped]).toEqual([
      count('passed'),
      count('failed'),
      count('skipped'),
    ]);
    expect(summary.failed).toBe(failingResult().requirements.filter((entry) => entry.fails_run).length);
  });
  test('a failure carries its proof, its messages and its command', () => {
    const failed = results.tests.find((one: { name: string }) => one.name.startsWith('FANIN-002'));
    expect(failed.message).toContain('double trigger in fan-in-in-any-order');
    expect(failed.trace).toContain('#1 deliver to');
    expect(failed.extra.commands[0]).toContain('--only fan-in-in-any-order@1 --seed 7');
  });
});

describe('the job summary', () => {
  const text = markdownSummary([failingResult('mine <1>'), passingResult('theirs')]);
  test('begins with the verdict, and has numbers by area and each failure with its command', () => {
    expect(text).toMatch(/^## ❌ mine &lt;1&gt; does not conform\./);
    expect(text).toContain('## ✅ theirs conforms.');
    expect(text).toContain('| Fan-in, Phase 3 to 4 |');
    expect(text).toContain('Again: node conformance/cli/bin.mjs run');
  });
  test('keeps words of a target from becoming markup or links to issues', () => {
    expect(text).not.toContain('<again>** ');
    expect(
      text
        .split('```')
        .filter((_, place) => place % 2 === 0)
        .join(''),
    ).not.toMatch(/ #\d/);
  });
});

const action = parse(readFileSync(path.join(ACTION, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly run?: string;
      readonly uses?: string;
    }[];
  };
};
const judgeStep = action.runs.steps.find(({ id }) => id === 'judge');

/** Runs the action's judging step as GitHub would: inputs become environment variables, outputs a file. */
function runAction(inputs: Readonly<Record<string, string>>) {
  const output = path.join(folder, `output-${Math.abs(Object.keys(inputs).length)}-${Date.now()}`);
  writeFileSync(output, '');
  const fill = (text: string): string =>
    text.replaceAll(/\$\{\{ (inputs|github)\.([\w-]+) \}\}/g, (_, from: string, name: string) =>
      from === 'github' ? ACTION : (inputs[name] ?? action.inputs[name]?.default ?? ''),
    );
  const env = Object.fromEntries(
    Object.entries(judgeStep?.env ?? {}).map(([name, text]) => [name, fill(text)]),
  );
  const summary = path.join(folder, 'summary.md');
  const ran = spawnSync('bash', ['-c', judgeStep?.run ?? 'exit 99'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
  });
  const lines = readFileSync(output, 'utf8').trim().split('\n');
  const outputs = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  return { ...ran, outputs, summary };
}

describe('the GitHub action', () => {
  test('every input is described and handed to a step, and no other is asked for', () => {
    const used = new Set(
      [...readFileSync(path.join(ACTION, 'action.yml'), 'utf8').matchAll(/inputs\.([\w-]+)/g)].map(
        ([, name]) => name,
      ),
    );
    expect([...used].sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description.length).toBeGreaterThan(10);
    }
  });
  test('inputs reach the shell as variables only, and every variable is used', () => {
    for (const { run, env = {}, uses } of action.runs.steps) {
      if (run === undefined) {
        expect(uses).toMatch(/^actions\/cache\/(restore|save)@v\d+$/);
        continue;
      }
      expect(run).not.toContain('${{');
      const script = /ACTION_DIRECTORY\/(\w+\.sh)/.exec(run)?.[1] ?? '';
      const text = readFileSync(path.join(ACTION, script), 'utf8');
      for (const name of Object.keys(env)) expect(text).toContain(name);
    }
  });
  test('docs/ci.md describes every input and output', () => {
    const page = readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8');
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) {
      expect(page).toContain(`\`${name}\``);
    }
  });
  test('judges the Python orchestrator and tells outputs, reports and summary', () => {
    const reports = path.join(folder, 'reports');
    const { status, outputs, summary, stderr } = runAction({
      target: 'tests/targets/python/target.yaml',
      only: 'FANIN-004 fan-in-in-any-order@1',
      seed: '7',
      'report-directory': reports,
    });
    expect(stderr).not.toContain('conformance: ');
    expect(status).toBe(0);
    expect(outputs).toMatchObject({ conforms: 'true', failed: '0', 'exit-code': '0' });
    expect(Number(outputs['passed'])).toBeGreaterThan(3);
    for (const name of ['result', 'junit', 'ctrf', 'html'])
      expect(existsSync(outputs[name] ?? '')).toBe(true);
    expect(readFileSync(summary, 'utf8')).toContain('✅ python-orchestrator conforms in what was selected');
    expect(outputs).toMatchObject({ worse: '', difference: '', kept: 'false' });
  }, 60_000);
  test('compares with a baseline: the summary says what is worse, which fails the job where that is asked for', () => {
    const baseline = path.join(folder, 'baseline.json');
    const reports = path.join(folder, 'compared');
    const inputs = { target: CARELESS, only: 'fan-in-after-a-refused-publish@1', seed: '7', baseline };
    const known = { 'report-directory': reports, 'known-failures': 'report' };
    // Where a result has nothing of what is broken now, each broken promise is news.
    const nothing = { ...passingResult('careless'), requirements: [] };
    writeFileSync(baseline, JSON.stringify(nothing));
    const told = runAction({ ...inputs, ...known, worse: 'fail' });
    expect([told.status, told.outputs['exit-code'], told.outputs['worse']]).toEqual([1, '1', 'true']);
    expect(readFileSync(told.summary, 'utf8')).toContain('❌ careless is worse than before');
    expect(existsSync(told.outputs['difference'] ?? '')).toBe(true);
    writeFileSync(baseline, JSON.stringify({ ...nothing, target: { name: 'other', file: null } }));
    const other = runAction({ ...inputs, ...known, worse: 'fail' });
    expect([other.status, other.outputs['worse']]).toEqual([0, '']);
    expect(other.stdout).toContain('::notice title=Conformance::not compared: ');
  }, 120_000);
  test.each([
    [{ worse: 'ask' }, 'worse: expected tell or fail, got "ask"'],
    [{ compare: 'yes' }, 'compare: expected true or false, got "yes"'],
    [{ baseline: 'nowhere.json' }, 'baseline: expected a result file, found none at nowhere.json'],
    [{ mode: 'fast' }, 'mode: expected quick, default or deep, got "fast"'],
    [{ strict: 'yes' }, 'strict: expected true or false, got "yes"'],
    [{ 'known-failures': 'hide' }, 'known-failures: expected fail or report, got "hide"'],
    [{ 'judge-directory': '/nowhere' }, 'expected a checkout'],
  ])('%j is a usage error', (inputs, words) => {
    const { status, stdout } = runAction({ ...inputs, 'report-directory': path.join(folder, 'none') });
    expect(status).toBe(2);
    expect(stdout).toContain(`::error title=Conformance::`);
    expect(stdout).toContain(words);
  });
});
