import { randomBytes } from 'node:crypto';
import type { Observer } from '../../cloud/calls.ts';
import { instanceName } from '../../contract/instances.ts';
import type { ComponentName } from '../../contract/names.ts';
import { createRecorder, type Recorder } from '../../history/recorder.ts';
import type { HookName, Target } from '../../targets/description.ts';
import { callHook, type HookValues } from '../../targets/hooks/call.ts';
import { createNaming, gateInContract, observerInContract } from '../../targets/naming.ts';
import { cloudEnvironment } from '../../targets/starting/environment.ts';
import { keepLast } from '../../targets/starting/output.ts';
import type { AroundComponent } from '../../targets/starting/reach.ts';
import {
  type CloudAddress,
  type RunningComponent,
  TargetUnavailableError,
} from '../../targets/starting/running.ts';
import { type Courier, createCourier, type Door } from '../courier/courier.ts';
import { pushPath } from '../courier/push-path.ts';
import { type CallControl, createCallControl } from '../exploring/control.ts';
import { createFaultBoard, type FaultBoard, JUDGE_DOOR } from '../faults/faults.ts';
import { observeEmbedded } from '../observation/embedded.ts';
import type { Observation } from '../observation/observation.ts';
import { observeSubscriptions } from '../observation/subscriptions.ts';
import { type CloudUse, surveyCloud } from '../observation/survey.ts';
import { type Board, createBoard } from '../patience/board.ts';
import { createLessons, type Lessons } from '../patience/lessons.ts';
import { createPace } from '../patience/pace.ts';
import { createCleanups } from './cleanups.ts';
import { type CloudKind, startCloud } from './cloud.ts';
import { withoutOwnDoor } from './own-door.ts';
import { createComeBack } from './processes/come-back.ts';
import { startComponents, TOGETHER } from './processes/components.ts';
import type { ProjectSide } from './project.ts';
import type { OutputLine, WorldSettings } from './settings.ts';
import { openStore, type Store } from './store.ts';
import { createTopics, openPubsub, TOPIC_NAMES } from './topics.ts';

/** How many lines of output are kept over a run. */
const LINES_KEPT = 20_000;

/** A cloud, a project, its topics and the target's components: everything that cases run in. */
export interface World {
  readonly project: string;
  readonly cloud: CloudKind;
  readonly target: Target;
  readonly recorder: Recorder;
  readonly faults: FaultBoard;
  /** Parks calls of the embedded cloud for whoever explores; never asked on Google's emulators. */
  readonly calls: CallControl;
  readonly courier: Courier;
  /** What the run has learned of the target by waiting. */
  readonly lessons: Lessons;
  /** What each case is doing. */
  readonly board: Board;
  readonly observation: Observation;
  /** Only in a project. */
  readonly project_side?: ProjectSide;
  component(name: string): RunningComponent;
  has(name: string): boolean;
  /** How many instances of a component run. */
  instancesOf(name: string): number;
  /** What the components printed, in order. */
  printed(): readonly OutputLine[];
  /** Does what the target's hook says. @throws {TargetUnavailableError} when it fails. */
  hook(name: HookName, values: HookValues): Promise<void>;
  /** Opened on first use. */
  store(): Promise<Store>;
  /** The instances that reach the cloud by addresses of their own. */
  instances(): readonly string[];
  /** What each process asked of the cloud; empty where calls are not seen. */
  cloudUses(): readonly CloudUse[];
  /** Aborts, with what was seen, when the target turns out to be out of reach or at work in another project. */
  readonly lost: AbortSignal;
  /** Components that ended although nobody ended them, with how: those that no case shows. */
  crashed(): readonly string[];
  /** Undoes everything that was begun. Resolves always: what could not be undone is told. */
  stop(): Promise<void>;
}

/** Starts a cloud and the named components of a target. Whatever was started is stopped again when something fails. */
export async function startWorld(
  target: Target,
  kind: Exclude<CloudKind, 'project'>,
  names: readonly ComponentName[],
  onCleanup: (stop: () => Promise<void>) => void = () => {},
  settings: WorldSettings = {},
): Promise<World> {
  const project = settings.project ?? `demo-judge-${randomBytes(4).toString('hex')}`;
  const naming = createNaming(target.names);
  const recorder = createRecorder(Date.now, settings.onEvent);
  const faults = createFaultBoard(recorder);
  const calls = createCallControl(faults);
  const lessons = createLessons(createPace());
  const board = createBoard(settings.onSteps);
  // Cases that are under way show what such a flood breaks.
  const embedded = observeEmbedded(recorder, project, (component, because) =>
    lessons.giveUp(component, because, board.names()),
  );
  const survey = surveyCloud(project, { file: target.file, variable: target.environment_names.project });
  const observe: Observer = (told) => {
    const event = withoutOwnDoor(told);
    embedded.observe(event);
    survey.observe(event);
    calls.parking.observe(event);
    settings.onCloud?.(event);
  };
  const cleanups = createCleanups(settings.tell ?? (() => {}));
  const stop = cleanups.run;
  onCleanup(stop);
  try {
    const cloud = await startCloud(
      kind,
      gateInContract(naming, calls.parking.gate),
      observerInContract(naming, observe),
      settings,
    );
    cleanups.add('stop the cloud', () => cloud.stop());
    const pubsub = openPubsub(project, cloud.pubsub_host);
    cleanups.add('close the Pub/Sub client', () => pubsub.close());
    await createTopics(pubsub, naming);
    const observation =
      kind === 'embedded' ? embedded : await observeSubscriptions(pubsub, TOPIC_NAMES, recorder, naming);
    cleanups.add('stop listening', () => observation.stop());

    const address = { project, pubsub_host: cloud.pubsub_host, firestore_host: cloud.firestore_host };
    // A process that serves several components has one address for all, and so no author of its calls.
    const doors = new Set<string>();
    const addressOf = async (process: string): Promise<CloudAddress> => {
      if (cloud.openDoor === undefined || process === TOGETHER) return address;
      doors.add(process);
      return { project, ...(await cloud.openDoor(process)) };
    };
    const crashed: string[] = [];
    let components: ReadonlyMap<string, RunningComponent> = new Map();
    const { onEnd, whenBack } = createComeBack({
      recorder,
      find: (name) => components.get(name),
      untold: (sentence) => crashed.push(sentence),
      giveUp: lessons.giveUp,
    });
    const printed: OutputLine[] = [];
    const around = (process: string, served: readonly ComponentName[]): AroundComponent => ({
      tell: settings.tell,
      onLine(text) {
        const line = { process, components: served, at_ms: recorder.elapsedMs(), text };
        keepLast(printed, line, LINES_KEPT);
        settings.onLine?.(line);
      },
      restart:
        target.hooks.restart === undefined
          ? undefined
          : () =>
              hook('restart', { placeholders: { component: process }, everything: { component: process } }),
    });
    const hook: World['hook'] = (name, values) =>
      callHook(name, values, {
        target,
        urlOf: (component) => componentUrl(target, components, component),
        running: () => new Map([...components].map(([instance, { url }]) => [instance, url()])),
        environment: cloudEnvironment(target, address),
      });
    components = await startComponents(
      target,
      { names, replicas: settings.replicas ?? [], are_together: settings.together === true },
      { addressOf, around, onEnd },
      (stop) => cleanups.add('stop the components', stop),
    );

    const component = (name: string): RunningComponent => {
      const found = components.get(name);
      if (found === undefined) throw new Error(`${name} was not started; a check must name what it needs`);
      return found;
    };
    const courier = createCourier(
      project,
      (name, replica) => {
        const instance = instanceName(name, replica);
        return doorOf(target, name, component(instance), () => whenBack(instance));
      },
      recorder,
      naming,
      lessons,
    );
    let store: Promise<Store> | undefined;
    const openOwnStore = async (): Promise<Store> => {
      const { firestore_host } = (await cloud.openDoor?.(JUDGE_DOOR)) ?? cloud;
      const opened = await openStore(project, firestore_host, naming);
      cleanups.add('close the store', () => opened.close());
      return opened;
    };
    return {
      project,
      cloud: kind,
      target,
      recorder,
      faults,
      calls,
      observation,
      courier,
      lessons,
      board,
      component,
      has: (name) => components.has(name),
      instancesOf: (name) => [1, 2].filter((replica) => components.has(instanceName(name, replica))).length,
      printed: () => printed,
      hook,
      store() {
        store ??= openOwnStore();
        return store;
      },
      instances: () => [...doors].filter((name) => components.get(name)?.owned === true),
      cloudUses: survey.uses,
      lost: AbortSignal.any([courier.lost, survey.astray]),
      crashed: () => crashed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A hook may name a component that no chosen check needs; then only its file knows where it is. */
function componentUrl(
  target: Target,
  components: ReadonlyMap<string, RunningComponent>,
  name: string,
): string {
  const url = components.get(name)?.url() ?? target.components[name as ComponentName]?.url ?? null;
  if (url !== null) return url;
  throw new TargetUnavailableError(
    `a hook calls ${name}, which this run did not start; give the hook a url or a command instead`,
  );
}

function doorOf(target: Target, name: string, running: RunningComponent, ready: Door['ready']): Door {
  const delivery = target.components[name as ComponentName]?.delivery ?? { form: 'push_envelope' };
  return {
    url: running.url,
    ready,
    form: delivery.form,
    path: (topic) => delivery.path ?? pushPath(topic, name),
  };
}
