import { EVERYBODY } from '../../history/recorder.ts';
import type { Delivery } from '../courier/courier.ts';
import { flow } from '../courier/flow.ts';
import { exploreRuns } from '../exploring/runs.ts';
import { createGameDates, type GameDates } from '../messages/dates.ts';
import { createRandom } from '../messages/random.ts';
import type { DayWindow } from '../messages/windows.ts';
import { awaitInHistory } from '../patience/awaiting.ts';
import type { World } from '../world/world.ts';
import type { SceneIdentity } from './identity.ts';
import { createExploringControl, createFlowPorts } from './ports.ts';
import { createProjectRoads } from './project-roads.ts';
import { createRequests } from './requests.ts';
import { type Scene, type SceneDelivery, SceneStuckError } from './scene.ts';
import { writeSeed } from './seed.ts';
import { watchSteps } from './steps.ts';

/** How many game dates one case may use. */
export const DATES_PER_CASE = 16;
const SEED_MAX = 2 ** 31;
const SLACK_MS = 12_000;

/** How long a case waits for what it needs. */
export function patienceOf({ target, project_side }: Pick<World, 'target' | 'project_side'>): number {
  const seconds = project_side === undefined ? target.recovery_seconds : target.project.patience_seconds;
  return seconds * 1000 + SLACK_MS;
}

function datesOf({ days }: DayWindow): GameDates {
  const next = (): string => {
    throw new Error('a drawn history takes its days from its window');
  };
  return { future: () => days[0], past: next };
}

/** Opens the stage of one case in a world. */
export function openScene(world: World, identity: SceneIdentity): Scene {
  const { recorder, courier } = world;
  const patience_ms = patienceOf(world);
  const random = createRandom(identity.seed, identity.name);
  const { branch } = identity;
  const dates =
    branch === undefined
      ? createGameDates(identity.place * DATES_PER_CASE, world.project_side?.calendar)
      : datesOf(branch.window);
  const view = recorder.view();
  const own = branch === undefined ? [identity.name] : [branch.case_name, identity.name];
  const taken = new Set<string>();
  let messages = 0;
  const [case_name = identity.name] = own;
  let branches = 0;

  const remember = (mark: string): string => {
    view.add(mark);
    branch?.remember(mark);
    return mark;
  };
  const nextMessageId =
    branch?.nextMessageId ?? (() => String(900_000_000 + identity.place * 10_000 + ++messages));
  let branch_messages = 0;
  const complete = (delivery: SceneDelivery): Delivery => {
    const message_id = delivery.message_id ?? nextMessageId();
    return { ...delivery, message_id: remember(message_id) };
  };
  const history = view.events;
  view.add(identity.name);

  const roads = createProjectRoads(world, identity, view, remember);
  const deliverUntilAcked: Scene['deliverUntilAcked'] =
    roads?.deliver ?? ((delivery) => courier.deliverUntilAcked(complete(delivery), own, patience_ms));
  const settle = roads?.settle ?? (() => world.observation.settle());
  const requests = createRequests(world, own, patience_ms, () => view.events());
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

  const scene: Scene = {
    name: identity.name,
    target: world.target,
    random,
    drawing: identity.drawing ?? {},
    game_date: remember(dates.future()),
    anotherDate: () => remember(dates.future()),
    pastDate: () => remember(dates.past()),
    claimDate: remember,
    id: () => remember(random.uuid()),
    history,
    has: world.has,
    instancesOf: world.instancesOf,
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
    fault: (rule) => world.faults.add(rule, own),
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
    width: world.lessons.pace.width,
    branch(kind, left) {
      const name = `${identity.name}, history ${++branches}`;
      const window = world.calls.windows.next(kind);
      const of_branch = {
        case_name: identity.name,
        window,
        remember,
        // Branches send more messages than a case has numbers for.
        nextMessageId: () => `8${identity.place}${String(++branch_messages).padStart(8, '0')}`,
      };
      const opened = openScene(world, {
        ...identity,
        name,
        branch: of_branch,
        ended: AbortSignal.any([identity.ended ?? NEVER, left ?? NEVER]),
      });
      for (const day of window.days) opened.claimDate(day);
      return {
        ...opened,
        mark_of: name,
        window,
        nextMessageId: of_branch.nextMessageId,
        forget() {
          if (!window.is_shared) for (const mark of [name, ...window.days]) recorder.forget(mark);
        },
      };
    },
    async await(what, condition) {
      const awaited = { what, name: case_name, components: identity.components ?? [], patience_ms };
      if (await awaitInHistory(world.lessons, view, awaited, () => condition(history()))) return;
      throw new SceneStuckError(`expected ${what} within ${patience_ms / 1000} s, and it did not come`);
    },
    settle,
    mark: (name, sentence) => void recorder.append({ kind: 'marker', name, sentence, marks: own }),
  };
  return watchSteps(scene, {
    name: case_name,
    board: world.board,
    lessons: world.lessons,
    components: identity.components ?? [],
    ended: identity.ended ?? NEVER,
  });
}

const NEVER = new AbortController().signal;
