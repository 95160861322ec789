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
import { installedAt, PATIENCE_MS, ROOT } from '../installed.ts';

const { archive } = installedAt(inject('package_place'));
const place = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
afterAll(() => rmSync(place, { recursive: true, force: true }), PATIENCE_MS);

/** What the clone's npm run sets is nothing that somebody else's shell has; yarn and pnpm keep their caches in the place. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|yarn|pnpm)_/i.test(name))),
  YARN_CACHE_FOLDER: path.join(place, 'yarn'),
  XDG_DATA_HOME: path.join(place, 'data'),
};

function run(folder: string, program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  return { code: status, out: stdout, err: stderr };
}

/** What starts a service that loses its trigger, by its language. */
const SERVICES = { JavaScript: 'node lossy.mjs', Python: 'python3 lossy.py' } as const;

/** Make a project with services that lose their trigger, and let somebody's package manager install the archive. */
function project(name: string, ...install: readonly string[]): string {
  const folder = path.join(place, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  for (const command of Object.values(SERVICES)) {
    const [, file = ''] = command.split(' ');
    copyFileSync(path.join(ROOT, 'tests/package', file), path.join(folder, file));
  }
  const [program = '', ...args] = install;
  expect(run(folder, program, ...args, archive)).toMatchObject({ code: 0 });
  return folder;
}

/** Judge the service of a project; `program` starts Node, or nothing where the installed program starts itself. */
function judge(folder: string, ...program: readonly string[]) {
  return judgeService(folder, SERVICES.JavaScript, program);
}

function judgeService(folder: string, command: string, program: readonly string[]) {
  const bin = path.join(folder, 'node_modules/.bin/conformance');
  if (!existsSync(path.join(folder, 'conformance.yaml')))
    expect(run(folder, bin, 'init', '--command', command)).toMatchObject({ code: 0 });
  const [first = bin, ...rest] = [...program, bin];
  const { code, out, err } = run(folder, first, ...rest, 'run', '--only', 'fan-in-in-any-order@1', '--json');
  const result = code === 1 ? JSON.parse(out) : { said: out + err };
  return { code, result };
}

const LOST = { code: 1, result: { conforms: false, target: { file: 'conformance.yaml' } } };

describe('the package with other package managers', { timeout: PATIENCE_MS }, () => {
  test('pnpm installs it, and the judge finds the lost trigger', () => {
    const folder = project(`mit pnpm ü #1 %20 [x] 'q'`, 'npx', '-y', 'pnpm@10.34.8', 'add', '--silent');
    expect(judge(folder)).toMatchObject(LOST);
  });

  test('yarn installs it, and the judge finds the lost trigger', () => {
    const folder = project('mit yarn ü', 'npx', '-y', 'yarn@1.22.22', 'add', '--silent', '--non-interactive');
    expect(judge(folder)).toMatchObject(LOST);
  });
});

describe('the package where Yarn unpacks nothing', { timeout: PATIENCE_MS }, () => {
  test('the judge runs from the archive, finds the lost trigger, and says how to see it again', () => {
    const folder = path.join(place, 'zipped ü');
    mkdirSync(folder);
    for (const [file, text] of Object.entries({
      'package.json': '{ "private": true, "packageManager": "yarn@4.6.0" }',
      '.yarnrc.yml': 'enableGlobalCache: false\nenableTelemetry: false\n',
      'yarn.lock': '',
    }))
      writeFileSync(path.join(folder, file), text);
    copyFileSync(path.join(ROOT, 'tests/package/lossy.mjs'), path.join(folder, 'lossy.mjs'));
    copyFileSync(archive, path.join(folder, 'package.tgz'));
    const yarn = (...args: readonly string[]) => run(folder, 'npx', '-y', '@yarnpkg/cli-dist@4', ...args);
    expect(yarn('add', './package.tgz')).toMatchObject({ code: 0 });
    expect(existsSync(path.join(folder, 'node_modules'))).toBe(false);
    expect(yarn('conformance', 'init', '--command', 'node lossy.mjs')).toMatchObject({ code: 0 });
    const judged = yarn('conformance', 'run', '--only', 'fan-in-in-any-order@1');
    expect(judged).toMatchObject({ code: 1 });
    expect(judged.out).toContain('lost trigger');
    expect(judged.out).toContain('yarn conformance replay');
  });
});

describe('the package on every supported release line of Node', { timeout: PATIENCE_MS }, () => {
  // This process is the oldest line, or the one of CI's matrix; the others come from the registry.
  const { engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const lines = ['20', '22', '24'].flatMap((line) =>
    (['JavaScript', 'Python'] as const).map((language) => ({ line, language })),
  );
  test.each(lines)('the judge finds the trigger that $language loses on Node $line', ({ line, language }) => {
    expect(engines.node).toBe('>=20.19');
    const folder = project(
      `${language} on ${line}`,
      'npm',
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
    );
    const node = ['npx', '-y', '-p', `node@${line}`, '--', 'node'];
    expect(run(folder, 'npx', ...node.slice(1), '--version').out).toMatch(new RegExp(`^v${line}\\.`));
    expect(judgeService(folder, SERVICES[language], node)).toMatchObject(LOST);
  });
});
