import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { conformance } from '../../conformance/command.ts';
import { PACKAGES, ROOT } from '../python.ts';
import { HOSTS, judged, ONLY } from '../services/judged.ts';

/** The longest target file that a stranger should have to write. */
const LINES_MAX = 15;

describe('an orchestrator in Python under functions-framework', { timeout: 120_000 }, () => {
  const place = mkdtempSync(path.join(tmpdir(), 'functions-'));
  vi.stubEnv('PYTHONDONTWRITEBYTECODE', '1');
  vi.stubEnv(
    'PYTHONPATH',
    [path.join(ROOT, 'generated/python'), process.env['PYTHONPATH'] ?? '', PACKAGES]
      .filter((folder) => folder !== '')
      .join(path.delimiter),
  );
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true, force: true });
  });

  const folder = path.join(place, 'functions');
  mkdirSync(folder);
  for (const file of ['orchestrator.py', 'rest.py', 'functions/main.py'])
    copyFileSync(path.join(HOSTS, file), path.join(place, file));

  test('keeps what it claims', async () => {
    const file = path.join(folder, 'target.yaml');
    // The framework may lie where this shell's PYTHONPATH says.
    const sample = readFileSync(path.join(HOSTS, 'functions/target.yaml'), 'utf8');
    writeFileSync(file, sample.replace(/^ +PYTHONPATH:.*\n/m, ''));
    const { passed, failed } = await judged(loadTarget(file), ONLY);
    expect(failed).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['FANIN-001', 'FANIN-006', 'FANIN-007']));
  });

  test(`the file that conformance init writes has at most ${LINES_MAX} lines, and is enough to judge it`, async () => {
    const file = path.join(folder, 'conformance.yaml');
    expect(await conformance('init', file, '--from', 'functions-framework')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(LINES_MAX);
    const { passed, failed } = await judged(loadTarget(file), ['fan-in-in-any-order@1']);
    expect(failed).toEqual([]);
    expect(passed).toContain('FANIN-001');
  });
});
