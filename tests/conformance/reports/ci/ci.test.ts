import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ctrfReport } from '../../../../conformance/reports/ci/ctrf.ts';
import { markdownSummary } from '../../../../conformance/reports/ci/markdown.ts';
import { failingResult, passingResult } from '../failing.ts';
import { ACTIONS, type Occasion, readAction, runAction } from './action.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ACTION = path.join(ACTIONS, 'conformance');
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

const action = readAction('conformance');

/** Runs the action on the checkout that this test is part of, as on a push. */
function runOnCheckout(inputs: Readonly<Record<string, string>>, more: Partial<Occasion> = {}) {
  return runAction(
    'conformance',
    { 'judge-directory': ROOT, install: 'false', ...inputs },
    { workspace: ROOT, temp: folder, environment: process.env, github: { event_name: 'push' }, ...more },
  );
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
        expect(uses).toMatch(/^actions\/cache(\/(restore|save))?@v\d+$/);
        continue;
      }
      expect(run).not.toContain('${{');
      const script = /ACTION_DIRECTORY\/((?:\.\.\/)?\w+\.sh)/.exec(run)?.[1] ?? '';
      const text = run + readFileSync(path.join(ACTION, script), 'utf8');
      // GitHub's own command reads its token by itself.
      const read = Object.keys(env).filter((name) => !(name === 'GH_TOKEN' && text.includes('gh api')));
      for (const name of read) expect(text).toContain(name);
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
    const { status, outputs, summary, stderr } = runOnCheckout({
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
    expect(summary).toContain('✅ python-orchestrator conforms in what was selected');
    expect(outputs).toMatchObject({ worse: '', difference: '' });
  }, 60_000);
  test('comments the summary on a pull request, and renews that comment and no other', () => {
    const gh = path.join(folder, 'gh');
    const log = path.join(folder, 'gh.log');
    const comments = path.join(folder, 'comments');
    writeFileSync(comments, '');
    // In the place of GitHub's program: it knows the ids of comments, and keeps what it was asked.
    writeFileSync(
      gh,
      `#!/bin/sh\ncase "$*" in *--jq*) cat '${comments}';; esac\necho "$@" >> '${log}'\nfor word; do case $word in body=@*) cat "\${word#body=@}" >> '${log}';; esac; done\n`,
    );
    chmodSync(gh, 0o755);
    const environment = {
      ...process.env,
      PATH: `${folder}${path.delimiter}${process.env['PATH']}`,
      GITHUB_REPOSITORY: 'our/service',
    };
    const github = { event_name: 'pull_request', 'event.pull_request.number': '7', token: 't' };
    const inputs = {
      target: 'tests/targets/python/target.yaml',
      only: 'fan-in-in-any-order@1',
      'report-directory': path.join(folder, 'commented'),
    };
    expect(runOnCheckout(inputs, { environment, github }).status).toBe(0);
    const first = readFileSync(log, 'utf8');
    expect(first).toContain('--method POST repos/our/service/issues/7/comments');
    expect(first).toContain(`<!-- conformance ${inputs.target} -->`);
    expect(first).toContain('✅ python-orchestrator conforms in what was selected');
    writeFileSync(comments, '4711\n');
    runOnCheckout(inputs, { environment, github });
    expect(readFileSync(log, 'utf8').slice(first.length)).toContain(
      '--method PATCH repos/our/service/issues/comments/4711',
    );
    writeFileSync(gh, '#!/bin/sh\nexit 1\n');
    const refused = runOnCheckout(inputs, { environment, github });
    expect([refused.status, refused.stdout]).toEqual([
      0,
      expect.stringContaining('::warning title=conformance'),
    ]);
  }, 120_000);
  test('compares with a baseline: the summary says what is worse, which fails the job where that is asked for', () => {
    const baseline = path.join(folder, 'baseline.json');
    const reports = path.join(folder, 'compared');
    const inputs = { target: CARELESS, only: 'fan-in-after-a-refused-publish@1', seed: '7', baseline };
    const known = { 'report-directory': reports, 'known-failures': 'report' };
    // Where a result has nothing of what is broken now, each broken promise is news.
    const nothing = { ...passingResult('careless'), requirements: [] };
    writeFileSync(baseline, JSON.stringify(nothing));
    const told = runOnCheckout({ ...inputs, ...known, worse: 'fail' });
    expect([told.status, told.outputs['exit-code'], told.outputs['worse']]).toEqual([1, '1', 'true']);
    expect(told.summary).toContain('❌ careless is worse than before');
    expect(existsSync(told.outputs['difference'] ?? '')).toBe(true);
    writeFileSync(baseline, JSON.stringify({ ...nothing, target: { name: 'other', file: null } }));
    const other = runOnCheckout({ ...inputs, ...known, worse: 'fail' });
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
    [{ 'judge-directory': '/nowhere' }, 'judge-directory: expected the judge at /nowhere, found none'],
    [{ 'judge-directory': '' }, '/conformance-judge/node_modules/nba-pipeline-contract, found none'],
  ])('%j is a usage error', (inputs, words) => {
    const { status, stdout } = runOnCheckout({ ...inputs, 'report-directory': path.join(folder, 'none') });
    expect(status).toBe(2);
    expect(stdout).toContain(`::error title=Conformance::`);
    expect(stdout).toContain(words);
  });
});
