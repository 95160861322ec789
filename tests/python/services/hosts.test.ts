import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { certified, newFolder } from '../../conformance/certificates/made.ts';
import { conformance } from '../../conformance/command.ts';
import { PACKAGES, ROOT } from '../python.ts';
import { HOSTS, judged, ONLY } from './judged.ts';

describe('an orchestrator in Python under each usual host', { timeout: 120_000 }, () => {
  test.each([
    ['the standard library', 'target.yaml'],
    ['Flask', 'flask/target.yaml'],
    ['gunicorn with several workers', 'flask/gunicorn.yaml'],
    ['FastAPI on uvicorn', 'fastapi/target.yaml'],
  ])('%s: keeps what it claims', async (_, file) => {
    const { passed, failed } = await judged(loadTarget(path.join(HOSTS, file)), ONLY);
    expect(failed).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['FANIN-001', 'FANIN-006', 'FANIN-007']));
  });
});

describe('the file that conformance init writes for a host', { timeout: 120_000 }, () => {
  const place = mkdtempSync(path.join(tmpdir(), 'hosts-'));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(place, { recursive: true, force: true });
  });

  test.each([
    ['flask', 'flask'],
    ['gunicorn', 'flask'],
    ['uvicorn', 'fastapi'],
  ])('%s: is enough to judge the app of the folder', async (host, app) => {
    vi.stubEnv('PYTHONPATH', [path.join(ROOT, 'generated/python'), PACKAGES].join(path.delimiter));
    vi.stubEnv('PYTHONDONTWRITEBYTECODE', '1');
    const folder = path.join(place, host, app);
    mkdirSync(folder, { recursive: true });
    for (const file of ['orchestrator.py', 'rest.py', `${app}/main.py`])
      copyFileSync(path.join(HOSTS, file), path.join(place, host, file));
    const file = path.join(folder, 'conformance.yaml');
    expect(await conformance('init', file, '--from', host)).toMatchObject({ code: 0 });
    const { passed, failed } = await judged(loadTarget(file), ['fan-in-in-any-order@1']);
    expect(failed).toEqual([]);
    expect(passed).toContain('FANIN-001');
  });
});

describe('an orchestrator that lacks something and calls a field otherwise', { timeout: 120_000 }, () => {
  const target = loadTarget(path.join(HOSTS, 'lesser/target.yaml'));
  const sweep_and_runs = [
    'sweep-of-phase3-to-phase4-orchestrator',
    'fan-in-of-two-runs',
    'fan-in-in-any-order',
  ];

  test('passes in what it offers, and nothing that it does not offer is a pass', async () => {
    const { passed, failed, not_applicable } = await judged(target, [
      ...ONLY,
      'what-travels-on-from-*',
      ...sweep_and_runs,
    ]);
    expect(failed).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['FANIN-001', 'FANIN-007', 'CORR-001', 'MSG-001']));
    expect(not_applicable).toEqual(
      expect.arrayContaining([
        ['FANIN-012', 'not offered: a sweep'],
        ['IDEM-004', 'not offered: second runs of a date'],
        ['MSG-009', 'not offered: second runs of a date'],
      ]),
    );
  });

  test('is certified with what it lacks, and the certificate is accepted', async () => {
    const folder = newFolder();
    const [file, badge] = ['lesser.json', 'badge.svg'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    const { out } = await certified('hosts/lesser', file);
    expect(out).toContain(', without a sweep, second runs of a date and the contract');
    const { code, err } = await conformance('verify', file, '--badge', badge);
    expect([code, err]).toEqual([0, err]);
    expect(readFileSync(badge, 'utf8')).toContain('without a sweep');
    rmSync(folder, { recursive: true });
  });

  test('fails in the same things when its file does not say so', async () => {
    const { failed } = await judged({ ...target, has: { sweep: true, runs: true } }, sweep_and_runs);
    expect(failed.map(([id]) => id)).toEqual(expect.arrayContaining(['FANIN-012', 'IDEM-004']));
  });

  test('drowns in one renamed field when its file does not say so', async () => {
    const { failed } = await judged({ ...target, names: { ...target.names, fields: {} } }, [
      'fan-in-in-any-order',
    ]);
    expect(failed.map(([id]) => id)).toEqual(expect.arrayContaining(['MSG-001', 'FANIN-010']));
  });
});
