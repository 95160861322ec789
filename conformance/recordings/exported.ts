import { TOPICS } from '../../generated/topology.ts';

/** One row of a table that a BigQuery subscription writes, as `bq` exports and prints it. */
export interface ExportedRow {
  readonly message_id: unknown;
  /** `2026-11-27 14:15:00.123456 UTC`, with or without a fraction and the zone. */
  readonly publish_time: unknown;
  /** Base64; null when a message has no data. */
  readonly data?: unknown;
  /** A JSON object, as text or as it is. */
  readonly attributes?: unknown;
  readonly subscription_name?: unknown;
}

/** Tell whether a value is a row of such a table, and not an answer of a pull or an event of a history. */
export function isExportedRow(value: unknown): value is ExportedRow {
  return typeof value === 'object' && value !== null && 'message_id' in value && 'publish_time' in value;
}

/** Write a row as a pull would have given the message. */
export function asReceived({ message_id, publish_time, data, attributes }: ExportedRow) {
  return {
    message: {
      messageId: message_id,
      publishTime: asIsoTime(publish_time),
      ...(typeof data === 'string' && { data }),
      attributes: textsOf(typeof attributes === 'string' ? parse(attributes) : attributes),
    },
  };
}

/** `bq` writes a space and a zone where ISO 8601 has a T and a Z; its times are always UTC. */
function asIsoTime(time: unknown): unknown {
  const [, day, clock] =
    /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?: ?UTC|Z|\+00(?::00)?)?$/.exec(String(time)) ??
    [];
  return day === undefined ? time : `${day}T${clock}Z`;
}

function textsOf(attributes: unknown): Readonly<Record<string, string>> {
  if (typeof attributes !== 'object' || attributes === null) return {};
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
}

/** A subscription that writes to BigQuery is called like its topic, with this behind it. */
const ENDING = '-bigquery';

/** Name the topic of a row by the subscription that wrote it; undefined when that is not the contract's. */
export function topicOfRow({ subscription_name }: ExportedRow): string | undefined {
  const name = String(subscription_name ?? '')
    .split('/')
    .at(-1);
  return Object.keys(TOPICS).find((topic) => name === `${topic}${ENDING}`);
}

/** Parse JSON; undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
