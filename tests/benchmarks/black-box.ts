import { fileURLToPath } from 'node:url';
import { judgeRun } from '../../conformance/checks/interleavings/judge.ts';
import { levelOf } from '../../conformance/checks/owed/orchestrators.ts';
import { analyticsCompletion, FAN_IN } from '../../conformance/checks/recipes/orchestrators.ts';
import { exploreAsync } from '../../conformance/exploration/engine/explore.ts';
import { portfolio } from '../../conformance/exploration/strategies/portfolio.ts';
import type { ExploringPorts, RunRecord } from '../../conformance/harness/exploring/exploration.ts';
import { openRun } from '../../conformance/harness/exploring/explore.ts';
import type { History } from '../../conformance/harness/history/events.ts';
import { createRandom } from '../../conformance/harness/messages/random.ts';
import { createExploringControl } from '../../conformance/harness/scene/exploring-control.ts';
import { startWorld, type World } from '../../conformance/harness/world/world.ts';
import { loadTarget } from '../../conformance/targets/load.ts';

/** How fast whole cases go against a program that is seen from outside. */
export interface BlackBoxRate {
  readonly name: string;
  readonly cases_per_second: number;
  readonly cases: number;
}

const REFERENCE = fileURLToPath(new URL('../../conformance/targets/reference.yaml', import.meta.url));
const LANES = 8;
const WARM_UP = 40;
const CASES = 400;
const SCHEDULES = 160;
const SEED = 1;
const PATIENCE_MS = 15_000;
const PROMISES = {
  lost: ['FANIN-006'],
  lost_by_fault: 'FANIN-007',
  double: 'FANIN-006',
  early: 'FANIN-003',
  repeated: 'FANIN-011',
} as const;

/**
 * Measure complete fan-in cases against the reference's orchestrator: five completions over HTTP, its calls over gRPC,
 * judged. First as fast as they go, then with every call of the last two parked and scheduled, without faults.
 */
export async function measureBlackBox(): Promise<readonly BlackBoxRate[]> {
  const world = await startWorld(loadTarget(REFERENCE), 'embedded', [FAN_IN.component]);
  try {
    await inLanes(WARM_UP, () => deliverFive(world));
    const free = await timed(() => inLanes(CASES, () => deliverFive(world)));
    await explore(world, LANES);
    const scheduled = await timed(() => explore(world, SCHEDULES));
    return [
      { name: 'as fast as they go', cases_per_second: (CASES / free) * 1000, cases: CASES },
      { name: 'call by call', cases_per_second: (SCHEDULES / scheduled) * 1000, cases: SCHEDULES },
    ];
  } finally {
    await world.stop();
  }
}

async function deliverFive(world: World): Promise<void> {
  const game_date = world.calls.nextDate();
  const view = world.recorder.view();
  view.add(game_date);
  await Promise.all(
    completions(game_date, levelOf(1).waits_for).map((message, index) =>
      world.courier.deliverUntilAcked(
        { ...message, message_id: `8${game_date.replaceAll('-', '')}${index}` },
        [game_date],
        PATIENCE_MS,
      ),
    ),
  );
  requireNothing(view.events());
}

async function explore(world: World, schedules: number): Promise<void> {
  const [last_but_one = '', last = '', ...earlier] = levelOf(1).waits_for;
  const ports: ExploringPorts = {
    ...createExploringControl(world, PATIENCE_MS),
    marks: [],
    patience_ms: PATIENCE_MS,
    remember: () => {},
    advanceClock: () => Promise.resolve(false),
  };
  const judge = (history: History) => judgeRun(history, FAN_IN.component, PROMISES);
  const simulate = () =>
    openRun(ports, {
      component: FAN_IN.component,
      faults: [],
      runs_max: 0,
      judge,
      isWhole: () => true,
      sentinel: () => Promise.resolve(),
      async prepare({ game_date, deliver }) {
        for (const delivery of completions(game_date, earlier)) await deliver(delivery);
        return completions(game_date, [last_but_one, last]).map((delivery) => ({
          name: String(delivery.message['processor_name']),
          delivery,
        }));
      },
    });
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    exploreAsync<RunRecord>({
      simulate,
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

function completions(game_date: string, names: readonly string[]) {
  const random = createRandom(SEED, game_date, names.length);
  return names.map((name) => ({
    component: FAN_IN.component,
    topic: FAN_IN.topic,
    message: analyticsCompletion({ id: random.uuid }, name, game_date),
  }));
}

function requireNothing(history: History): void {
  const found = judgeRun(history, FAN_IN.component, PROMISES);
  if (found.length > 0) throw new Error(`expected no failure in a benchmark, got ${JSON.stringify(found)}`);
}

async function inLanes(count: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await act();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function timed(act: () => Promise<void>): Promise<number> {
  const started_ms = performance.now();
  await act();
  return performance.now() - started_ms;
}
