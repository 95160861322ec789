import { DELIVERY, SUBSCRIPTIONS } from '../../../generated/topology.ts';
import type { AnswerEvent, DeliveryEvent, DeliveryForm, Payload } from '../../history/events.ts';
import type { Recorder } from '../../history/recorder.ts';
import { createNaming, type Naming } from '../../targets/naming.ts';
import { TargetUnavailableError } from '../../targets/starting/running.ts';
import { createDeliveryLessons } from '../patience/courier.ts';
import { createLessons, type Lessons } from '../patience/lessons.ts';
import { encodeParcel } from './encode.ts';
import { type HttpReply, sendHttp } from './http.ts';

/** Where a component listens and how it wants its messages. */
export interface Door {
  /** Base URL without a trailing slash; asked anew each time, since a restart moves it. */
  url(): string;
  /** Resolves when the instance is there again after it ended by itself; undefined when there is nothing to wait for. */
  readonly ready?: (() => Promise<void> | undefined) | undefined;
  readonly form: DeliveryForm;
  /** The path for a topic; the contract's push path unless the target says otherwise. */
  path(topic: string): string;
  /** What shows who calls; nothing on this machine. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

/** A message that is to be delivered. */
export interface Delivery {
  readonly component: string;
  readonly topic: string;
  readonly message_id: string;
  readonly message: Payload | null;
  readonly attempt?: number;
  /** Which instance of the component gets it. Default 1, the only one unless the check asks for replicas. */
  readonly replica?: number;
  readonly attributes?: Readonly<Record<string, string>>;
  /** Default: the form that the target asks for. */
  readonly form?: DeliveryForm;
  /** The message's bytes, when they are not the JSON of `message`. */
  readonly data?: string;
  /** The whole HTTP body, when the envelope itself is broken. */
  readonly http_body?: string;
  /** What is wrong with it, when something is. */
  readonly defect?: string;
}

/** Hands messages to components and writes down what they answer. */
export interface Courier {
  /** Aborts when a component has taken none of its first deliveries: the run would say nothing about the target. */
  readonly lost: AbortSignal;
  /** Delivers once. `marks` tie the events to the case. */
  deliver(delivery: Delivery, marks: readonly string[]): Promise<AnswerEvent>;
  /**
   * Delivers until it is acked, with growing pauses, as the broker would. A message that is called invalid at each
   * of the contract's delivery attempts goes to the dead letters.
   *
   * @returns the last answer, which is a nack when `patience_ms` ran out.
   */
  deliverUntilAcked(delivery: Delivery, marks: readonly string[], patience_ms: number): Promise<AnswerEvent>;
}

/** How long one answer may take. The contract's ack deadlines are longer; a judge need not wait for them. */
const ANSWER_PATIENCE_MS = 15_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

/** Creates the courier of a run. */
export function createCourier(
  project: string,
  doors: (component: string, replica: number) => Door,
  recorder: Recorder,
  naming: Naming = createNaming({ topics: {}, collections: {} }),
  lessons: Lessons = createLessons(),
): Courier {
  const reach = createReach();
  const learned = createDeliveryLessons(lessons);
  const deliver: Courier['deliver'] = async (delivery, marks) => {
    const door = doors(delivery.component, delivery.replica ?? 1);
    const form = delivery.form ?? door.form;
    const coming = door.ready?.();
    if (coming !== undefined) await coming;
    const sent = recorder.append({
      kind: 'delivery',
      component: delivery.component,
      topic: delivery.topic,
      form,
      message_id: delivery.message_id,
      attempt: delivery.attempt ?? 1,
      ...(delivery.replica === undefined ? {} : { replica: delivery.replica }),
      message: delivery.message,
      defect: delivery.defect ?? null,
      marks,
    }) as DeliveryEvent;
    const parcel = encodeParcel({
      form,
      project,
      topic: naming.actualTopic(delivery.topic),
      subscription: subscriptionOf(delivery.topic, delivery.component),
      message_id: delivery.message_id,
      publish_time: new Date().toISOString(),
      attributes: delivery.attributes ?? {},
      data: delivery.data ?? JSON.stringify(sentOf(delivery.message, naming)),
      attempt: delivery.attempt ?? 1,
    });
    const url = door.url() + door.path(delivery.topic);
    const sent_ms = Date.now();
    const reply = await sendHttp(
      url,
      {
        method: 'POST',
        headers: { ...parcel.headers, ...(await door.headers?.()) },
        body: delivery.http_body ?? parcel.body,
      },
      ANSWER_PATIENCE_MS,
    );
    lessons.pace.took(Date.now() - sent_ms);
    reach.hear(delivery.component, url, reply);
    const answer = recorder.append({
      kind: 'answer',
      delivery: sent.sequence,
      status: reply.status,
      acked: isAck(reply.status),
      body: reply.body.slice(0, 400),
      marks,
    }) as AnswerEvent;
    const [name = ''] = marks;
    learned.answered(delivery.component, name, answer, reply.is_late === true ? ANSWER_PATIENCE_MS : null);
    return answer;
  };

  return {
    lost: reach.lost,
    deliver,
    async deliverUntilAcked(delivery, marks, patience_ms) {
      const [name = ''] = marks;
      const patience = learned.open(delivery.component, name, patience_ms);
      let pause_ms = FIRST_PAUSE_MS;
      let invalid = 0;
      for (let attempt = delivery.attempt ?? 1; ; attempt++) {
        const answer = await deliver({ ...delivery, attempt }, marks);
        invalid += answer.status === 400 ? 1 : 0;
        if (invalid >= DELIVERY.max_delivery_attempts || patience.isOver(answer, pause_ms)) return answer;
        await new Promise((resolve) => setTimeout(resolve, pause_ms));
        pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
      }
    },
  };
}

function sentOf(message: Payload | null, naming: Naming): Payload | null {
  return message === null ? null : naming.actualMessage(message);
}

/** Tell whether Pub/Sub counts an HTTP status as an ack. */
export function isAck(status: number | null): boolean {
  return status !== null && (DELIVERY.ack_statuses as readonly number[]).includes(status);
}

/** Name the contract's subscription that brings a topic to a component. */
function subscriptionOf(topic: string, component: string): string {
  const found = Object.entries(SUBSCRIPTIONS).find(
    ([, subscription]) => subscription.topic === topic && subscription.component === component,
  );
  if (found === undefined) throw new Error(`the contract has no subscription of ${component} to ${topic}`);
  return found[0];
}

/** A component that has never taken one of so many deliveries listens somewhere else. */
const STRANGE_MAX = 10;

/** Notices a component whose door nobody opens, so that a wrong path costs seconds instead of every case's patience. */
interface Reach {
  /** Aborts with a TargetUnavailableError that says where nobody was found. */
  readonly lost: AbortSignal;
  /** Notes what came of a delivery. */
  hear(component: string, url: string, reply: HttpReply): void;
}

/** Creates what notices components that no delivery reaches. */
function createReach(): Reach {
  const controller = new AbortController();
  const reached = new Set<string>();
  const strange = new Map<string, number>();
  return {
    lost: controller.signal,
    hear(component, url, reply) {
      if (reached.has(component)) return;
      if (!isStrange(reply)) return void reached.add(component);
      const times = (strange.get(component) ?? 0) + 1;
      strange.set(component, times);
      if (times < STRANGE_MAX) return;
      controller.abort(new TargetUnavailableError(sentenceOf(component, url, reply)));
    },
  };
}

/** No route, no such method, or no connection; an answer that broke off came from somebody. */
function isStrange({ status, body }: HttpReply): boolean {
  return status === 404 || status === 405 || (status === null && /^(connect|getaddrinfo) /.test(body));
}

function sentenceOf(component: string, url: string, { status, body }: HttpReply): string {
  const what = status === null ? body : `${status} ${body.slice(0, 100)}`.trim();
  const advice =
    status === null ? 'its url, or what it prints when it is ready' : 'delivery.path, or its routes';
  return `${component}: expected it to take messages at POST ${url}, and each of its first ${STRANGE_MAX} deliveries got ${what}; correct ${advice}`;
}
