import { judgeOutputs } from '../checks/judging/outputs.ts';
import { COMPONENT_NAMES, type ComponentName } from '../contract/names.ts';
import { createCourier } from '../harness/courier/courier.ts';
import { pushPath } from '../harness/courier/push-path.ts';
import { createCallControl } from '../harness/exploring/control.ts';
import { createFaultBoard } from '../harness/faults/faults.ts';
import { createBoard } from '../harness/patience/board.ts';
import { createLessons } from '../harness/patience/lessons.ts';
import { DATES_PER_CASE } from '../harness/scene/open.ts';
import { type Cleanups, createCleanups } from '../harness/world/cleanups.ts';
import type { Standing } from '../harness/world/project.ts';
import type { WorldSettings } from '../harness/world/settings.ts';
import { storeOn } from '../harness/world/store.ts';
import type { World } from '../harness/world/world.ts';
import { createRecorder, type Recorder } from '../history/recorder.ts';
import type { Target } from '../targets/description.ts';
import { callHook } from '../targets/hooks/call.ts';
import { createNaming } from '../targets/naming.ts';
import { cloudEnvironment } from '../targets/starting/environment.ts';
import { reachComponent } from '../targets/starting/reach.ts';
import type { RunningComponent } from '../targets/starting/running.ts';
import { type CleaningOrder, cleanDocuments, cleanMessages, removeAll } from './cleaning/clean.ts';
import { namesDayOf } from './cleaning/patterns.ts';
import { connect, type ProjectClients } from './connection.ts';
import { cleanCommand, ProjectRefusedError } from './guard.ts';
import { createAuthorise } from './identity.ts';
import { requireAlone, requireFirst } from './listening/alone.ts';
import { createListening, type Listening } from './listening/observe.ts';
import { runId } from './listening/subscriptions.ts';
import { requireTopics } from './listening/topics.ts';
import { urlIn } from './roads/urls.ts';
import { createProjectSide, type Side, untilWhole } from './side.ts';

/** How long the judge waits at the end for work that is still owed, before it removes what there is. */
const QUIET_MS_MAX = 15_000;

/** What a run in a project is about. */
export interface ProjectRun {
  readonly target: Target;
  readonly project: string;
  /** Components that the chosen checks are about. */
  readonly names: readonly ComponentName[];
  /** The highest place of a case; its days must fit into the reserved ones. */
  readonly last_place: number;
  readonly onCleanup: (stop: () => Promise<void>) => void;
  readonly settings: WorldSettings;
}

/**
 * Enters a project in which the target is deployed: subscribes beside the pipeline, removes what an earlier run left on the
 * reserved dates, and promises to remove whatever this one leaves.
 *
 * @throws {CloudUnavailableError} when the project cannot be reached, or another judge is in it.
 * @throws {TargetUnavailableError} when a topic or a component is missing.
 */
export async function startProjectWorld(run: ProjectRun): Promise<World> {
  requireDays(run);
  const tell = run.settings.tell ?? (() => {});
  const cleanups = createCleanups((sentence) =>
    tell(`${sentence}; do it later: ${cleanCommand(run.target, run.project)}`),
  );
  const interruption = new AbortController();
  const entering = enter(run, cleanups, tell, interruption.signal);
  // What is under way is let to its end, since what it brings into the project has to be known to be removed.
  const stop = async (): Promise<void> => {
    interruption.abort();
    await entering.catch(() => {});
    await cleanups.run();
  };
  run.onCleanup(stop);
  try {
    return { ...(await entering), stop };
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

async function enter(
  run: ProjectRun,
  cleanups: Cleanups,
  tell: (sentence: string) => void,
  interrupted: AbortSignal,
): Promise<Omit<World, 'stop'>> {
  const { target, project, settings } = run;
  const naming = createNaming(target.names);
  const clients = await connect(project);
  cleanups.add('close the clients', () => clients.close());
  const order: CleaningOrder = { project, clients, target, naming };
  const topics = await requireTopics(project, clients.pubsub, target, naming, tell);
  await requireAlone(order);
  interrupted.throwIfAborted();
  const run_id = runId(Date.now());
  const recorder = createRecorder(Date.now, (event) => {
    listening.onEvent(event);
    settings.onEvent?.(event);
  });
  const authorise = createAuthorise(target.project.identity);
  const ears = new AbortController();
  const side = createProjectSide({
    ...{ clients, run_id, target, naming, recorder, authorise, tell },
    deaf: ears.signal,
  });
  const { reserved_dates, past_dates } = target.project;
  tell(
    `run ${run_id} in ${project} on ${clients.where}; game dates ${reserved_dates.from} to ${reserved_dates.to} and ${past_dates.from} to ${past_dates.to}`,
  );
  const listening: Listening = createListening({
    pubsub: clients.pubsub,
    run_id,
    topics,
    recorder,
    naming,
    has: (component) => component in target.components,
    isReserved: namesDayOf([reserved_dates, past_dates]),
    published: side.published,
    onDeaf: (error) => ears.abort(error),
  });
  // The subscriptions stay until the end: as long as there is one, no other judge comes in.
  cleanups.add('delete the subscriptions of the judge', listening.stop);
  await listening.start();
  await requireFirst(order, run_id);
  interrupted.throwIfAborted();
  addCleaning(cleanups, order, recorder, side);
  await cleanDocuments(order, false);
  const components = await reachComponents(run, authorise, interrupted);
  return {
    ...worldParts(run, clients, recorder, side, components),
    observation: {
      async settle() {
        await side.settle(() => standing(target, recorder), side.touched());
        await listening.requireAll();
      },
      stop: () => Promise.resolve(),
    },
  };
}

function requireDays({ target, last_place }: ProjectRun): void {
  for (const part of ['reserved_dates', 'past_dates'] as const) {
    const { from, to } = target.project[part];
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    const needed = (last_place + 2) * DATES_PER_CASE;
    if (days >= needed) continue;
    throw new ProjectRefusedError(
      `${target.file}: project.${part}: expected at least ${needed} days for the cases of this run, got ${days}; widen the range`,
    );
  }
}

function worldParts(
  { target, project, settings }: ProjectRun,
  clients: ProjectClients,
  recorder: Recorder,
  side: Side,
  components: ReadonlyMap<string, RunningComponent>,
): Omit<World, 'observation' | 'stop'> {
  const naming = createNaming(target.names);
  const faults = createFaultBoard(recorder);
  const lessons = createLessons();
  const component = (name: string): RunningComponent => {
    const found = components.get(name);
    if (found !== undefined) return found;
    throw new Error(`${name} has no URL in this project; a check that calls it must be led by another road`);
  };
  const environment = process.env;
  const address = {
    project,
    pubsub_host: environment['PUBSUB_EMULATOR_HOST'] ?? '',
    firestore_host: environment['FIRESTORE_EMULATOR_HOST'] ?? '',
  };
  const courier = createCourier(
    project,
    (name) => {
      const { form = 'push_envelope', path } = target.components[name as ComponentName]?.delivery ?? {};
      const { url } = component(name);
      const headers = () => side.headersFor(url());
      return { url, form, path: (topic) => path ?? pushPath(topic, name), headers };
    },
    recorder,
    naming,
    lessons,
  );
  return {
    project,
    cloud: 'project',
    target,
    recorder,
    faults,
    calls: createCallControl(faults),
    project_side: side,
    courier,
    lessons,
    board: createBoard(settings.onSteps),
    component,
    has: (name) => name in target.components,
    instancesOf: () => 1,
    printed: () => [],
    hook: (name, values) =>
      callHook(name, values, {
        target,
        urlOf: (called) => component(called).url(),
        running: () => new Map([...components].map(([name, { url }]) => [name, url()])),
        environment: cloudEnvironment(target, address),
      }),
    store: () => Promise.resolve(storeOn(clients.firestore, naming)),
    instances: () => [],
    cloudUses: () => [],
    lost: courier.lost,
    crashed: () => [],
  };
}

async function reachComponents(
  { target, names, settings: { tell } }: ProjectRun,
  authorise: Side['headersFor'],
  interrupted: AbortSignal,
): Promise<ReadonlyMap<string, RunningComponent>> {
  const reached = names.map(async (name): Promise<readonly (readonly [string, RunningComponent])[]> => {
    const description = target.components[name];
    const url = urlIn(target, name);
    if (description === undefined || url === undefined) return [];
    await authorise(url);
    const described = { ...description, url, ready: { stdout: '' } };
    return [[name, await reachComponent(name, described, { tell }, interrupted)]];
  });
  return new Map((await Promise.all(reached)).flat());
}

/** Waits until every component has published what it owes, and sentinels have gone through the orchestrators. */

/** Tells whether every component has published what it owes. */
function standing(target: Target, recorder: Recorder): Standing {
  const history = recorder.all();
  const is_whole = COMPONENT_NAMES.filter((name) => name in target.components).every(
    (name) => judgeOutputs(history, name, { lost: 'LIVE-001' }).length === 0,
  );
  return { is_whole, progress: history.length };
}

/** Adds what removes the traces of the run, once nothing of it is under way any more. */
function addCleaning(cleanups: Cleanups, order: CleaningOrder, recorder: Recorder, side: Side): void {
  const { target } = order;
  const quiet_ms = Math.min(QUIET_MS_MAX, target.project.patience_seconds * 1000);
  cleanups.add('take the messages of the reserved dates', () =>
    removeAll(async () => (await cleanMessages(order, false)).size),
  );
  cleanups.add('remove the documents of the reserved dates', () =>
    removeAll(async () => (await cleanDocuments(order, false)).length),
  );
  cleanups.add('wait for what is still under way', () =>
    untilWhole(recorder, () => standing(target, recorder), quiet_ms),
  );
  cleanups.add('send the last sentinels', () => side.close(quiet_ms));
}
