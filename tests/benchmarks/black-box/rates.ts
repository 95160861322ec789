import { fileURLToPath } from 'node:url';
import { exploreAsync } from '../../../conformance/exploration/engine/explore.ts';
import { portfolio } from '../../../conformance/exploration/strategies/portfolio.ts';
import type { RunRecord } from '../../../conformance/harness/exploring/exploration.ts';
import { startWorld, type World } from '../../../conformance/harness/world/world.ts';
import { loadTarget } from '../../../conformance/targets/load.ts';
import { COMPONENT, deliverFive, openEdge, requireNothing } from './edge.ts';
import { openMeter } from './meter.ts';

/** How fast whole cases go against a program that is seen from outside. */
export interface BlackBoxRate {
  readonly name: string;
  readonly cases: number;
  readonly cases_per_second: number;
  /** Processor time of one case in the judge, with the embedded cloud in it, and in the program; NaN where it is not told. */
  readonly judge_cpu_ms: number;
  readonly program_cpu_ms: number;
}

/** The reference's target file. */
export const REFERENCE = fileURLToPath(
  new URL('../../../conformance/targets/reference.yaml', import.meta.url),
);
const LANES = 16;
const WARM_UP = 200;
const CASES = 800;
const SCHEDULES = 320;
const SEED = 1;

/**
 * Measure complete fan-in cases against the reference's orchestrator: five completions over HTTP, its calls over gRPC,
 * judged. First as fast as they go, then with every call of the last two parked and scheduled, without faults.
 */
export async function measureBlackBox(): Promise<readonly BlackBoxRate[]> {
  const world = await startWorld(loadTarget(REFERENCE), 'embedded', [COMPONENT]);
  try {
    await inLanes(WARM_UP, () => deliverFive(world));
    const free = await timed('as fast as they go', CASES, () => inLanes(CASES, () => deliverFive(world)));
    await explore(world, LANES);
    const scheduled = await timed('call by call', SCHEDULES, () => explore(world, SCHEDULES));
    return [free, scheduled];
  } finally {
    await world.stop();
  }
}

async function explore(world: World, schedules: number): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    exploreAsync<RunRecord>({
      simulate: () => openEdge(world),
      strategy: portfolio(SEED + lane, { faults_max: 0 }),
      runs_max: Math.ceil(schedules / LANES),
      judge(record) {
        requireNothing(record.events);
        return [];
      },
    }),
  );
  await Promise.all(lanes);
}

async function inLanes(count: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function timed(name: string, cases: number, act: () => Promise<void>): Promise<BlackBoxRate> {
  const read = openMeter();
  await act();
  const { wall_ms, own_cpu_ms, children_cpu_ms } = read();
  return {
    name,
    cases,
    cases_per_second: (cases / wall_ms) * 1000,
    judge_cpu_ms: own_cpu_ms / cases,
    program_cpu_ms: children_cpu_ms / cases,
  };
}
