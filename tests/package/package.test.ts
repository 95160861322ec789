import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { hashOfSources } from '../../conformance/certificates/origin/judge.ts';
import { REQUIREMENT_CHECKS } from '../../generated/requirement-checks.ts';
import { contractPage } from '../../scripts/contract/page/page.ts';
import { realContract } from '../contract/edited-contract.ts';
import { installedAt, PATIENCE_MS, ROOT } from './installed.ts';

const installed = installedAt(inject('package_place'));

const shippedPython = (): readonly string[] =>
  readdirSync(path.join(installed.home, 'generated/python'), { recursive: true, encoding: 'utf8' });

const inFolder = (...names: readonly string[]): string => path.join(installed.folder, ...names);

describe('what is installed', { timeout: PATIENCE_MS }, () => {
  test('needs no other package, no compiler and no source', () => {
    expect(readdirSync(inFolder('node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'nba-pipeline-contract',
    ]);
    const shipped = readdirSync(installed.home, { recursive: true, encoding: 'utf8' });
    expect(shipped.filter((file) => /(^|[/])tests?[/]|\.test\.|\.tgz$/.test(file))).toEqual([]);
    expect(shipped.filter((file) => /(?<!\.d)\.m?ts$/.test(file))).toEqual(['scripts/generate/problems.ts']);
  });

  test('brings the contract for Python', () => {
    expect(shippedPython()).toEqual(
      expect.arrayContaining(['pyproject.toml', 'nba_pipeline_contract/py.typed']),
    );
  });

  test('is no larger than docs/package.md says', () => {
    expect(statSync(installed.archive).size).toBeLessThan(4.5e6);
    const files = readdirSync(installed.home, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const bytes = files.reduce(
      (sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size,
      0,
    );
    expect(bytes).toBeLessThan(22e6);
  });

  test('names the licence of every package whose code is in it', () => {
    const notices = readFileSync(path.join(installed.home, 'lib/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['@grpc/grpc-js', 'ajv', 'commander', '@google-cloud/firestore', 'pino']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});

describe('the judge, installed', { timeout: PATIENCE_MS }, () => {
  test('says what it can do, and what to do where there is nothing to judge', async () => {
    expect(await installed.run('conformance', '--help')).toMatchObject({ code: 0 });
    const { code, err } = await installed.run('conformance', 'run');
    expect(code).toBe(2);
    expect(err).toContain('expected conformance.yaml in');
    expect(err).toContain('conformance init');
  });

  test('lists and explains, with commands that work there', async () => {
    expect((await installed.run('conformance', 'list', '--profile', 'fan-in')).out).toContain('FANIN-001');
    const { out } = await installed.run('conformance', 'explain', 'FANIN-001');
    expect(out).toContain('Run: npx conformance run --only FANIN-001');
  });

  test('judges a service: it begins a target file, finds the fault, and shows it again from every file that it left', async () => {
    const started = await installed.run('conformance', 'init', '--command', 'node lossy.mjs');
    expect(started).toMatchObject({ code: 0 });
    expect(started.out).toContain('npx conformance run --quick');
    const [, page = ''] =
      /(\S+) explains every field/.exec(readFileSync(inFolder('conformance.yaml'), 'utf8')) ?? [];
    expect(existsSync(inFolder(page))).toBe(true);
    writeFileSync(inFolder('lossy.mjs'), readFileSync(path.join(ROOT, 'tests/package/lossy.mjs')));
    const run = await installed.run(
      'conformance',
      'run',
      '--only',
      'fan-in-in-any-order@1',
      '--json',
      '--keep-output',
      'kept',
      '--html',
      'run.html',
    );
    expect(run).toMatchObject({ code: 1 });
    writeFileSync(inFolder('result.json'), run.out);
    expect(JSON.parse(run.out)).toMatchObject({ conforms: false, target: { file: 'conformance.yaml' } });
    expect(existsSync(inFolder('run.html'))).toBe(true);

    const replay = await installed.run('conformance', 'replay');
    expect(replay).toMatchObject({ code: 1 });
    expect(replay.out).toContain('STILL FAILING');

    const report = await installed.run('conformance', 'report', 'result.json', '--junit', 'junit.xml');
    expect(report).toMatchObject({ code: 1 });
    expect(readFileSync(inFolder('junit.xml'), 'utf8')).toContain('<failure');

    const [history = ''] = readdirSync(inFolder('kept/histories'));
    const check = await installed.run('conformance', 'check', '--history', `kept/histories/${history}`);
    expect(check).toMatchObject({ code: 1 });
    expect(check.out).toContain('FAIL');
  });

  test('certifies it, and accepts the certificate that it wrote, by the digest of the sources it was built from', async () => {
    const few = ['--only', 'fan-in-in-any-order@1', 'fan-in-with-one-missing', '--minutes', '0'];
    const certified = await installed.run('conformance', 'certify', ...few, '--out', 'mine.json');
    expect(certified).toMatchObject({
      code: 1,
      out: expect.stringContaining('npx conformance verify mine.json'),
    });
    const verified = await installed.run('conformance', 'verify', 'mine.json', '--json');
    expect(JSON.parse(verified.out)).toMatchObject({
      accepted: true,
      certificate: { verdict: 'does_not_conform', judge: { hash: hashOfSources(ROOT) } },
    });
  });
});

describe('the other programs, installed', { timeout: PATIENCE_MS }, () => {
  test('pipeline carries a date through all phases', async () => {
    const { code, out } = await installed.run('pipeline', 'run');
    expect([code, out]).toEqual([0, expect.stringContaining('predictions for 2024-01-16')]);
  });

  test('contract generates the very files that a clone does, those for Python too', async () => {
    copyFileSync(path.join(ROOT, 'asyncapi.yaml'), inFolder('asyncapi.yaml'));
    expect(await installed.run('contract', 'generate')).toMatchObject({ code: 0 });
    for (const file of [
      'validators.mjs',
      'versions.ts',
      'models.ts',
      'python/nba_pipeline_contract/findings.py',
    ]) {
      const text = readFileSync(inFolder('generated', file), 'utf8');
      expect([file, text === readFileSync(path.join(ROOT, 'generated', file), 'utf8')]).toEqual([file, true]);
    }
    rmSync(inFolder('asyncapi.yaml'));
    rmSync(inFolder('generated'), { recursive: true });
  });

  test('contract writes its page, as a clone does', async () => {
    expect(await installed.run('contract', 'page', '--out', 'page.html')).toMatchObject({ code: 0 });
    const page = readFileSync(inFolder('page.html'), 'utf8');
    expect(page).toBe(contractPage(realContract(), REQUIREMENT_CHECKS));
    rmSync(inFolder('page.html'));
  });

  test("contract changes none but a contract of one's own, and says how to begin one", async () => {
    const shipped = path.join(installed.home, 'asyncapi.yaml');
    const before = readFileSync(shipped, 'utf8');
    const topic = ['--topic', 'nba-mine', '--message', 'MineSaid', '--sender', 'phase5-coordinator'];
    const add = ['add', 'topic', ...topic, '--receiver', 'phase5-worker:/mine', '--summary', 'Mine.'];
    for (const asked of [add, ['generate']]) {
      const { code, err } = await installed.run('contract', ...asked);
      expect([code, err]).toEqual([
        2,
        expect.stringContaining('expected asyncapi.yaml in the working directory'),
      ]);
    }
    expect(readFileSync(shipped, 'utf8')).toBe(before);
    copyFileSync(shipped, inFolder('asyncapi.yaml'));
    const { code, out } = await installed.run('contract', ...add);
    expect([code, out]).toEqual([0, expect.stringContaining('0. npx contract generate')]);
    expect(readFileSync(inFolder('asyncapi.yaml'), 'utf8')).toContain('nba-mine');
    rmSync(inFolder('asyncapi.yaml'));
  });

  test('contract judges the contract that comes with the package, or the one in the folder', async () => {
    expect(await installed.run('contract', 'lint')).toMatchObject({ code: 0 });
    writeFileSync(inFolder('asyncapi.yaml'), 'asyncapi: 3.0.0\n');
    expect(await installed.run('contract', 'lint')).toMatchObject({ code: 1 });
  });
});
