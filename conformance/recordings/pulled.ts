import { TOPICS } from '../../generated/topology.ts';
import { publishDraft } from '../harness/observation/embedded.ts';
import type { History, HistoryEvent } from '../history/events.ts';
import { RECORDED_MARKER, withoutCopies } from './dates.ts';
import { asReceived, isExportedRow, parse, topicOfRow } from './exported.ts';

/** What was pulled from the subscription of one topic. */
export interface PulledTopic {
  /** The contract's name of the topic, whatever the project calls it. */
  readonly topic: string;
  /** Where the text comes from, for messages. */
  readonly file: string;
  /** Answers of pulls as JSON, or rows of BigQuery, one a line or one in all. */
  readonly text: string;
  /** When the subscription was empty. */
  readonly until_ms: number;
}

/** What was pulled is no answer of a pull; the message says which file, what was expected and what came. */
export class PulledError extends Error {}

/**
 * Make a history of what was pulled: publishes in the order of their publish times, each message once, then for each topic
 * that it was listened to. Times count from the first message.
 *
 * @throws {PulledError} when a topic is not the contract's, or a text is no answer of a pull.
 */
export function historyOfPulls(pulls: readonly PulledTopic[]): History {
  const { events, began_ms } = publishesOf(pulls);
  return [...events, ...ends(pulls, began_ms, events.length)];
}

/** Give the publishes alone, each message once, in the order of their times, and when the first was. @throws {PulledError} */
function publishesOf(pulls: readonly PulledTopic[]): {
  readonly events: readonly HistoryEvent[];
  readonly began_ms: number;
} {
  const messages = withoutCopies(pulls.flatMap(messagesOf)).toSorted(
    (a, b) => a.published_ms - b.published_ms,
  );
  const began_ms = messages[0]?.published_ms ?? Math.min(...pulls.map(({ until_ms }) => until_ms));
  const events = messages.map(
    ({ published_ms, ...draft }, index): HistoryEvent => ({
      ...draft,
      sequence: index + 1,
      at_ms: published_ms - began_ms,
    }),
  );
  return { events, began_ms };
}

/**
 * Make a history of the rows of several tables in one file: each names its subscription, and so its topic. Nothing in it says
 * until when a topic was listened to, so the file is taken to hold every message.
 *
 * @param text  rows as one JSON array, or one a line.
 * @returns undefined when the file does not begin with such a row.
 * @throws {PulledError} for a row whose subscription is not the contract's.
 */
export function historyOfExport(file: string, text: string): History | undefined {
  const values = valuesIn(text);
  if (!isExportedRow(values[0])) return undefined;
  const byTopic = new Map<string, unknown[]>();
  for (const [index, row] of values.entries()) {
    const topic = isExportedRow(row) ? topicOfRow(row) : undefined;
    if (topic === undefined) {
      const came = isExportedRow(row)
        ? `subscription_name ${JSON.stringify(row.subscription_name)}`
        : 'another value';
      throw new PulledError(
        `${file}: row ${index + 1}: expected the name of a subscription that the contract has for BigQuery, got ${came}; export subscription_name too, or use "conformance record --from TOPIC=FILE"`,
      );
    }
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), row]);
  }
  const pulls = [...byTopic].map(
    ([topic, rows]): PulledTopic => ({ topic, file, text: JSON.stringify(rows), until_ms: 0 }),
  );
  return publishesOf(pulls).events;
}

/** A topic of several files is recorded until the first of them ended. */
function ends(pulls: readonly PulledTopic[], began_ms: number, before: number): readonly HistoryEvent[] {
  return [...new Set(pulls.map(({ topic }) => topic))].map((topic, index) => {
    const until_ms = Math.min(...pulls.filter((pull) => pull.topic === topic).map((pull) => pull.until_ms));
    return {
      kind: 'marker',
      name: RECORDED_MARKER,
      sentence: `${topic} was listened to until ${new Date(until_ms).toISOString()}`,
      sequence: before + index + 1,
      at_ms: until_ms - began_ms,
      marks: [topic],
    };
  });
}

function messagesOf(pull: PulledTopic) {
  if (!(pull.topic in TOPICS)) {
    throw new PulledError(
      `${pull.file}: expected a topic of the contract, got "${pull.topic}"; one of ${Object.keys(TOPICS).join(', ')}`,
    );
  }
  return answersIn(pull).map(({ message }) => {
    const { messageId, publishTime, data = '', attributes = {} } = message ?? {};
    const published_ms = Date.parse(String(publishTime));
    if (typeof messageId !== 'string' || Number.isNaN(published_ms)) {
      throw wrong(pull, `a message with messageId and publishTime, got ${JSON.stringify(message)}`);
    }
    return {
      ...publishDraft(pull.topic, messageId, Buffer.from(data, 'base64'), attributes),
      published_ms,
    };
  });
}

/** As gcloud prints it and REST answers it; a row of BigQuery is written so. */
interface Received {
  readonly message?: {
    readonly messageId?: unknown;
    readonly publishTime?: unknown;
    readonly data?: string;
    readonly attributes?: Readonly<Record<string, string>>;
  };
}

/** One JSON value, or one a line. */
function answersIn(pull: PulledTopic): readonly Received[] {
  return valuesIn(pull.text).flatMap((value) => receivedIn(pull, value));
}

/** The members of one list, or one value a line; a line that is no JSON is given as text. */
function valuesIn(text: string): readonly unknown[] {
  const whole = parse(text);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parse(line) ?? line);
}

/** An array as gcloud prints it, or an answer of REST, which has no messages when there were none. */
function receivedIn(pull: PulledTopic, value: unknown): readonly Received[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => receivedIn(pull, one));
  if (typeof value !== 'object' || value === null) {
    throw wrong(pull, `JSON of a pull, got "${String(value).slice(0, 60)}"`);
  }
  if ('receivedMessages' in value) return receivedIn(pull, value.receivedMessages);
  if (Object.keys(value).length === 0) return [];
  if (isExportedRow(value)) return [asReceived(value)];
  return [value];
}

function wrong({ file }: PulledTopic, expected: string): PulledError {
  return new PulledError(
    `${file}: expected ${expected}; write it with "gcloud pubsub subscriptions pull SUBSCRIPTION --format=json", or export the topic's table from BigQuery`,
  );
}
