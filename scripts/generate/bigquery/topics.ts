import { at } from '../../contract/json.ts';
import { schemasOf } from '../../schemas/flatten.ts';
import type { Cloud } from '../cloud.ts';
import { type Column, columnsOf } from './columns.ts';
import { quoted, relation, taken } from './sql.ts';

/**
 * The columns that a BigQuery subscription fills when it writes metadata and takes no schema. The message itself is BYTES:
 * a message that is no JSON is written too, and nothing of any message is lost or rounded.
 *
 * @see https://cloud.google.com/pubsub/docs/bigquery
 */
export const WRITTEN: readonly Column[] = [
  {
    name: 'subscription_name',
    type: 'STRING',
    mode: 'NULLABLE',
    description: 'The subscription that wrote the row.',
  },
  {
    name: 'message_id',
    type: 'STRING',
    mode: 'NULLABLE',
    description: 'What Pub/Sub calls the message; the same for each copy of it.',
  },
  {
    name: 'publish_time',
    type: 'TIMESTAMP',
    mode: 'NULLABLE',
    description: 'When Pub/Sub took the message.',
  },
  {
    name: 'data',
    type: 'BYTES',
    mode: 'NULLABLE',
    description: 'The message as it was published, byte by byte.',
  },
  {
    name: 'attributes',
    type: 'STRING',
    mode: 'NULLABLE',
    description: 'The attributes of the message, a JSON object.',
  },
];

/** The columns that the view of every topic begins with; a field of a message cannot be called so. */
export const OF_EVERY_MESSAGE: readonly Column[] = [
  { name: 'publish_time', type: 'TIMESTAMP', mode: 'NULLABLE' },
  { name: 'message_id', type: 'STRING', mode: 'NULLABLE' },
  { name: 'attributes', type: 'JSON', mode: 'NULLABLE' },
  { name: 'message', type: 'JSON', mode: 'NULLABLE' },
];

/** What BigQuery keeps of one topic. */
export interface KeptTopic {
  readonly topic: string;
  readonly is_dead_letter: boolean;
  /** The table that the subscription writes to. */
  readonly table: string;
  /** The view with a column per field. */
  readonly view: string;
  readonly subscription: string;
  /** The fields of its messages. */
  readonly columns: readonly Column[];
}

/** List what BigQuery keeps of each topic, in the order of the contract. */
export function keptTopics({ document, topics }: Cloud): readonly KeptTopic[] {
  const schemas = schemasOf(document);
  const deadLetters = new Set(Object.values(topics).map(({ dead_letter_topic }) => dead_letter_topic));
  return Object.entries(topics).map(([topic, { messages }]) => {
    const payloads = messages.map((message) =>
      String(at(document, 'components', 'messages', message, 'payload', '$ref')).replace(/^.*\//, ''),
    );
    const view = topic.replaceAll('-', '_');
    return {
      topic,
      is_dead_letter: deadLetters.has(topic),
      table: `raw_${view}`,
      view,
      subscription: `${topic}-bigquery`,
      columns: columnsOf(schemas, payloads),
    };
  });
}

const AS_TEXT = 'SAFE_CONVERT_BYTES_TO_STRING(data)';

/** Half a pair of UTF-16 is allowed in JSON and refused by BigQuery: then it is read as the sign for what is unknown. */
const REPAIRED = `REGEXP_REPLACE(${AS_TEXT}, r'\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', r'\\\\ufffd')`;

const PARSED = `COALESCE(${[AS_TEXT, REPAIRED]
  .map((json) => `SAFE.PARSE_JSON(${json}, wide_number_mode => 'round')`)
  .join(', ')})`;

/**
 * Write the view of one topic: each message once, a column per field, and the message whole for what the contract does not
 * name. A message that is no JSON has a row in which all of these are NULL.
 */
export function topicView(dataset: string, { table, columns }: KeptTopic): string {
  const fields = columns.map(
    (column) => `  ${taken(column, 'message', `$.${column.name}`)} AS ${quoted(column.name)}`,
  );
  return [
    'SELECT',
    [
      '  publish_time',
      '  message_id',
      '  SAFE.PARSE_JSON(attributes) AS attributes',
      '  message',
      ...fields,
    ].join(',\n'),
    'FROM (',
    '  SELECT',
    '    *,',
    `    ${PARSED} AS message`,
    `  FROM ${relation(dataset, table)}`,
    // Pub/Sub writes at least once. The time is part of the key so that a question about some days reads these alone.
    '  WHERE TRUE',
    '  QUALIFY ROW_NUMBER() OVER (PARTITION BY publish_time, message_id) = 1',
    ')',
  ].join('\n');
}
