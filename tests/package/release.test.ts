import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cutRelease, withVersion } from '../../scripts/release/cut.ts';
import { PATIENCE_MS, ROOT } from './installed.ts';

const CHANGELOG = '# Changelog\n\n## Unreleased\n\n### Judge\n\n- New.\n\n## 0.2.0\n\nBefore.\n';

describe('the changelog of a release', () => {
  test('what is unreleased gets the version and the date, and an empty part stands above it', () => {
    expect(cutRelease(CHANGELOG, '0.3.0', '1 December 2026')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.3.0\n\n1 December 2026\n\n### Judge\n\n- New.\n\n## 0.2.0\n\nBefore.\n',
    );
  });
  test.each([
    ['# Changelog\n', 'expected a line "## Unreleased", found none'],
    [CHANGELOG.replace('- New.', ''), 'expected what 0.3.0 changes under "## Unreleased", found no line'],
    [`${CHANGELOG}\n## 0.3.0\n`, 'expected no release 0.3.0 yet, found one'],
  ])('%j is refused', (text, words) => {
    expect(() => cutRelease(text, '0.3.0', 'today')).toThrow(words);
  });
  test('the lock file names the version of its package, and keeps those of others', () => {
    const lock = '{ "name": "mine",\n  "version": "1.0.0", "x": { "name": "its", "version": "1.0.0" } }';
    expect(withVersion(lock, 'mine', '1.1.0')).toBe(
      lock.replace('"version": "1.0.0", "x"', '"version": "1.1.0", "x"'),
    );
  });
});

/** The steps of .github/workflows/release.yml that need no GitHub, in a clone; the registry is a server of this test. */
describe('a release', { timeout: PATIENCE_MS }, () => {
  const clone = mkdtempSync(path.join(tmpdir(), 'release-'));
  const put: { readonly name: string; readonly versions: object }[] = [];
  const registry = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      if (request.method === 'PUT') put.push(JSON.parse(body));
      response.writeHead(request.method === 'PUT' ? 201 : 404, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
  );
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
      cwd: clone,
      encoding: 'utf8',
    });
  /** Not `spawnSync`: the registry must answer meanwhile. */
  const run = async (script: string) => {
    const child = spawn('npm', ['run', '--silent', script], { cwd: clone, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
    const [code] = await once(child, 'close');
    return { code, said };
  };
  const read = (file: string) => readFileSync(path.join(clone, file), 'utf8');

  beforeAll(async () => {
    spawnSync('git', ['clone', '--quiet', '--shared', ROOT, clone]);
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
    registry.listen(0, '127.0.0.1');
    await once(registry, 'listening');
    const address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
    writeFileSync(path.join(clone, '.npmrc'), `registry=http://${address}/\n//${address}/:_authToken=none\n`);
    Object.assign(env, {
      npm_config_ignore_scripts: 'true',
      GITHUB_REPOSITORY: 'somebody/contract',
      CI: 'true',
    });
  });
  afterAll(() => {
    registry.close();
    rmSync(clone, { recursive: true, force: true });
  });

  test('the workflow calls the scripts of package.json, and asks for provenance', () => {
    const workflow = parse(readFileSync(path.join(ROOT, '.github/workflows/release.yml'), 'utf8'));
    const step = workflow.jobs.release.steps.at(-1);
    expect([step.with.version, step.with.publish]).toEqual([
      'npm run release:version',
      'npm run release:publish',
    ]);
    expect(step.env.NPM_CONFIG_PROVENANCE).toBe('true');
    expect(workflow.permissions['id-token']).toBe('write');
  });

  test('raises the version, cuts the changelog, follows in the lock file, and stores the contract', async () => {
    writeFileSync(
      path.join(clone, '.changeset/one.md'),
      '---\n"nba-pipeline-contract": minor\n---\n\nNew.\n',
    );
    const before: string = JSON.parse(read('package.json')).version;
    const { code, said } = await run('release:version');
    expect([code, said]).toEqual([0, expect.stringContaining(`, from ${before}`)]);
    const { version } = JSON.parse(read('package.json'));
    expect(version).not.toBe(before);
    expect(JSON.parse(read('package-lock.json')).packages[''].version).toBe(version);
    expect(read('CHANGELOG.md')).toMatch(
      new RegExp(`## Unreleased\\n\\n## ${version}\\n\\n\\d+ \\w+ \\d{4}\\n`),
    );
    expect(readdirSync(path.join(clone, '.changeset')).filter((file) => file.endsWith('.md'))).toEqual([
      'README.md',
    ]);
    const contract = /^ {2}version: (.+)$/m.exec(read('asyncapi.yaml'))?.[1];
    expect(read(`conformance/requirements/released/${contract}.yaml`)).toBe(read('asyncapi.yaml'));
  });

  test('publishes that version, says whose it is, and makes a tag', async () => {
    git('commit', '--all', '--quiet', '--message', 'Release');
    const { code, said } = await run('release:publish');
    expect([code, said]).toEqual([0, expect.anything()]);
    const { version } = JSON.parse(read('package.json'));
    expect(put.map(({ name, versions }) => [name, Object.keys(versions)])).toEqual([
      ['nba-pipeline-contract', [version]],
    ]);
    expect(Object.values(put[0]?.versions ?? {})[0]).toMatchObject({
      repository: { url: 'git+https://github.com/somebody/contract.git' },
    });
    expect(git('tag').stdout).toContain(version);
  });
});
