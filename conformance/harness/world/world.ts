import { randomBytes } from 'node:crypto';
import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import type { ComponentName } from '../../requirements/names.ts';
import type { Target } from '../../targets/description.ts';
import { type CloudAddress, type RunningComponent, startComponent } from '../../targets/start.ts';
import { type Courier, createCourier, type Door } from '../courier/courier.ts';
import { createFaultBoard, type FaultBoard } from '../faults/faults.ts';
import { createRecorder, type Recorder } from '../history/recorder.ts';
import { observeEmbedded } from '../observation/embedded.ts';
import type { Observation } from '../observation/observation.ts';
import { observeSubscriptions } from '../observation/subscriptions.ts';
import { type CloudKind, startCloud } from './cloud.ts';
import { openStore, type Store } from './store.ts';
import { createTopics, openPubsub, TOPIC_NAMES } from './topics.ts';

/** A cloud, a project, its topics and the target's components: everything that cases run in. */
export interface World {
  readonly project: string;
  readonly cloud: CloudKind;
  readonly target: Target;
  readonly recorder: Recorder;
  readonly faults: FaultBoard;
  readonly courier: Courier;
  readonly observation: Observation;
  component(name: string): RunningComponent;
  has(name: string): boolean;
  /** Opened on first use. */
  store(): Promise<Store>;
  /** Components that ended although nobody ended them, with how. */
  crashed(): readonly string[];
  stop(): Promise<void>;
}

/** Starts a cloud and the named components of a target. Whatever was started is stopped again when something fails. */
export async function startWorld(
  target: Target,
  kind: CloudKind,
  names: readonly ComponentName[],
  onCleanup: (stop: () => Promise<void>) => void = () => {},
): Promise<World> {
  const project = `demo-judge-${randomBytes(4).toString('hex')}`;
  const recorder = createRecorder();
  const faults = createFaultBoard(recorder);
  const embedded = observeEmbedded(recorder, project);
  const cleanups: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  onCleanup(stop);
  try {
    const cloud = await startCloud(kind, faults.gate, embedded.observe);
    cleanups.push(() => cloud.stop());
    const pubsub = openPubsub(project, cloud.pubsub_host);
    cleanups.push(() => pubsub.close());
    await createTopics(pubsub);
    const observation =
      kind === 'embedded' ? embedded : await observeSubscriptions(pubsub, TOPIC_NAMES, recorder);
    cleanups.push(() => observation.stop());

    const address = { project, pubsub_host: cloud.pubsub_host, firestore_host: cloud.firestore_host };
    const crashed: string[] = [];
    const onEnd = (name: string, how: string): void => {
      crashed.push(`${name} ${how}`);
      recorder.append({ kind: 'process', component: name, change: 'ended', marks: [] });
    };
    const components = await startComponents(target, names, address, onEnd, (stop) => cleanups.push(stop));

    const component = (name: string): RunningComponent => {
      const found = components.get(name);
      if (found === undefined) throw new Error(`${name} was not started; a check must name what it needs`);
      return found;
    };
    let store: Promise<Store> | undefined;
    return {
      project,
      cloud: kind,
      target,
      recorder,
      faults,
      observation,
      courier: createCourier(project, (name) => doorOf(target, name, component(name)), recorder),
      component,
      has: (name) => components.has(name),
      store() {
        store ??= openStore(project, cloud.firestore_host).then((opened) => {
          cleanups.push(() => opened.close());
          return opened;
        });
        return store;
      },
      crashed: () => crashed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the components side by side; `onStop` gets what ends them, also those that are not ready yet. */
async function startComponents(
  target: Target,
  names: readonly ComponentName[],
  address: CloudAddress,
  onEnd: (name: string, how: string) => void,
  onStop: (stop: () => Promise<void>) => void,
): Promise<ReadonlyMap<string, RunningComponent>> {
  const components = new Map<string, RunningComponent>();
  const interruption = new AbortController();
  const starts = names.map(async (name) => {
    const description = target.components[name];
    if (description === undefined) return;
    const told = (how: string): void => onEnd(name, how);
    components.set(name, await startComponent(target, name, description, address, told, interruption.signal));
  });
  onStop(async () => {
    interruption.abort();
    await Promise.allSettled(starts);
    await Promise.all([...components.values()].map((component) => component.stop()));
  });
  const outcomes = await Promise.allSettled(starts);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return components;
}

function doorOf(target: Target, name: string, running: RunningComponent): Door {
  const delivery = target.components[name as ComponentName]?.delivery ?? { form: 'push_envelope' };
  return {
    url: running.url,
    form: delivery.form,
    path: (topic) => delivery.path ?? pushPath(topic, name),
  };
}

function pushPath(topic: string, component: string): string {
  const found = Object.values(SUBSCRIPTIONS).find(
    (subscription) => subscription.topic === topic && subscription.component === component,
  );
  if (found === undefined || found.push_path === null) {
    throw new Error(`the contract pushes ${topic} to nobody called ${component}`);
  }
  return found.push_path;
}
