import path from 'node:path';
import { select } from '../../../conformance/requirements/selection.ts';
import type { Target } from '../../../conformance/targets/description.ts';
import { runJudge } from '../../../conformance/verdict/running/run.ts';
import { ROOT } from '../python.ts';

/** Where the orchestrator lies that each host serves. */
export const HOSTS = path.join(ROOT, 'tests/targets/hosts');

/** Order, concurrency, a publish that fails, and a crash: what a host can spoil. */
export const ONLY = [
  'fan-in-in-any-order',
  'fan-in-after-a-refused-publish',
  'concurrent-deliveries-to-phase3-to-phase4-orchestrator',
];

/** Judge a target by some checks: the ids of what passed, and what failed or was not applicable, with the reason. */
export async function judged(target: Target, only: readonly string[]) {
  const { verdicts } = await runJudge({
    target,
    cloud: 'embedded',
    seed: 20240115,
    selected: select({ only, profiles: [] }),
    onCleanup: () => {},
    onReady: () => {},
    onDone: () => {},
  });
  const of = (result: string) => verdicts.filter((verdict) => verdict.result === result);
  return {
    passed: of('passed').map(({ requirement }) => requirement.id),
    failed: of('failed').map(({ requirement, anomalies }) => [requirement.id, anomalies[0]?.proof]),
    not_applicable: of('not_applicable').map(({ requirement, reason }) => [requirement.id, reason]),
  };
}
