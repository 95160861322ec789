import { type Access, askApi, readAccess } from '../gcloud/access.ts';
import { bigQueryAddress } from '../gcloud/bigquery.ts';
import type { Gcloud } from '../gcloud/run.ts';
import { columnSettings } from '../topology/analytics.ts';
import type { LiveResource } from '../topology/resource.ts';
import type { Question } from './question.ts';
import { at, listOf, objectOf, textAt, type Unknown } from './shapes.ts';

/**
 * Read the contract's dataset with its tables and views, if it is there. gcloud has no command that lists their columns and
 * statements, so they are read over REST with its token. Other datasets are nobody's business.
 *
 * @throws {GcloudError} when they cannot be read.
 */
export async function readWarehouse(
  gcloud: Gcloud,
  { project, dataset }: Question,
): Promise<readonly LiveResource[]> {
  if (dataset === null) return [];
  const access = await readAccess(gcloud);
  const place = `projects/${project}/datasets/${dataset}`;
  const found = await read(access, place);
  if (found === null) return [];
  const names = await tableNames(access, place);
  const tables = await Promise.all(names.map((name) => read(access, `${place}/tables/${name}`)));
  return [parseDataset(found), ...tables.flatMap((one) => (one === null ? [] : [parseTable(one)]))];
}

async function tableNames(access: Access, place: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let page: string | null = ''; page !== null; ) {
    const token: string = page === '' ? '' : `&pageToken=${encodeURIComponent(page)}`;
    const listed: Unknown = (await read(access, `${place}/tables?maxResults=500${token}`)) ?? {};
    names.push(...listOf(listed['tables']).map((one) => textAt(one, 'tableReference', 'tableId') ?? ''));
    page = textAt(listed, 'nextPageToken');
  }
  return names;
}

/** Null for what is not there. */
async function read(access: Access, path: string): Promise<Unknown | null> {
  const address = `${bigQueryAddress(access)}${path}`;
  const answer = await askApi(access, 'GET', address, (status) => status === 404);
  return answer.ok ? objectOf(await answer.json()) : null;
}

/** Read a dataset as `datasets.get` gives it. */
export function parseDataset(one: Unknown): LiveResource {
  return {
    kind: 'dataset',
    name: textAt(one, 'datasetReference', 'datasetId') ?? '',
    settings: {
      // It answers in capitals for some places, and a region is the same.
      location: textAt(one, 'location')?.toLowerCase() ?? null,
      managed_by: textAt(one, 'labels', 'managed-by'),
    },
  };
}

/** Read a table or view as `tables.get` gives it. Columns that the contract does not know are carried through a change. */
export function parseTable(one: Unknown): LiveResource {
  const name = textAt(one, 'tableReference', 'tableId') ?? '';
  const managed_by = textAt(one, 'labels', 'managed-by');
  const query = textAt(one, 'view', 'query');
  if (query !== null) return { kind: 'view', name, settings: { statement: query, managed_by } };
  const fields = listOf(at(one, 'schema', 'fields'));
  const columns = fields.map((field) => ({
    name: String(field['name']),
    type: String(field['type']),
    mode: textAt(field, 'mode') ?? 'NULLABLE',
  }));
  const parted = objectOf(one['timePartitioning']);
  return {
    kind: 'table',
    name,
    carried: { fields },
    settings: {
      ...columnSettings(columns),
      partitioned_by:
        typeof parted['field'] === 'string' ? `${String(parted['type'])} of ${parted['field']}` : null,
      managed_by,
    },
  };
}
