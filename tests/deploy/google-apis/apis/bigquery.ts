import {
  type Answer,
  type Api,
  type ApiRequest,
  invalid,
  type JsonObject,
  notFound,
  objectAt,
  ok,
  page,
  valueAt,
} from '../answer.ts';
import type { Policies } from '../policies.ts';
import { createStore, type Store } from '../store.ts';

/** Datasets, and tables with views, by the names that policies know. */
export interface BigQueryStores {
  readonly datasets: Store;
  readonly tables: Store;
}

/** Make the stores, which are empty. */
export function createBigQueryStores(): BigQueryStores {
  return { datasets: createStore(), tables: createStore() };
}

/**
 * Serve BigQuery, v2: datasets, tables and views, policies of tables. A view is refused when what it reads is not there, and
 * a table that a change would take a column from.
 */
export function createBigQuery({ datasets, tables }: BigQueryStores, policies: Policies): Api {
  return (request) => {
    const policy = policies.serve(request, (name) => tables.get(name));
    if (policy !== undefined) return policy;
    const match = /^\/v2\/(projects\/[^/]+\/datasets)(?:\/([^/]+)(?:\/(tables)(?:\/([^/]+))?)?)?$/.exec(
      request.path,
    );
    if (match === null) return undefined;
    const [, place = '', dataset, isOfTables, table] = match;
    if (isOfTables === undefined) return serveDataset(datasets, place, dataset, request);
    datasets.get(`${place}/${dataset}`);
    return serveTable(tables, policies, `${place}/${dataset}/tables`, table, request);
  };
}

function serveDataset(datasets: Store, place: string, name: string | undefined, request: ApiRequest): Answer {
  const { method, body } = request;
  if (method === 'POST') {
    return ok(
      datasets.create(`${place}/${valueAt(body, 'datasetReference', 'datasetId')}`, { ...body, etag: 'e' }),
    );
  }
  const full = `${place}/${name}`;
  return ok(
    method === 'PATCH' ? datasets.replace(full, { ...datasets.get(full), ...body }) : datasets.get(full),
  );
}

function serveTable(
  tables: Store,
  policies: Policies,
  place: string,
  name: string | undefined,
  request: ApiRequest,
): Answer {
  const { method, body } = request;
  const full = `${place}/${name}`;
  if (method === 'GET' && name === undefined) {
    const summaries = tables
      .list(`${place}/`)
      .map(({ tableReference, labels }) => ({ tableReference, labels }));
    return page(request, 'tables', summaries as readonly JsonObject[]);
  }
  if (method === 'GET') return ok(tables.get(full));
  if (method === 'DELETE') {
    policies.forget(`bigquery/${full}`);
    return ok(tables.remove(full));
  }
  requireSources(tables, body);
  if (method === 'PATCH') {
    requireColumns(tables.get(full), body);
    return ok(tables.replace(full, { ...tables.get(full), ...body }));
  }
  return ok(tables.create(`${place}/${valueAt(body, 'tableReference', 'tableId')}`, { ...body, etag: 'e' }));
}

function requireSources(tables: Store, body: JsonObject): void {
  const query = valueAt(body, 'view', 'query');
  if (typeof query !== 'string') return;
  for (const [, project, dataset, table] of query.matchAll(/`([\w-]+)\.(\w+)\.(\w+)`/g)) {
    const name = `projects/${project}/datasets/${dataset}/tables/${table}`;
    if (tables.find(name) === undefined) throw notFound(`Table ${project}:${dataset}.${table}`);
  }
}

function requireColumns(old: JsonObject, body: JsonObject): void {
  const names = (resource: JsonObject): readonly string[] =>
    ((objectAt(resource, 'schema')['fields'] ?? []) as readonly JsonObject[]).map(({ name }) => String(name));
  const wanted = names(body);
  const lost = wanted.length === 0 ? undefined : names(old).find((name) => !wanted.includes(name));
  if (lost !== undefined)
    throw invalid(`Provided Schema does not match Table. Field ${lost} is missing in new schema`);
}
