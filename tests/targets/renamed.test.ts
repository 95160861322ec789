import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { select } from '../../conformance/requirements/selection.ts';
import type { Target } from '../../conformance/targets/description.ts';
import { loadTarget } from '../../conformance/targets/load.ts';
import { runJudge } from '../../conformance/verdict/running/run.ts';

const FILE = path.join(fileURLToPath(new URL('renamed/', import.meta.url)), 'target.yaml');
const ONLY = [
  'fan-in-in-any-order',
  'fan-in-after-a-refused-publish',
  'crash-before-publish-of-*',
  'completion-document-*',
];

async function judged(target: Target, only: readonly string[]) {
  const { verdicts } = await runJudge({
    target,
    cloud: 'embedded',
    seed: 20240115,
    selected: select({ only, profiles: [] }),
    onCleanup: () => {},
    onReady: () => {},
    onDone: () => {},
  });
  const ids = (result: string) =>
    verdicts.filter((verdict) => verdict.result === result).map(({ requirement }) => requirement.id);
  return { passed: ids('passed'), failed: ids('failed') };
}

describe('an orchestrator behind an adapter: CloudEvents, names of its own, a clock to advance', () => {
  const target = loadTarget(FILE);
  test('keeps its promises; a crash costs no minute of waiting', async () => {
    const { passed, failed } = await judged(target, ONLY);
    expect(failed).toEqual([]);
    expect(passed).toEqual(expect.arrayContaining(['FANIN-001', 'FANIN-007', 'STATE-001']));
  }, 60_000);
  test('loses every trigger when the file does not say how its topic is called', async () => {
    const unnamed = { ...target, recovery_seconds: 0, names: { ...target.names, topics: {} } };
    const { failed } = await judged(unnamed, ['fan-in-in-any-order@1']);
    expect(failed).toContain('FANIN-001');
  }, 120_000);
});
