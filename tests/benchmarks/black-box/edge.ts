import { judgeExploredRun } from '../../../conformance/checks/interleavings/judge.ts';
import { levelOf } from '../../../conformance/checks/owed/orchestrators.ts';
import { analyticsCompletion, FAN_IN } from '../../../conformance/checks/recipes/orchestrators.ts';
import type { AsyncSimulation } from '../../../conformance/exploration/engine/simulation.ts';
import type { ExploringPorts, RunRecord } from '../../../conformance/harness/exploring/exploration.ts';
import { openRun } from '../../../conformance/harness/exploring/explore.ts';
import { createRandom } from '../../../conformance/harness/messages/random.ts';
import { createExploringControl } from '../../../conformance/harness/scene/ports.ts';
import type { World } from '../../../conformance/harness/world/world.ts';
import type { History } from '../../../conformance/history/events.ts';

/** The component that is measured. */
export const { component: COMPONENT } = FAN_IN;

const SEED = 1;
const PATIENCE_MS = 15_000;
const PROMISES = {
  lost: ['FANIN-006'],
  lost_by_fault: 'FANIN-007',
  double: 'FANIN-006',
  early: 'FANIN-003',
  repeated: 'FANIN-011',
} as const;

/** Judge the history of one date at the edge of the fan-in. */
export function judgeEdge(history: History): ReturnType<typeof judgeExploredRun> {
  return judgeExploredRun(history, COMPONENT, PROMISES);
}

/** Throw when a case went wrong that is only there to be measured. */
export function requireNothing(history: History): void {
  const found = judgeEdge(history);
  if (found.length > 0) throw new Error(`expected no failure in a benchmark, got ${JSON.stringify(found)}`);
}

/** Deliver the five completions of a new date at once, until all are acked, and judge what came of it. */
export async function deliverFive(world: World): Promise<void> {
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

/** Prepare a run on a new date in which the last two completions go call by call. */
export function openEdge(world: World): Promise<AsyncSimulation<RunRecord>> {
  const [last_but_one = '', last = '', ...earlier] = levelOf(1).waits_for;
  const ports: ExploringPorts = {
    ...createExploringControl(world, PATIENCE_MS),
    marks: [],
    patience_ms: PATIENCE_MS,
    remember: () => {},
    advanceClock: () => Promise.resolve(false),
  };
  return openRun(ports, {
    component: COMPONENT,
    faults: [],
    runs_max: 0,
    judge: judgeEdge,
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
}

function completions(game_date: string, names: readonly string[]) {
  const random = createRandom(SEED, game_date, names.length);
  return names.map((name) => ({
    component: COMPONENT,
    topic: FAN_IN.topic,
    message: analyticsCompletion({ id: random.uuid }, name, game_date),
  }));
}
