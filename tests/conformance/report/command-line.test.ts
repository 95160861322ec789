import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exitCodeOf, explainError } from '../../../conformance/cli/explain-error.ts';
import { CATALOGUE } from '../../../conformance/requirements/catalogue.ts';
import { JudgeFaultError } from '../../../conformance/verdict/running/cases.ts';
import { conformance } from '../command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'judge-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function targetFile(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('usage', () => {
  test('--help explains options and exit codes', async () => {
    const { code, out } = await conformance('run', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--only <pattern...>');
    expect(out).toContain('4 fault of the judge');
    expect((await conformance('--help')).code).toBe(0);
  });
  test.each([
    [['run', '--cloud', 'azure'], '--cloud must be embedded, emulators or project, got "azure"'],
    [['run', '--seed', 'x'], '--seed must be a whole number'],
    [['run', '--schedule', 's1:', '--only', 'MSG-001'], 'need a check that explores'],
    [['run', '--schedule', 's9:3', '--only', 'FANIN-006'], 'expected a schedule that begins with "s1:"'],
    [['run', '--schedule', 's1:3+0'], '--schedule: expected "STEP+TAKE"'],
    [['run', '--deep', '0', '--only', 'FANIN-006'], '--deep must be minutes'],
    [['run', '--deep', '1', '--schedule', 's1:'], 'leave one of them out'],
    [['run', '--only', 'NOPE-*'], 'matches no requirement and no check'],
    [['run', '--profile', 'nope'], 'is not one of message'],
    [['run', '--target', 'missing.yaml'], 'missing.yaml: expected a target file that can be read'],
    [['run', '--nope'], 'unknown option'],
    [['explain', 'FANIN-999'], 'did you mean FANIN-001'],
    [['nope'], 'unknown command'],
  ])('%j is a usage error', async (argv, expected) => {
    const { code, err } = await conformance(...argv);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
  test('--against asks what a released version asked, and knows no other version', async () => {
    const only = ['--target', 'reference', '--only', 'fan-in-in-any-order@1', 'IDEM-018', '--json'];
    const { code, out } = await conformance('run', ...only, '--against', '1.0.0');
    expect(code).toBe(0);
    const asked = JSON.parse(out).requirements as {
      readonly id: string;
      readonly result: string;
      readonly reason?: string;
    }[];
    expect(asked.find(({ id }) => id === 'FANIN-001')?.result).toBe('passed');
    expect(asked.find(({ id }) => id === 'IDEM-018')).toMatchObject({
      result: 'not_applicable',
      reason: expect.stringContaining('the target claims 1.0.0'),
    });
    const wrong = await conformance('run', ...only, '--against', '0.9.0');
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining('--against expects a released version (1.0.0'),
    ]);
  }, 120_000);
  test('a target that claims nothing of what is selected is judged by nothing', async () => {
    const file = targetFile(
      'one.yaml',
      'name: one\nprofiles: [fan-in]\ncomponents: { phase3-to-phase4-orchestrator: { command: [node] } }\n',
    );
    const reports = ['junit', 'ctrf', 'html', 'summary'].map((kind) => [
      kind,
      path.join(folder, `none.${kind}`),
    ]);
    const flags = reports.flatMap(([kind, name = '']) => [`--${kind}`, name]);
    const { code, out, err } = await conformance('run', '--target', file, '--only', 'COORD-*', ...flags);
    expect(code).toBe(2);
    expect(err).toMatch(/nothing was judged, and no report is written \(COORD-\d+: .*coordinator/);
    expect(out).toBe('');
    expect(reports.filter(([, name = '']) => existsSync(name))).toEqual([]);
  });
  test.each([
    [
      ['--i-own-this-project'],
      '--i-own-this-project speaks of a deployed pipeline, and --cloud embedded looks',
    ],
    [['--project', 'my-staging'], '--project my-staging speaks of a deployed pipeline, and --cloud embedded'],
  ])('%j without --cloud project judges nothing that is deployed', async (flags, expected) => {
    const file = targetFile(
      'deployed.yaml',
      'name: one\nprofiles: [fan-in]\nproject: { ids: [my-staging] }\ncomponents: { phase2-raw: { command: [node] } }\n',
    );
    const { code, err } = await conformance('run', '--target', file, ...flags);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
  test('a claim that cannot be tested does not conform', async () => {
    const file = targetFile(
      'empty.yaml',
      'name: empty\nprofiles: [fan-in]\ncomponents: { phase5-worker: { command: [node] } }\n',
    );
    const { code, out } = await conformance('run', '--target', file, '--only', 'FANIN-001', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      conforms: false,
      requirements: [{ id: 'FANIN-001', result: 'failed', reason: expect.stringContaining('not testable') }],
    });
  });
});

describe('a target that is not there', () => {
  test('a component that has no such path ends the run at once', async () => {
    const program = `require('node:http').createServer((q, r) => r.writeHead(404).end('no route')).listen(0, '127.0.0.1', function () { console.log('listening on http://127.0.0.1:' + this.address().port) })`;
    const file = targetFile(
      'astray.json',
      JSON.stringify({
        name: 'astray',
        profiles: ['fan-in'],
        delivery: { form: 'push_envelope', path: '/event' },
        components: { 'phase3-to-phase4-orchestrator': { command: ['node', '-e', program] } },
      }),
    );
    const { code, out, err } = await conformance('run', '--target', file, '--only', 'FANIN-001', '--quick');
    expect(code).toBe(3);
    expect(err).toMatch(/POST http:.*\/event, and each .* got 404 no route; correct delivery\.path/);
    expect(out).toBe('');
  });
  test('a command that ends at once', async () => {
    const file = targetFile(
      'dead.yaml',
      'name: dead\nprofiles: [fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { command: [node, -e, "console.log(17); process.exit(3)"] }\n',
    );
    const { code, err } = await conformance('run', '--target', file, '--only', 'FANIN-003');
    expect(code).toBe(3);
    expect(err).toContain('ended with exit code 3');
    expect(err).toContain('its last words: 17');
  });
  test('a URL that nobody serves', async () => {
    const file = targetFile(
      'gone.yaml',
      'name: gone\nprofiles: [fan-in]\ncomponents:\n  phase3-to-phase4-orchestrator: { url: "http://127.0.0.1:9" }\n',
    );
    const { code, err } = await conformance('run', '--target', file, '--only', 'FANIN-003');
    expect(code).toBe(3);
    expect(err).toContain('start it first');
  });
});

describe('--bail', () => {
  test('a run ends at its first broken MUST, and reports what was judged by then', async () => {
    const program = `require('node:http').createServer((q, r) => q.resume().on('end', () => r.writeHead(204).end())).listen(0, '127.0.0.1', function () { console.log('listening on http://127.0.0.1:' + this.address().port) })`;
    const file = targetFile(
      'idle.json',
      JSON.stringify({
        name: 'idle',
        profiles: ['message', 'fan-in'],
        components: { 'phase3-to-phase4-orchestrator': { command: ['node', '-e', program] } },
      }),
    );
    const { code, out } = await conformance('run', '--target', file, '--bail', '--json', '--no-failures');
    const result = JSON.parse(out);
    expect(code).toBe(1);
    expect(result).toMatchObject({ conforms: false, interrupted: true, cut_short: 'ended by --bail' });
    expect(result.requirements).toContainEqual(
      expect.objectContaining({ level: 'MUST', result: 'failed', fails_run: true }),
    );
    expect(result.requirements).toContainEqual(
      expect.objectContaining({
        result: 'not_judged',
        reason: expect.stringMatching(/^ended by --bail after \d+ of its \d+ cases$/),
      }),
    );
  });
});

describe('reading the catalogue', () => {
  test('list has a line for each requirement, or JSON', async () => {
    const { code, out } = await conformance('list');
    expect(code).toBe(0);
    expect(out.trim().split('\n').length).toBe(CATALOGUE.length);
    const json = JSON.parse(
      (await conformance('list', '--only', 'CASC-*', '--json')).out,
    ) as readonly object[];
    expect(json[0]).toMatchObject({ id: 'CASC-001', level: 'MUST', profile: 'cascade' });
  });
  test('explain says where a requirement comes from and how it is checked', async () => {
    const { code, out } = await conformance('explain', 'fanin-013');
    expect(code).toBe(0);
    expect(out).toContain('FANIN-013 (MUST, profile fan-in, since contract 1.0.0)');
    expect(out).toContain('Source: docs/promises.md#no-trigger-lost');
    expect(out).toContain('crash-before-publish-of-phase3-to-phase4-orchestrator: 1 case');
  });
  test('explain says what the name of a failure means, and where its mending is told', async () => {
    const { code, out } = await conformance('explain', 'Lost trigger');
    expect(code).toBe(0);
    expect(out).toContain('A trigger that was owed was never published');
    expect(out).toContain('How to mend it: docs/mending.md#lost-trigger');
  });
});

test('a fault of the judge is told as such and never blamed on the target', () => {
  const fault = new JudgeFaultError('check x broke');
  expect(exitCodeOf(fault)).toBe(4);
  expect(explainError(fault)).toContain('says nothing about the target');
});

test('an interruption stops what was started, writes the partial report and exits with 130', async () => {
  const program = `
    require('node:http').createServer(() => {}).listen(0, '127.0.0.1', function () {
      console.log('listening on http://127.0.0.1:' + this.address().port);
    });
    require('node:fs').writeFileSync(process.env.PID_FILE, String(process.pid));`;
  const pid_file = path.join(folder, 'pid');
  const component = { command: ['node', '-e', program], environment: { PID_FILE: pid_file } };
  const file = targetFile(
    'silent.yaml',
    JSON.stringify({
      name: 'silent',
      profiles: ['fan-in'],
      components: { 'phase3-to-phase4-orchestrator': component },
    }),
  );
  const judge = spawn(process.execPath, [
    'conformance/cli/bin.mjs',
    'run',
    '--target',
    file,
    '--only',
    'FANIN-003',
    '--ctrf',
    path.join(folder, 'partial.json'),
    '--junit',
    path.join(folder, 'partial.xml'),
  ]);
  let out = '';
  judge.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  let err = '';
  const ready = new Promise<void>((resolve) =>
    judge.stderr.on('data', (text: Buffer) => {
      err += text.toString();
      if (err.includes('1 component is ready')) resolve();
    }),
  );
  const ended = new Promise<number | null>((resolve) => judge.once('exit', resolve));
  await ready;
  judge.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(err).toContain('interrupted; stopping what was started');
  expect(err).not.toContain('the judge itself failed');
  expect(out).toMatch(/Not judged\n {2}FANIN-003: interrupted after 0 of its \d+ cases/);
  expect(out).toContain('silent: nothing was judged; the run was interrupted. 0 of');
  expect(JSON.parse(readFileSync(path.join(folder, 'partial.json'), 'utf8'))).toMatchObject({
    results: { summary: { tests: 1, pending: 1 }, extra: { interrupted: true } },
  });
  expect(readFileSync(path.join(folder, 'partial.xml'), 'utf8')).toContain('skipped="1"');
  expect(() => process.kill(Number(readFileSync(pid_file, 'utf8')), 0)).toThrow('ESRCH');
});
