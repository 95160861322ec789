import { EVERYBODY } from '../../history/recorder.ts';
import type { Delivery } from '../courier/courier.ts';
import { flow } from '../courier/flow.ts';
import { exploreRuns } from '../exploring/runs.ts';
import { createGameDates } from '../messages/dates.ts';
import { createRandom } from '../messages/random.ts';
import type { World } from '../world/world.ts';
import { createExploringControl } from './exploring-control.ts';
import { createFlowPorts } from './flow-ports.ts';
import type { SceneIdentity } from './identity.ts';
import { createProjectRoads } from './project-roads.ts';
import { createRequests } from './requests.ts';
import { type Scene, type SceneDelivery, SceneStuckError } from './scene.ts';
import { writeSeed } from './seed.ts';

/** How many game dates one case may use. */
export const DATES_PER_CASE = 16;
const SEED_MAX = 2 ** 31;
const SLACK_MS = 12_000;

function patienceOf({ target, project_side }: World): number {
  const seconds = project_side === undefined ? target.recovery_seconds : target.project.patience_seconds;
  return seconds * 1000 + SLACK_MS;
}

/** Opens the stage of one case in a world. */
export function openScene(world: World, identity: SceneIdentity): Scene {
  const { recorder, courier } = world;
  const patience_ms = patienceOf(world);
  const random = createRandom(identity.seed, identity.name);
  const dates = createGameDates(identity.place * DATES_PER_CASE, world.project_side?.calendar);
  const view = recorder.view();
  const own = [identity.name];
  const taken = new Set<string>();
  let messages = 0;

  const remember = (mark: string): string => {
    view.add(mark);
    return mark;
  };
  const complete = (delivery: SceneDelivery): Delivery => {
    const message_id = delivery.message_id ?? String(900_000_000 + identity.place * 10_000 + ++messages);
    return { ...delivery, message_id: remember(message_id) };
  };
  const history = view.events;
  view.add(identity.name);

  const roads = createProjectRoads(world, identity, view, remember);
  const deliverUntilAcked: Scene['deliverUntilAcked'] =
    roads?.deliver ?? ((delivery) => courier.deliverUntilAcked(complete(delivery), own, patience_ms));
  const settle = roads?.settle ?? (() => world.observation.settle());
  const requests = createRequests(world, own, patience_ms);
  const ports = createFlowPorts(world, view, deliverUntilAcked, patience_ms);

  const advanceClock: Scene['advanceClock'] = async (seconds) => {
    if (world.target.hooks.advance_clock === undefined) return false;
    const told = { seconds };
    const tellNeighbours = (change: 'begins' | 'ends'): void =>
      void recorder.append({
        kind: 'neighbour',
        component: null,
        change,
        call: `advance the clock by ${seconds} s`,
        by: identity.name,
        marks: [EVERYBODY],
      });
    tellNeighbours('begins');
    await world.hook('advance_clock', { placeholders: told, everything: told, about: identity.components });
    recorder.append({
      kind: 'marker',
      name: 'clock-advanced',
      sentence: `the target's clock was advanced by ${seconds} s`,
      marks: own,
    });
    tellNeighbours('ends');
    return true;
  };

  return {
    name: identity.name,
    target: world.target,
    random,
    game_date: remember(dates.future()),
    anotherDate: () => remember(dates.future()),
    pastDate: () => remember(dates.past()),
    claimDate: remember,
    id: () => remember(random.uuid()),
    history,
    has: world.has,
    deliver: roads?.deliver ?? ((delivery) => courier.deliver(complete(delivery), own)),
    deliverUntilAcked,
    ...requests,
    flow: roads?.flow ?? ((options) => flow(ports, taken, options)),
    seed: (name, values) => writeSeed(world, name, values, random, [...own, values.game_date]),
    async readDocument(path) {
      const fields = await (await world.store()).read(path);
      recorder.append({ kind: 'document', path, fields, marks: own });
      return fields;
    },
    fault: (rule) => world.faults.add(rule),
    async kill(component) {
      await world.component(component).kill();
      recorder.append({ kind: 'process', component, change: 'killed', marks: own });
    },
    async restart(component) {
      await world.component(component).restart();
      recorder.append({ kind: 'process', component, change: 'started', marks: own });
    },
    advanceClock,
    explore(exploration) {
      const ports = {
        ...createExploringControl(world, patience_ms),
        marks: own,
        patience_ms,
        remember,
        advanceClock,
      };
      return exploreRuns(ports, exploration, random.below(SEED_MAX), identity.exploring ?? {});
    },
    async await(what, condition) {
      if (await view.until(() => condition(history()), patience_ms)) return;
      throw new SceneStuckError(`expected ${what} within ${patience_ms / 1000} s, and it did not come`);
    },
    settle,
    mark: (name, sentence) => void recorder.append({ kind: 'marker', name, sentence, marks: own }),
  };
}
