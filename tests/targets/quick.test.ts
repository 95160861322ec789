import { expect, test } from 'vitest';
import { select } from '../../conformance/requirements/selection.ts';
import { loadTarget } from '../../conformance/targets/load.ts';
import { runJudge } from '../../conformance/verdict/running/run.ts';
import { CONFORMING } from './conforming.ts';

const NODE_ALONE = CONFORMING.filter(({ needs, told }) => needs.length === 0 && told.length === 0);

test.each(NODE_ALONE)('$name conforms, and a quick run accuses it of nothing', async ({ file }) => {
  const { verdicts, cases } = await runJudge({
    target: loadTarget(file),
    cloud: 'embedded',
    seed: 20240115,
    selected: select({ only: [], profiles: [] }),
    quick: true,
    onCleanup: () => {},
    onReady: () => {},
    onDone: () => {},
  });
  const failed = verdicts.filter(({ result }) => result === 'failed');
  expect(failed.map(({ requirement, anomalies }) => [requirement.id, anomalies.at(0)?.proof])).toEqual([]);
  expect(cases.length).toBeGreaterThan(8);
});
