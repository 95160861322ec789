import { WAREHOUSE } from '../../../generated/warehouse.ts';
import type { Column } from '../../../scripts/generate/bigquery/columns.ts';
import { type Engine, objectsOf, type Table } from './engine.ts';
import { type Cell, scalarType } from './values.ts';

/** A message as a subscription writes it. */
export interface Written {
  readonly topic: string;
  readonly message_id: string;
  /** ISO 8601 in UTC. */
  readonly publish_time: string;
  readonly data: string | Uint8Array;
  readonly attributes?: Readonly<Record<string, string>>;
}

const TABLES: Readonly<Record<string, readonly Column[]>> = WAREHOUSE.tables;
const VIEWS: Readonly<Record<string, string>> = WAREHOUSE.views;

/** Every row of every view, by the view's name. */
export type Views = Readonly<Record<string, Table>>;

/** Write messages into the tables, and read every view, each from the rows of those that it reads. */
export async function readViews(engine: Engine, written: readonly Written[]): Promise<Views> {
  const tables: Record<string, Table> = {};
  for (const [name, columns] of Object.entries(TABLES)) tables[name] = tableOf(name, columns, written);
  for (const [name, sql] of Object.entries(VIEWS)) tables[name] = await ask(engine, sql, tables);
  return tables;
}

/** Run a statement over tables and views. */
export function ask(engine: Engine, sql: string, tables: Readonly<Record<string, Table>>): Promise<Table> {
  const named = Object.entries(tables).map(([name, table]) => [
    `PROJECT.${WAREHOUSE.dataset}.${name}`,
    table,
  ]);
  const read = named.filter(([name]) => sql.includes(`\`${name}\``));
  return engine.query(sql, Object.fromEntries(read));
}

/** The rows of one view. */
export function rowsOf(views: Views, name: string): readonly Readonly<Record<string, unknown>>[] {
  const table = views[name];
  if (table === undefined) throw new Error(`expected the view ${name}`);
  return objectsOf(table);
}

function tableOf(name: string, columns: readonly Column[], written: readonly Written[]): Table {
  const [subscription, { topic }] = Object.entries(WAREHOUSE.subscriptions).find(
    ([, one]) => one.table === name,
  ) ?? ['', { topic: '' }];
  return {
    columns: columns.map((column) => ({ name: column.name, type: scalarType(column.type) })),
    rows: written
      .filter((one) => one.topic === topic)
      .map((one) => columns.map((column) => cellOf(column.name, one, subscription))),
  };
}

function cellOf(column: string, one: Written, subscription: string): Cell {
  switch (column) {
    case 'subscription_name':
      return { string_value: subscription };
    case 'message_id':
      return { string_value: one.message_id };
    case 'publish_time': {
      const ms = Date.parse(one.publish_time);
      return {
        timestamp_value: { seconds: Math.floor(ms / 1000), nanos: (ms - Math.floor(ms / 1000) * 1000) * 1e6 },
      };
    }
    case 'data':
      return { bytes_value: Buffer.from(one.data) };
    case 'attributes':
      return { string_value: JSON.stringify(one.attributes ?? {}) };
    default:
      throw new Error(`expected a column that a subscription writes, got ${column}`);
  }
}
