import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder } from '../folder.ts';
import { bundleCloud } from './program.ts';
import { runKills } from './run.ts';

const SEED = 20240115;

/** The kills take some 15 seconds of processor time, of which a machine on which thirty others run gives a twentieth. */
const PATIENCE_MS = 900_000;

describe('a cloud that is killed at any moment has everything that it answered', () => {
  const work = emptyFolder();

  test(`20 kills, seed ${SEED}`, { timeout: PATIENCE_MS }, async () => {
    const file = await bundleCloud(work);
    const args = ['--data', join(work, 'data')];
    const result = await runKills({ file, args, kills: 20, seed: SEED });
    expect(result.faults).toEqual([]);
    expect(result).toMatchObject({ kills: 20 });
    expect(Math.min(result.commits, result.published, result.acked)).toBeGreaterThan(20);
  });

  test('one that keeps nothing is found out at the first start', { timeout: PATIENCE_MS }, async () => {
    const file = await bundleCloud(work);
    const { faults } = await runKills({ file, args: [], kills: 1, seed: SEED });
    expect(faults.some((fault) => /was answered .* and finds 0/.test(fault))).toBe(true);
    expect(faults).toContain('projects/demo-kills/subscriptions/work was created and is gone');
  });
});
