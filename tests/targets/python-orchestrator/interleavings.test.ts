import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSchedule } from '../../../conformance/exploration/schedule/text.ts';
import { select } from '../../../conformance/requirements/selection.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import type { Exploring } from '../../../conformance/verdict/running/limits.ts';
import { runJudge } from '../../../conformance/verdict/running/run.ts';

const FOLDER = fileURLToPath(new URL('../python/', import.meta.url));
const GENERATED = fileURLToPath(new URL('../../../generated/', import.meta.url));
const SEED = 20240115;
/** The line that keeps two deliveries from publishing the same trigger at the same time. */
const LOOKS_AT_THE_CLAIM = /^( +)held = holder not in .*$/m;

async function judgeIn(directory: string, exploring: Exploring = {}) {
  const { verdicts } = await runJudge({
    target: { ...loadTarget(path.join(FOLDER, 'target.yaml')), directory },
    cloud: 'embedded',
    seed: SEED,
    selected: select({ only: ['every-order-of-the-last-two-completions'], profiles: [] }),
    exploring,
    onCleanup: () => {},
    onReady: () => {},
    onDone: () => {},
  });
  return verdicts.filter(({ result }) => result === 'failed');
}

describe('an orchestrator in Python, call by call', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'careless-'));
  const careless = path.join(root, 'tests/targets/python');
  beforeAll(() => {
    mkdirSync(path.dirname(careless), { recursive: true });
    cpSync(FOLDER, careless, { recursive: true });
    symlinkSync(GENERATED, path.join(root, 'generated'));
    const file = path.join(careless, 'orchestrator.py');
    const source = readFileSync(file, 'utf8');
    expect(source).toMatch(LOOKS_AT_THE_CLAIM);
    writeFileSync(file, source.replace(LOOKS_AT_THE_CLAIM, '$1held = False'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('keeps its promises in every schedule that is tried', async () => {
    expect(await judgeIn(FOLDER)).toEqual([]);
  });

  test('is caught when it ignores who is publishing, by a schedule that shows it again', async () => {
    const [failed, ...others] = await judgeIn(careless);
    expect(others).toEqual([]);
    expect(failed?.requirement.id).toBe('FANIN-011');
    const [anomaly] = failed?.anomalies ?? [];
    expect(anomaly?.anomaly).toBe('repeated message');
    expect(anomaly?.proof).toContain('It fails in order, except: ');

    const schedule = parseSchedule(anomaly?.run?.schedule ?? '');
    const again = await judgeIn(careless, { schedule });
    expect(again.map(({ requirement }) => requirement.id)).toEqual(['FANIN-011']);
    expect(await judgeIn(FOLDER, { schedule })).toEqual([]);
  }, 60_000);
});
