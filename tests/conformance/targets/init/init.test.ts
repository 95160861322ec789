import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../../../conformance/cli/init/write.ts';
import { COMPONENT_NAMES } from '../../../../conformance/contract/names.ts';
import { loadTarget } from '../../../../conformance/targets/load.ts';
import { conformance } from '../../command.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'judge-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function init(...options: readonly string[]) {
  files += 1;
  const file = path.join(folder, `new-${files}`, 'mine.yaml');
  return { file, ...(await conformance('init', file, ...options)) };
}

describe('conformance init', () => {
  test.each([
    ...COMPONENT_NAMES.map((name) => ['--component', name]),
    ...Object.keys(LANGUAGES).map((name) => ['--language', name]),
    ['--form', 'cloud_event_binary', '--profile', 'message', '--profile', 'state'],
    ['--url', 'http://127.0.0.1:1', '--component', 'phase2-raw', '--component', 'phase5-worker'],
    ['--name', 'odd: "name" # here'],
    [],
  ])('%j %j %j writes a file that the loader takes', async (...options) => {
    const { code, file, out } = await init(...options);
    expect(code).toBe(0);
    const target = loadTarget(file);
    expect(target.profiles).toContain('message');
    expect(out).toContain(`conformance run --target ${file}`);
  });
  test('keeps what it was told', async () => {
    const { file, out } = await init('--name', 'mine', '--command', `python3 "my app.py" --x=1`);
    const target = loadTarget(file);
    expect(target.name).toBe('mine');
    expect(target.components['phase3-to-phase4-orchestrator']?.command).toEqual([
      'python3',
      'my app.py',
      '--x=1',
    ]);
    expect(out).not.toContain('correct the command');
  });
  test('never replaces a file unless forced', async () => {
    const file = path.join(folder, 'kept.yaml');
    writeFileSync(file, 'mine');
    const refused = await conformance('init', file);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('exists already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await conformance('init', file, '--force')).code).toBe(0);
    expect(loadTarget(file).name).toBe('kept');
  });
  test.each([
    [['--component', 'phase9'], '--component must be one of phase1-scrapers'],
    [['--profile', 'all'], '--profile must be one of message'],
    [['--form', 'telegram'], '--form must be one of push_envelope'],
    [['--language', 'cobol'], '--language must be one of python'],
    [['--url', 'localhost:1'], '--url must begin with http'],
    [['--url', 'http://x', '--command', 'y'], 'exclude each other'],
    [['--command', ' '], '--command must name a program'],
  ])('%j is a usage error', async (options, expected) => {
    const { code, err } = await init(...options);
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
});
