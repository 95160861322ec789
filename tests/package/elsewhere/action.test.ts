import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { readAction, runAction, type Step } from '../../conformance/reports/ci/action.ts';
import { installedAt, PATIENCE_MS, ROOT } from '../installed.ts';

const { archive } = installedAt(inject('package_place'));
const place = mkdtempSync(path.join(tmpdir(), 'action-'));
const workspace = path.join(place, 'work space');
afterAll(() => rmSync(place, { recursive: true, force: true }), PATIENCE_MS);

const page = readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8');
const [workflow = '', nightly = ''] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
  ([, text]) => text,
);
const OURS = /^your-org\/nba-pipeline-contract\/\.github\/actions\/conformance@v\d+\.\d+\.\d+$/;

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
);

/** The workspace that actions/checkout would have made. */
function checkout(): void {
  mkdirSync(workspace);
  copyFileSync(path.join(ROOT, 'tests/package/lossy.mjs'), path.join(workspace, 'lossy.mjs'));
  writeFileSync(path.join(workspace, 'requirements.txt'), '');
  writeFileSync(
    path.join(workspace, 'conformance.yaml'),
    [
      'name: lossy',
      'profiles: [message, fan-in]',
      'recovery_seconds: 4',
      'ready: { stdout: "listening on (?<url>http://[^ ]+)" }',
      'delivery: { form: push_envelope }',
      'components:',
      '  phase3-to-phase4-orchestrator: { command: [node, lossy.mjs] }',
    ].join('\n'),
  );
}

describe('the workflow of docs/ci.md, its steps by hand', { timeout: PATIENCE_MS }, () => {
  const steps: readonly Step[] = parse(workflow).jobs.conformance.steps;
  checkout();

  test('uses others’ actions that are known, and ours by a version', () => {
    const others = steps.flatMap(({ uses }) => (uses === undefined || OURS.test(uses) ? [] : [uses]));
    expect(others).toEqual([
      'actions/checkout@v4',
      'actions/setup-node@v4',
      'actions/setup-python@v5',
      'actions/upload-artifact@v4',
    ]);
    expect(steps.filter(({ uses = '' }) => OURS.test(uses))).toHaveLength(1);
  });

  test.each(steps.flatMap(({ run }) => (run === undefined ? [] : [run])))('%s', (run) => {
    expect(spawnSync('bash', ['-c', run], { cwd: workspace, env: environment }).status).toBe(0);
  });

  test('ours installs the package, judges, fails on the lost trigger, and takes the package from the cache next time', () => {
    const step = steps.find(({ uses = '' }) => OURS.test(uses));
    const asked = { ...step?.with, mode: 'quick', only: 'fan-in-in-any-order@1', package: archive };
    const occasion = {
      workspace,
      temp: path.join(place, 'temp'),
      environment,
      github: { event_name: 'push', ref_name: 'mine', 'event.repository.default_branch': 'main' },
    };
    const ran = runAction('conformance', asked, occasion);
    expect([ran.status, ran.outputs['conforms'], ran.outputs['exit-code']]).toEqual([1, 'false', '1']);
    expect(ran.summary).toContain('does not conform');
    expect(ran.left_out).toEqual(['actions/cache@v4']);
    for (const name of ['result', 'junit', 'ctrf', 'html'])
      expect(existsSync(path.join(workspace, ran.outputs[name] ?? '-'))).toBe(true);
    // Without npm nothing can be installed again.
    const without = { ...environment, PATH: `${path.dirname(process.execPath)}-none:/usr/bin:/bin` };
    const tools = path.join(place, 'tools');
    mkdirSync(tools);
    writeFileSync(path.join(tools, 'npm'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    writeFileSync(path.join(tools, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
    const cached = { ...without, PATH: `${tools}:${without.PATH}` };
    expect(runAction('conformance', asked, { ...occasion, environment: cached }).status).toBe(1);
  });

  test('the nightly step asks for inputs that the action has', () => {
    const [step] = parse(nightly) as readonly Step[];
    const inputs = Object.keys(readAction('conformance').inputs);
    expect(step?.uses).toMatch(OURS);
    for (const name of Object.keys(step?.with ?? {})) expect(inputs).toContain(name);
  });
});
