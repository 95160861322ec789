import { at, entriesOf, isObject, membersOf } from '../../../contract/json.ts';
import { schemasOf } from '../../../schemas/flatten.ts';
import type { Cloud } from '../../cloud.ts';
import { type Column, columnsOf } from '../columns.ts';
import { nothing, quoted, relation, text } from '../sql.ts';
import type { KeptTopic } from '../topics.ts';

/** The view that lists every message of every topic. */
export const MESSAGES = 'messages';
/** The view of runs, and the state document whose fields it has. */
export const HISTORY = 'processor_run_history';

/** Fields of messages about one player, which no run has. */
const OF_PLAYERS = ['batch_id', 'player_lookup'];

/** Give the columns of a run, as the contract describes its history row. */
export function historyColumns({ document, state }: Cloud): readonly Column[] {
  const schema = String(at(document, 'x-state', HISTORY, 'schema'));
  const schemas = schemasOf(document);
  if (state[HISTORY] === undefined || schemas[schema] === undefined)
    throw new Error(
      `expected ${HISTORY} with a schema under x-state, found none; add it or x-deployment.analytics must go`,
    );
  return columnsOf(schemas, [schema]);
}

/** Write the view of all messages: what they have in common, under one name for each fact, and where they came from. */
export function messagesView(cloud: Cloud, dataset: string, kept: readonly KeptTopic[]): string {
  return kept.map((topic) => messagesOf(cloud, dataset, topic)).join('\nUNION ALL\n');
}

function messagesOf(
  cloud: Cloud,
  dataset: string,
  { topic, is_dead_letter, view, columns }: KeptTopic,
): string {
  const players = OF_PLAYERS.map((name): Column => ({ name, type: 'STRING', mode: 'NULLABLE' }));
  const facts = [...historyColumns(cloud), ...players].map(
    (column) => `  ${factOf(cloud, column, columns)} AS ${quoted(column.name)}`,
  );
  return [
    'SELECT',
    [
      `  ${text(topic)} AS topic`,
      `  ${is_dead_letter ? 'TRUE' : 'FALSE'} AS is_dead_letter`,
      '  publish_time',
      '  message_id',
      ...facts,
      '  attributes',
      '  message',
    ].join(',\n'),
    `FROM ${relation(dataset, view)}`,
  ].join('\n');
}

/** A run's fact stands in a field of its name or in the metadata; its times follow from the message's. */
function factOf(cloud: Cloud, fact: Column, columns: readonly Column[]): string {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  if (fact.name === 'finished_at') return has('timestamp') ? 'timestamp' : nothing(fact);
  if (fact.name === 'started_at')
    return has('timestamp') && has('duration_seconds') ? STARTED_AT : nothing(fact);
  if (fact.name === 'processor_name' && has('processor_name')) return canonicalName(cloud);
  const place = placeOf(fact, columns);
  if (place === undefined) return nothing(fact);
  return fact.name === 'run' ? `IFNULL(${place}, 1)` : place;
}

const STARTED_AT =
  'TIMESTAMP_SUB(timestamp, INTERVAL CAST(ROUND(duration_seconds * 1000000) AS INT64) MICROSECOND)';

function placeOf(fact: Column, columns: readonly Column[]): string | undefined {
  const is_same = (column: Column): boolean =>
    column.name === fact.name &&
    column.type === fact.type &&
    (column.mode === 'REPEATED') === (fact.mode === 'REPEATED');
  if (columns.some(is_same)) return quoted(fact.name);
  const metadata = columns.find(({ name }) => name === 'metadata');
  return metadata?.fields?.some(is_same) === true ? `metadata.${quoted(fact.name)}` : undefined;
}

/** Receivers read an alias as the canonical name; so does who counts runs. */
function canonicalName({ document }: Cloud): string {
  const cases = membersOf(document['x-processors']).flatMap(([phase, processors]) =>
    membersOf(processors).flatMap(([name, processor]) => {
      const aliases = isObject(processor) ? entriesOf(processor['aliases']) : [];
      if (aliases.length === 0) return [];
      const list = aliases.map((alias) => text(String(alias))).join(', ');
      return [`WHEN phase = ${text(phase)} AND processor_name IN (${list}) THEN ${text(name)}`];
    }),
  );
  return cases.length === 0 ? 'processor_name' : `CASE ${cases.join(' ')} ELSE processor_name END`;
}

/** Write the view of runs: the fields of a history row, once for each run, with the message that told of it. */
export function historyView(cloud: Cloud, dataset: string): string {
  const columns = historyColumns(cloud);
  const optional = columns.filter(({ mode }) => mode === 'NULLABLE').map(({ name }) => name);
  // A run may tell of itself on two topics, and one of the two messages says more.
  const said = optional.map((name) => `IF(${quoted(name)} IS NULL, 0, 1)`).join(' + ');
  return [
    'SELECT',
    [...columns.map(({ name }) => `  ${quoted(name)}`), '  topic', '  message_id', '  publish_time'].join(
      ',\n',
    ),
    `FROM ${relation(dataset, MESSAGES)}`,
    'WHERE NOT is_dead_letter AND processor_name IS NOT NULL AND execution_id IS NOT NULL',
    'QUALIFY',
    '  ROW_NUMBER() OVER (',
    '    PARTITION BY execution_id',
    `    ORDER BY finished_at DESC, ${said || '0'} DESC, publish_time DESC, message_id`,
    '  ) = 1',
  ].join('\n');
}
