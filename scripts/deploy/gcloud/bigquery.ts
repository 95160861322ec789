import type { Step } from '../plan/plan.ts';
import { listOf, objectOf } from '../reading/shapes.ts';
import type { Definition } from '../topology/contract.ts';
import type { Place } from '../topology/place.ts';
import type { LiveResource, Resource } from '../topology/resource.ts';
import { type Access, readAccess } from './access.ts';
import type { BigQueryRequest, Call } from './call.ts';
import type { Ended, Gcloud } from './run.ts';

/** Sends requests to BigQuery, and says how each ended as if gcloud had sent it. */
export type BigQuery = (request: BigQueryRequest) => Promise<Ended>;

/** Give the address of BigQuery's API, with a slash at its end. */
export function bigQueryAddress({ overridden }: Access): string {
  return overridden('bigquery') ?? 'https://bigquery.googleapis.com/bigquery/v2/';
}

/** Make the sender of requests. It logs in by gcloud when the first is sent. */
export function createBigQuery(gcloud: Gcloud): BigQuery {
  let access: Promise<Access> | undefined;
  return async (request) => {
    try {
      access ??= readAccess(gcloud);
      const known = await access;
      return request.method === 'GRANT' ? await give(request, known) : await send(request, known);
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  };
}

async function send(
  { method, path, ...others }: { readonly method: string; readonly path: string; readonly body?: Definition },
  access: Access,
): Promise<Ended> {
  const answer = await fetch(`${bigQueryAddress(access)}${path}`, {
    method,
    headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
    ...(others.body !== undefined && { body: JSON.stringify(others.body) }),
  });
  const text = await answer.text();
  return answer.ok
    ? { code: 0, stdout: text, stderr: '' }
    : failed(`(BigQuery) ${method} ${path}: ${answer.status} ${text.slice(0, 1500)}`);
}

/** Adds a member to a role of a resource's policy; the etag refuses what somebody else changed meanwhile. */
async function give(
  { path, role, member }: Extract<BigQueryRequest, { readonly method: 'GRANT' }>,
  access: Access,
): Promise<Ended> {
  const read = await send({ method: 'POST', path: `${path}:getIamPolicy`, body: {} }, access);
  if (read.code !== 0) return read;
  const policy = objectOf(JSON.parse(read.stdout));
  const bindings = [...listOf(policy['bindings']), { role, members: [member] }];
  const body = { policy: { ...policy, bindings } };
  return send({ method: 'POST', path: `${path}:setIamPolicy`, body }, access);
}

function failed(complaint: string): Ended {
  return { code: 1, stdout: '', stderr: `ERROR: ${complaint}` };
}

/** Tell whether a step is one for BigQuery's own API. */
export function isOfBigQuery({ kind, settings }: Pick<Resource, 'kind' | 'settings'>): boolean {
  return ['dataset', 'table', 'view'].includes(kind) || (kind === 'grant' && settings['on_kind'] === 'table');
}

/** Translate one step into the request that carries it out. */
export function bigQueryCall(step: Step, { project }: Place, dataset: string): Call {
  const { resource, action, there } = step;
  const datasets = `projects/${project}/datasets`;
  const tables = `${datasets}/${dataset}/tables`;
  const call = (request: BigQueryRequest): Call => ({ args: [], steps: [step], request });
  if (resource.kind === 'grant') {
    const { on, role, member } = resource.settings;
    return call({ method: 'GRANT', path: `${tables}/${on}`, role: String(role), member: String(member) });
  }
  const place = resource.kind === 'dataset' ? datasets : tables;
  const body = keeping(resource.definition ?? {}, there);
  return action === 'create'
    ? call({ method: 'POST', path: place, body })
    : call({ method: 'PATCH', path: `${place}/${resource.name}`, body });
}

/** A change of a table sends its columns whole; those that a hand has added stay. */
function keeping(definition: Definition, there: LiveResource | undefined): Definition {
  const wanted = listOf(objectOf(definition['schema'])['fields']);
  const added = listOf(there?.carried?.['fields']).filter(
    (field) => !wanted.some(({ name }) => name === field['name']),
  );
  return added.length === 0 ? definition : { ...definition, schema: { fields: [...wanted, ...added] } };
}

/** Translate the removal of a view; what holds data is never removed. */
export function viewRemoval(name: string, { project }: Place, dataset: string): BigQueryRequest {
  return { method: 'DELETE', path: `projects/${project}/datasets/${dataset}/tables/${name}` };
}
