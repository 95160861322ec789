import {
  type Answer,
  type Api,
  type ApiRequest,
  invalid,
  type JsonObject,
  ok,
  page,
  Refusal,
  valueAt,
} from '../answer.ts';
import type { Project } from '../apis/projects.ts';
import { createStore, type Store } from '../store.ts';
import { leaveZeros } from './zeros.ts';

/**
 * Serve Cloud Monitoring: dashboards (v1) and alert policies (v3). Ids are numbers that the service chooses. A policy
 * that names a log-based metric which does not exist is refused, and so is a dashboard that somebody has changed since
 * it was read.
 *
 * @param metrics  the log-based metrics of Cloud Logging.
 */
export function createMonitoring({ id, number }: Project, metrics: Store): Api {
  const dashboards = createStore();
  const policies = createStore();
  let count = 0;
  const next = (kind: string): string => {
    count += 1;
    return `projects/${kind === 'dashboards' ? number : id}/${kind}/${1000 + count}`;
  };
  const idOf = (name: string): string => name.split('/').at(-1) ?? '';
  const keep = (body: JsonObject, name: string): JsonObject => {
    count += 1;
    return leaveZeros({ ...body, name, etag: `e${count}` });
  };
  const serveDashboards = (request: ApiRequest, own: string | undefined): Answer | undefined => {
    const { method, body } = request;
    if (own === undefined) {
      if (method === 'GET') return page(request, 'dashboards', dashboards.list(''));
      const name = next('dashboards');
      return ok(dashboards.create(idOf(name), keep(body, name)));
    }
    if (method === 'GET') return ok(dashboards.get(own));
    if (method === 'PATCH') {
      const old = dashboards.get(own);
      if (body['etag'] !== undefined && body['etag'] !== old['etag']) {
        throw new Refusal(409, 'ABORTED', 'The etag of the dashboard is stale. Please read it again.');
      }
      return ok(dashboards.replace(own, keep(body, String(old['name']))));
    }
    if (method !== 'DELETE') return undefined;
    dashboards.remove(own);
    return ok({});
  };
  const keepPolicy = (body: JsonObject, name: string): JsonObject => {
    requireMetrics(body, id, metrics);
    const conditions = ((body['conditions'] ?? []) as readonly JsonObject[]).map((condition) => {
      count += 1;
      return { ...condition, name: condition['name'] ?? `${name}/conditions/${count}` };
    });
    if (conditions.length === 0) throw invalid('A policy needs a condition.');
    return leaveZeros({ ...body, conditions, name });
  };
  const servePolicies = (request: ApiRequest, own: string | undefined): Answer | undefined => {
    const { method, body } = request;
    if (own === undefined) {
      if (method === 'GET') return page(request, 'alertPolicies', policies.list(''));
      const name = next('alertPolicies');
      return ok(policies.create(idOf(name), keepPolicy(body, name)));
    }
    if (method === 'GET') return ok(policies.get(own));
    if (method === 'PATCH')
      return ok(policies.replace(own, keepPolicy(body, String(policies.get(own)['name']))));
    if (method !== 'DELETE') return undefined;
    policies.remove(own);
    return ok({});
  };
  return (request) => {
    const [, kind, own] =
      /^\/v[13]\/projects\/[^/]+\/(dashboards|alertPolicies)(?:\/([^/]+))?$/.exec(request.path) ?? [];
    if (kind === 'dashboards') return serveDashboards(request, own);
    return kind === 'alertPolicies' ? servePolicies(request, own) : undefined;
  };
}

function requireMetrics(policy: JsonObject, project: string, metrics: Store): void {
  const conditions = (policy['conditions'] ?? []) as readonly JsonObject[];
  for (const condition of conditions) {
    const filter = String(valueAt(condition, 'conditionThreshold', 'filter') ?? '');
    const [type, name] = /logging\.googleapis\.com\/user\/([^"]+)/.exec(filter) ?? [];
    if (name === undefined || metrics.find(`projects/${project}/metrics/${name}`) !== undefined) continue;
    const message = `Cannot find metric(s) that match type = "${type}". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.`;
    throw new Refusal(404, 'NOT_FOUND', message);
  }
}
