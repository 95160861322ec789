import type { Column } from '../../generate/bigquery/columns.ts';
import { inProject } from '../../generate/bigquery/sql.ts';
import { type Definition, markOf, type Topology } from './contract.ts';
import { writerGrant } from './grants.ts';
import type { Place } from './place.ts';
import type { LiveResource, Resource, Settings } from './resource.ts';

/** The stage that keeps messages in BigQuery: after everything that publishes, before what watches. */
export const ANALYTICS = 'Analytics';

type Unstaged = Omit<Resource, 'stage'>;

/** The column by whose days a table is parted, so that a question about a week reads a week. */
const PARTED_BY = 'publish_time';

/**
 * List what keeps every message in BigQuery: the API, the dataset, a table per topic into which Pub/Sub may write, the
 * subscriptions that do, and the views. Nothing when the contract has no analytics.
 */
export function analytics(topology: Topology, place: Place): readonly Unstaged[] {
  const { deployment, warehouse } = topology;
  const facts = deployment.analytics;
  if (facts === undefined) return [];
  const mark = markOf(topology);
  return [
    { kind: 'api', name: `${facts.api}.googleapis.com`, settings: {} },
    dataset(facts.dataset, facts.purpose, place, mark),
    ...Object.entries(warehouse.tables).flatMap(([name, columns]) => [
      table(name, columns, facts.dataset, place, mark),
      writerGrant(name, facts.table_writer, place),
    ]),
    ...Object.keys(warehouse.subscriptions).map((name) => subscription(name, topology, place)),
    ...Object.entries(warehouse.views).map(([name, sql]) => view(name, sql, facts.dataset, place, mark)),
  ];
}

/** Tell whether a project keeps messages already: one of the subscriptions that do is there. */
export function keepsMessages(live: readonly LiveResource[], { warehouse }: Topology): boolean {
  return live.some(({ kind, name }) => kind === 'subscription' && name in warehouse.subscriptions);
}

function dataset(name: string, purpose: string, { project, region }: Place, mark: string): Unstaged {
  return {
    kind: 'dataset',
    name,
    definition: {
      datasetReference: { projectId: project, datasetId: name },
      location: region,
      description: purpose,
      labels: { 'managed-by': mark },
    },
    settings: { location: region, managed_by: mark },
  };
}

function table(
  name: string,
  columns: readonly Column[],
  datasetId: string,
  { project }: Place,
  mark: string,
): Unstaged {
  return {
    kind: 'table',
    name,
    definition: {
      tableReference: { projectId: project, datasetId, tableId: name },
      schema: { fields: columns },
      timePartitioning: { type: 'DAY', field: PARTED_BY },
      labels: { 'managed-by': mark },
    },
    settings: { ...columnSettings(columns), partitioned_by: `DAY of ${PARTED_BY}`, managed_by: mark },
  };
}

/** Write columns as settings: `column data` is `BYTES NULLABLE`. What a hand has added is free. */
export function columnSettings(
  columns: readonly { readonly name: string; readonly type: string; readonly mode: string }[],
): Settings {
  return Object.fromEntries(columns.map(({ name, type, mode }) => [`column ${name}`, `${type} ${mode}`]));
}

function view(name: string, sql: string, datasetId: string, { project }: Place, mark: string): Unstaged {
  const query = inProject(sql, project);
  return {
    kind: 'view',
    name,
    definition: {
      tableReference: { projectId: project, datasetId, tableId: name },
      view: { query, useLegacySql: false },
      labels: { 'managed-by': mark },
    },
    settings: { statement: query, managed_by: mark },
  };
}

function subscription(name: string, topology: Topology, { project }: Place): Unstaged {
  const facts = topology.deployment.analytics;
  const one = topology.warehouse.subscriptions[name];
  if (one === undefined || facts === undefined)
    throw new Error(`expected the subscription ${name} of BigQuery`);
  return {
    kind: 'subscription',
    name,
    settings: {
      topic: one.topic,
      ...NOT_PUSHED,
      bigquery_table: `${project}.${facts.dataset}.${one.table}`,
      ...WRITES,
      // The time that Pub/Sub itself waits for BigQuery is its own.
      message_retention_seconds: facts.message_retention_seconds,
      expires_after_seconds: null,
      // What cannot be written waits until it can: a dead letter would be taken for one of the pipeline.
      dead_letter_topic: null,
      managed_by: markOf(topology),
    },
  };
}

const NOT_PUSHED: Settings = { push_endpoint: null, push_service_account: null, push_audience: null };

/** How each message is written: with its id, time and attributes, and whole, whatever is in it. */
const WRITES: Settings = {
  bigquery_metadata: true,
  bigquery_topic_schema: false,
  bigquery_table_schema: false,
  bigquery_drops_unknown: false,
};

/** Tell a live subscription's BigQuery settings in the same words; all null for one that writes none. */
export function bigQuerySettings(config: Definition): Settings {
  const is_there = typeof config['table'] === 'string' && config['table'] !== '';
  const flag = (name: string): boolean | null => (is_there ? config[name] === true : null);
  return {
    bigquery_table: is_there ? String(config['table']).replace(':', '.') : null,
    bigquery_metadata: flag('writeMetadata'),
    bigquery_topic_schema: flag('useTopicSchema'),
    bigquery_table_schema: flag('useTableSchema'),
    bigquery_drops_unknown: flag('dropUnknownFields'),
  };
}
