import type { Json } from '../../contract/json.ts';
import type { Cloud } from '../cloud.ts';
import { constant } from '../code/print.ts';
import type { Column } from './columns.ts';
import { COVERAGE, coverageView } from './reports/coverage.ts';
import { HOP_LATENCY, hopView, LATENCY_BY_HOP, latencyView } from './reports/hops.ts';
import { HISTORY, historyView, MESSAGES, messagesView } from './reports/messages.ts';
import { TRACE, traceView } from './reports/trace.ts';
import { keptTopics, topicView, WRITTEN } from './topics.ts';

/** One subscription that writes a topic into a table. */
export interface BigQuerySubscription {
  readonly topic: string;
  /** The table, without project and dataset. */
  readonly table: string;
}

/** What is made in BigQuery, each by its name. */
export interface Warehouse {
  /** Null when the contract keeps nothing in BigQuery; then all else is empty. */
  readonly dataset: string | null;
  /** The columns of each table that a subscription writes to. */
  readonly tables: Readonly<Record<string, readonly Column[]>>;
  readonly subscriptions: Readonly<Record<string, BigQuerySubscription>>;
  /** Statements, each after those that it reads; `PROJECT` stands for the project. */
  readonly views: Readonly<Record<string, string>>;
  /** What the messages of each topic hold, by the view that shows it. */
  readonly messages: Readonly<Record<string, readonly Column[]>>;
}

const NOTHING: Warehouse = { dataset: null, tables: {}, subscriptions: {}, views: {}, messages: {} };

/** Derive tables, subscriptions and views from the contract. */
export function warehouseOf(cloud: Cloud): Warehouse {
  const { analytics } = cloud.deployment;
  if (analytics === undefined) return NOTHING;
  const { dataset } = analytics;
  const kept = keptTopics(cloud);
  return {
    dataset,
    tables: Object.fromEntries(kept.map(({ table }) => [table, WRITTEN])),
    subscriptions: Object.fromEntries(
      kept.map(({ subscription, topic, table }) => [subscription, { topic, table }]),
    ),
    views: {
      ...Object.fromEntries(kept.map((topic) => [topic.view, topicView(dataset, topic)])),
      [MESSAGES]: messagesView(cloud, dataset, kept),
      [HISTORY]: historyView(cloud, dataset),
      [HOP_LATENCY]: hopView(cloud, dataset),
      [LATENCY_BY_HOP]: latencyView(dataset),
      [COVERAGE]: coverageView(cloud, dataset, kept),
      [TRACE]: traceView(dataset),
    },
    messages: Object.fromEntries(kept.map(({ view, columns }) => [view, columns])),
  };
}

/** Give the same as texts by path under generated/: schemas as `bq mk --schema` takes them, statements as SQL. */
export function warehouseFiles(cloud: Cloud): readonly (readonly [string, string])[] {
  const { tables, views, messages } = warehouseOf(cloud);
  const schemas = (folder: string, members: Warehouse['tables']) =>
    Object.entries(members).map(
      ([name, columns]) =>
        [`bigquery/${folder}/${name}.json`, `${JSON.stringify(columns, null, 2)}\n`] as const,
    );
  return [
    ...schemas('tables', tables),
    ...schemas('messages', messages),
    ...Object.entries(views).map(([name, sql]) => [`bigquery/views/${name}.sql`, `${sql};\n`] as const),
  ];
}

/** Write what is made as one constant, for what deploys it and compares it with a project. */
export function warehouseModule(cloud: Cloud): string {
  const { messages: _, ...made } = warehouseOf(cloud);
  return constant(
    'WAREHOUSE',
    'Hold the tables, subscriptions and views of BigQuery, as the files of bigquery/ do.',
    made as unknown as Json,
  );
}
