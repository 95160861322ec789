import type { Message, PubSub, Subscription } from '@google-cloud/pubsub';
import { SUBSCRIPTIONS } from '../../../generated/topology.ts';
import { publishDraft } from '../../harness/observation/embedded.ts';
import { CloudUnavailableError } from '../../harness/world/cloud.ts';
import type { HistoryEvent } from '../../history/events.ts';
import type { Recorder } from '../../history/recorder.ts';
import { text } from '../../history/select.ts';
import type { Naming } from '../../targets/naming.ts';
import { listSubscriptions } from '../connection.ts';
import { ownSubscription, remove, subscribe } from './subscriptions.ts';
import { isDeadLetterTopic } from './topics.ts';

/** The attribute by which the judge knows its own messages, whichever run sent them. */
export const RUN_ATTRIBUTE = 'conformance_run';

/** What the judge's own subscriptions need to know. */
export interface ListeningSettings {
  readonly pubsub: PubSub;
  readonly run_id: string;
  /** Under the contract's names. */
  readonly topics: readonly string[];
  readonly recorder: Recorder;
  readonly naming: Naming;
  readonly has: (component: string) => boolean;
  /** Whether a mark is a date of this judge; messages without one are somebody else's and leave no trace. */
  readonly isReserved: (mark: string) => boolean;
  /** Resolves when what is being published right now is on record, so that no effect stands before its cause. */
  readonly published: () => Promise<void>;
  /** Told when a subscription gives no messages any more, so that from now on absence proves nothing. */
  readonly onDeaf: (error: CloudUnavailableError) => void;
}

/** The judge's ears in a project. */
export interface Listening {
  /** Told each event of the record: a message whose cause is known now may follow it. */
  readonly onEvent: (event: HistoryEvent) => void;
  /** Subscribes to each topic. @throws {CloudUnavailableError} when one cannot be subscribed to; `stop` is owed then too. */
  start(): Promise<void>;
  /** Makes sure that every subscription is still there. @throws {CloudUnavailableError} naming one that is gone. */
  requireAll(): Promise<void>;
  /** Stops listening, and deletes the subscriptions. @throws {CloudUnavailableError} when one stays. */
  stop(): Promise<void>;
}

/** Creates ears with subscriptions of the judge's own, which record what concerns it in the order of cause and effect. */
export function createListening(settings: ListeningSettings): Listening {
  const { pubsub, run_id, topics, naming } = settings;
  const order = createCausalOrder();
  const open: Subscription[] = [];
  // Also one whose creation nobody answered may be there.
  const asked: Subscription[] = [];
  return {
    onEvent: order.onEvent,
    async start() {
      const outcomes = await Promise.allSettled(
        topics.map(async (topic) => {
          const actual = naming.actualTopic(topic);
          asked.push(pubsub.subscription(ownSubscription(actual, run_id)));
          const subscription = await subscribe(pubsub, actual, run_id);
          open.push(subscription);
          subscription.on('message', hear(settings, topic, order));
          subscription.on('error', ({ message }) => settings.onDeaf(deafError(actual, message)));
        }),
      );
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
    async requireAll() {
      const present = new Set((await listSubscriptions({ pubsub })).map(({ name }) => name));
      const gone = topics.map(naming.actualTopic).find((actual) => {
        const { name } = pubsub.subscription(ownSubscription(actual, run_id));
        return !present.has(name);
      });
      if (gone !== undefined) throw deafError(gone, 'it is not among the subscriptions of the project');
    },
    async stop() {
      order.stop();
      await Promise.allSettled(open.map((subscription) => subscription.close()));
      await remove(asked);
    },
  };
}

function deafError(topic: string, why: string): CloudUnavailableError {
  return new CloudUnavailableError(
    `expected the judge's own subscription to ${topic} until the end of the run, got: ${why}; what was published since may be unheard, so that nothing of this run counts: see that nobody else runs "conformance clean" in the project, and run again`,
  );
}

function hear(settings: ListeningSettings, topic: string, order: CausalOrder): (message: Message) => void {
  const { recorder, isReserved } = settings;
  const seen = new Set<string>();
  return (message) => {
    message.ack();
    if (seen.has(message.id)) return;
    seen.add(message.id);
    const is_letter = isDeadLetterTopic(topic);
    if (message.attributes[RUN_ATTRIBUTE] !== undefined && !is_letter) return;
    const draft = publishDraft(
      topic,
      message.id,
      settings.naming.contractData(message.data),
      message.attributes,
    );
    if (!draft.marks.some(isReserved)) return;
    void settings.published().then(() => {
      if (is_letter) return recordDeadLetter(recorder, topic, draft.raw ?? draft.message);
      order.take(text(draft.message, 'trigger_message_id'), () => {
        recorder.append(draft);
        recordDeliveries(settings, draft);
      });
    });
  };
}

/** What the pipeline publishes, the project's own subscriptions deliver. */
function recordDeliveries(
  { recorder, has }: ListeningSettings,
  draft: ReturnType<typeof publishDraft>,
): void {
  for (const { topic, component, push_path } of Object.values(SUBSCRIPTIONS)) {
    if (topic !== draft.topic || push_path === null || !has(component)) continue;
    recorder.append({
      kind: 'delivery',
      component,
      topic,
      form: 'push_envelope',
      message_id: draft.message_id,
      attempt: 1,
      road: 'pipeline',
      message: draft.message,
      defect: null,
      marks: draft.marks,
    });
  }
}

/** A dead letter is the broker's word that a delivery was never acked. */
function recordDeadLetter(recorder: Recorder, topic: string, content: unknown): void {
  const said = JSON.stringify(content);
  const delivery = recorder
    .all()
    .findLast(
      (event) =>
        event.kind === 'delivery' && event.road !== undefined && JSON.stringify(event.message) === said,
    );
  if (delivery === undefined) return;
  recorder.append({
    kind: 'answer',
    delivery: delivery.sequence,
    status: null,
    acked: false,
    body: `the broker gave up and put it on ${topic}`,
    marks: delivery.marks,
  });
}

/** A message that names a cause which never comes is taken all the same. */
const CAUSE_PATIENCE_MS = 3_000;

/** Puts effects after their causes: topics keep no order among each other. */
interface CausalOrder {
  /** Calls `record` as soon as the message that `cause` names is on record; at once when none is named. */
  take(cause: string, record: () => void): void;
  /** Told each event of the record. */
  readonly onEvent: (event: HistoryEvent) => void;
  /** Forgets what still waits. */
  stop(): void;
}

/** Creates an order; `patience_ms` is how long a cause is waited for. */
export function createCausalOrder(patience_ms = CAUSE_PATIENCE_MS): CausalOrder {
  const known = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const timers = new Set<NodeJS.Timeout>();
  const release = (cause: string): void => {
    const due = waiting.get(cause) ?? [];
    waiting.delete(cause);
    for (const record of due) record();
  };
  return {
    take(cause, record) {
      if (cause === '' || known.has(cause)) return record();
      waiting.set(cause, [...(waiting.get(cause) ?? []), record]);
      const timer = setTimeout(() => {
        timers.delete(timer);
        release(cause);
      }, patience_ms);
      timers.add(timer);
    },
    onEvent(event) {
      if (event.kind !== 'delivery' && event.kind !== 'publish') return;
      if (known.has(event.message_id)) return;
      known.add(event.message_id);
      if (waiting.has(event.message_id)) setImmediate(release, event.message_id);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
