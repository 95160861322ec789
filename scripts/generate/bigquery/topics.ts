import { at } from '../../contract/json.ts';
import { schemasOf } from '../../schemas/flatten.ts';
import type { Cloud } from '../cloud.ts';
import { type Column, type ColumnType, columnsOf } from './columns.ts';
import { quoted, relation, taken } from './sql.ts';

/**
 * The columns that a BigQuery subscription fills when it writes metadata and takes no schema. The message itself is BYTES:
 * a message that is no JSON is written too, and nothing of any message is lost or rounded.
 *
 * @see https://cloud.google.com/pubsub/docs/bigquery
 */
export const WRITTEN: readonly Column[] = [
  column('subscription_name', 'STRING', 'The subscription that wrote the row.'),
  column('message_id', 'STRING', 'What Pub/Sub calls the message; the same for each copy of it.'),
  column('publish_time', 'TIMESTAMP', 'When Pub/Sub took the message.'),
  column('data', 'BYTES', 'The message as it was published, byte by byte.'),
  column('attributes', 'STRING', 'The attributes of the message, a JSON object.'),
];

/** The columns that the view of every topic begins with; a field of a message cannot be called so. */
export const OF_EVERY_MESSAGE: readonly Column[] = [
  column('publish_time', 'TIMESTAMP'),
  column('message_id', 'STRING'),
  column('attributes', 'JSON'),
  column('message', 'JSON'),
];

function column(name: string, type: ColumnType, description?: string): Column {
  return { name, type, mode: 'NULLABLE', ...(description !== undefined && { description }) };
}

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
