import { SUBSCRIPTIONS } from '../../generated/topology.ts';
import { dateAndRun } from '../checks/owed/names.ts';
import type { AnswerEvent, DeliveryEvent, History, HistoryEvent, PublishEvent } from '../history/events.ts';
import { publishes, text } from '../history/select.ts';
import { isDeadLetterTopic } from '../project/listening/topics.ts';
import { ORCHESTRATORS_JUDGED } from './checks.ts';
import { listedRuns } from './trigger.ts';

/** The marker of a recording that says of a topic, its mark, that it was listened to, and by its time until when. */
export const RECORDED_MARKER = 'recorded';

/** Publish times of two topics may differ by less than this although one message caused the other. */
const SKEW_MS = 1_000;

/** What a recording holds of one date and run. */
export interface RecordedDate {
  /** Such as `2026-11-26 run 1`; `no date` for what names none. */
  readonly name: string;
  /** The messages as they were published, each once, without dead letters. */
  readonly published: readonly PublishEvent[];
  /** The same with completions delivered to their orchestrator, causes before effects. */
  readonly history: History;
}

/** Tell whether a history is what subscriptions gave: nothing in it was delivered or asked by a judge. */
export function isRecording(history: History): boolean {
  return (
    !history.some(({ kind }) => kind === 'delivery' || kind === 'request') &&
    history.some(
      (event) => event.kind === 'publish' || (event.kind === 'marker' && event.name === RECORDED_MARKER),
    )
  );
}

/** List the dates and runs of a recording, each with its own messages, in the order of their names. */
export function datesOf(recording: History): readonly RecordedDate[] {
  const has_times = recording.some((event) => event.kind === 'marker' && event.name === RECORDED_MARKER);
  const byDate = new Map<string, PublishEvent[]>();
  for (const event of withoutCopies(publishes(recording))) {
    const name = text(event.message, 'game_date') === '' ? 'no date' : dateAndRun(event.message);
    byDate.set(name, [...(byDate.get(name) ?? []), event]);
  }
  return [...byDate]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([name, events]) => ({
      name,
      published: events.filter(({ topic }) => !isDeadLetterTopic(topic)),
      history: asDelivered(inCausalOrder(events, has_times ? SKEW_MS : Number.POSITIVE_INFINITY)),
    }));
}

/** Pub/Sub delivers at least once; the message id tells that it is the same message. */
export function withoutCopies<Message extends Pick<PublishEvent, 'topic' | 'message_id'>>(
  events: readonly Message[],
): readonly Message[] {
  const seen = new Set<string>();
  return events.filter(({ topic, message_id }) => {
    const id = `${topic} ${message_id}`;
    return !seen.has(id) && seen.add(id);
  });
}

/**
 * Put each trigger after the runs that it lists, and dead letters last; numbers stay those of the file, given out again in the
 * new order. A listed run that was published more than `skew_ms` later stays where it is.
 */
function inCausalOrder(events: readonly PublishEvent[], skew_ms: number): readonly PublishEvent[] {
  const placed = events.map((event, index) => {
    if (isDeadLetterTopic(event.topic)) return { event, place: events.length + index };
    const ids = listedRuns(event).map(({ execution_id }) => execution_id);
    const last = events.findLastIndex(
      (cause) =>
        cause.topic !== event.topic &&
        ids.includes(text(cause.message, 'execution_id')) &&
        cause.at_ms - event.at_ms <= skew_ms,
    );
    return { event, place: Math.max(index, last + 0.5) };
  });
  return placed
    .sort((a, b) => a.place - b.place)
    .map(({ event }, index) => ({ ...event, sequence: events[index]?.sequence ?? event.sequence }));
}

/** What the pipeline publishes, the project's own subscriptions deliver until it is acked, or make a dead letter of it. */
function asDelivered(events: readonly PublishEvent[]): History {
  const history: HistoryEvent[] = [];
  for (const event of events) {
    const delivery = asDelivery(event);
    if (isDeadLetterTopic(event.topic)) history.push(...answersOf(event, history));
    else history.push(delivery ?? event);
  }
  return history;
}

function asDelivery({
  sequence,
  at_ms,
  marks,
  topic,
  message_id,
  message,
}: PublishEvent): DeliveryEvent | undefined {
  const found = Object.values(SUBSCRIPTIONS).find((one) => one.topic === topic);
  if (found === undefined || !ORCHESTRATORS_JUDGED.includes(found.component)) return undefined;
  const of = { component: found.component, topic, form: 'push_envelope', message_id } as const;
  return {
    kind: 'delivery',
    ...of,
    attempt: 1,
    road: 'pipeline',
    message,
    defect: null,
    sequence,
    at_ms,
    marks,
  };
}

/** A dead letter is the broker's word that a delivery was never acked. */
function answersOf({ sequence, at_ms, marks, topic, message }: PublishEvent, before: History): AnswerEvent[] {
  const said = JSON.stringify(message);
  const refused = before.findLast(
    (event) => event.kind === 'delivery' && JSON.stringify(event.message) === said,
  );
  if (refused === undefined) return [];
  const body = `the broker gave up and put it on ${topic}`;
  return [
    {
      kind: 'answer',
      delivery: refused.sequence,
      status: null,
      acked: false,
      body,
      sequence,
      at_ms,
      marks,
    },
  ];
}
