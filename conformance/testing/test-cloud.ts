import { randomUUID } from 'node:crypto';
import { TOPICS } from '../../generated/topology.ts';
import { type Clock, systemClock } from '../cloud/clock.ts';
import { type EmbeddedCloud, startEmbeddedCloud } from '../cloud/server.ts';
import { createCourier, type Door } from '../harness/courier/courier.ts';
import { pushPath } from '../harness/courier/push-path.ts';
import { createFaultBoard, type FaultRule } from '../harness/faults/faults.ts';
import { messageMarks } from '../harness/faults/marks.ts';
import { observeEmbedded } from '../harness/observation/embedded.ts';
import type { AnswerEvent, DeliveryForm, History, Payload, PublishEvent } from '../history/events.ts';
import { createRecorder } from '../history/recorder.ts';
import { withoutProxy } from '../targets/starting/environment.ts';

/** A message on its way to a component of the test. */
export interface TestDelivery {
  /** Base URL of the component, without a trailing slash. */
  readonly url: string;
  /** What the contract calls it, such as `phase3-to-phase4-orchestrator`. */
  readonly component: string;
  readonly topic: string;
  readonly message: Payload;
  /** Default: a new one. The same id again is a redelivery. */
  readonly message_id?: string;
  /** Default: `push_envelope`. */
  readonly form?: DeliveryForm;
  /** Default: the contract's push path. */
  readonly path?: string;
}

/** A fault that is set. */
export interface TestFault {
  /** Resolves when it struck a call for the first time. */
  readonly struck: Promise<void>;
  /** How many calls it struck so far. */
  hits(): number;
  /** Ends it; calls that it held are served. */
  lift(): void;
}

/** A Pub/Sub and a Firestore of one test, with the contract's topics, and the record of what happens in it. */
export interface TestCloud {
  readonly project: string;
  /** What a component under test needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deliver a message once. */
  deliver(delivery: TestDelivery): Promise<AnswerEvent>;
  /** Deliver a message until it is acked, as Pub/Sub does; gives the last answer, a nack after `patience_ms`. */
  deliverUntilAcked(delivery: TestDelivery, patience_ms?: number): Promise<AnswerEvent>;
  /** Refuse, lose, hold or never answer publishes or commits that name a game date. */
  fault(rule: FaultRule): TestFault;
  /** What happened so far. */
  history(): History;
  /** What was published so far, on one topic or on all. */
  published(topic?: string): readonly PublishEvent[];
  /** Resolves true as soon as the condition holds, which is asked after each event; false after `patience_ms`. */
  until(condition: () => boolean, patience_ms?: number): Promise<boolean>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 5_000;

/** Open a cloud for one test: nothing in it is of another test. @param options a virtual clock, for redeliveries in no time. */
export async function openTestCloud({
  clock = systemClock,
}: {
  readonly clock?: Clock;
} = {}): Promise<TestCloud> {
  const project = `demo-${randomUUID().slice(0, 18)}`;
  const recorder = createRecorder();
  const board = createFaultBoard(recorder);
  const { observe } = observeEmbedded(recorder, project);
  const cloud = await startEmbeddedCloud({ clock, gate: board.gate, observe });
  await createTopics(cloud, project);
  const send = (delivery: TestDelivery) => {
    const courier = createCourier(project, () => doorOf(delivery), recorder);
    const { component, topic, message, message_id = randomUUID() } = delivery;
    const marks = [...new Set([message_id, ...messageMarks(message)])];
    return { courier, parcel: { component, topic, message, message_id }, marks };
  };
  return {
    project,
    environment: {
      GOOGLE_CLOUD_PROJECT: project,
      PUBSUB_EMULATOR_HOST: cloud.pubsub_host,
      FIRESTORE_EMULATOR_HOST: cloud.firestore_host,
      METADATA_SERVER_DETECTION: 'none',
      ...withoutProxy(process.env),
    },
    deliver(delivery) {
      const { courier, parcel, marks } = send(delivery);
      return courier.deliver(parcel, marks);
    },
    deliverUntilAcked(delivery, patience_ms = PATIENCE_MS) {
      const { courier, parcel, marks } = send(delivery);
      return courier.deliverUntilAcked(parcel, marks, patience_ms);
    },
    fault: (rule) => board.add(rule),
    history: () => recorder.all(),
    published: (topic) =>
      recorder
        .all()
        .filter((event) => event.kind === 'publish')
        .filter((event) => topic === undefined || event.topic === topic),
    until: (condition, patience_ms = PATIENCE_MS) => recorder.until(condition, patience_ms),
    stop: () => cloud.stop(),
  };
}

/** Over REST, so that no client of Google's is needed. */
async function createTopics({ pubsub_host }: EmbeddedCloud, project: string): Promise<void> {
  const create = (topic: string) =>
    fetch(`http://${pubsub_host}/v1/projects/${project}/topics/${topic}`, { method: 'PUT' });
  await Promise.all(Object.keys(TOPICS).map(create));
}

function doorOf({ url, component, form = 'push_envelope', path }: TestDelivery): Door {
  return { url: () => url, form, path: (topic) => path ?? pushPath(topic, component) };
}
