import {
  type Answer,
  type Api,
  type ApiRequest,
  invalid,
  type Json,
  type JsonObject,
  notFound,
  objectAt,
  valueAt,
} from '../answer.ts';
import type { Policies } from '../policies.ts';
import type { BigQueryStores } from './bigquery.ts';

/**
 * Serve Pub/Sub: policies, the tokens of pushes and what is written to BigQuery here, everything else by the embedded
 * Pub/Sub, which refuses what the real one refuses. The embedded one signs no tokens, writes to no BigQuery and refuses to
 * promise either, so they are kept beside it.
 *
 * @param host  where the embedded one listens, `127.0.0.1:PORT`.
 */
export function createPubsub(host: string, policies: Policies, bigQuery: BigQueryStores): Api {
  const kept: Kept = { oidcToken: new Map(), bigqueryConfig: new Map() };
  return async (request) => {
    const policy = /^(\/v1\/.+):(get|set)IamPolicy$/.exec(request.path);
    if (policy !== null) {
      const there = await ask(host, 'GET', policy[1] ?? '');
      const served = policies.serve(request, (name) => {
        if (there.status !== 200) throw notFound(name);
      });
      return served ?? there;
    }
    const query = new URLSearchParams(request.query);
    query.delete('alt');
    const path = query.size === 0 ? request.path : `${request.path}?${query}`;
    requireWritable(request, policies, bigQuery);
    const answer = await ask(host, request.method, path, withoutKept(request));
    if (answer.status === 200) remember(request, kept, policies);
    return { ...answer, body: withKept(answer.body, kept) };
  };
}

/** What is kept beside the embedded Pub/Sub, by the subscription's name. */
type Kept = Readonly<Record<'oidcToken' | 'bigqueryConfig', Map<string, Json>>>;

async function ask(host: string, method: string, path: string, body?: JsonObject): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(`http://${host}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as Json };
}

/** Give the subscription that a request makes or changes, wherever it stands in the body. */
function subscriptionIn({ body }: Pick<ApiRequest, 'body'>): JsonObject {
  return body['subscription'] === undefined ? body : objectAt(body, 'subscription');
}

/** Pub/Sub itself looks whether the table is there and its agent may write to it. */
function requireWritable(request: ApiRequest, policies: Policies, { tables }: BigQueryStores): void {
  const table = valueAt(subscriptionIn(request), 'bigqueryConfig', 'table');
  if (typeof table !== 'string' || request.method === 'GET') return;
  const [project, dataset, name] = table.split(/[.:]/);
  const full = `projects/${project}/datasets/${dataset}/tables/${name}`;
  if (tables.find(full) === undefined) throw notFound(`BigQuery table ${table}`);
  const agents = policies.members(`bigquery/${full}`, 'roles/bigquery.dataEditor');
  if (!agents.some((member) => member.includes('gcp-sa-pubsub')))
    throw invalid(`Pub/Sub's agent has no permission to write to ${table}.`);
}

function withoutKept(request: ApiRequest): JsonObject | undefined {
  const { method, body } = request;
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (body['subscription'] === undefined) return strip(body);
  const mask = String(body['updateMask'] ?? '').split(',');
  const updateMask = mask.filter((field) => !/^bigquery_?config/i.test(field)).join(',');
  return { ...body, subscription: strip(objectAt(body, 'subscription')), updateMask };
}

function strip({ bigqueryConfig: _config, ...subscription }: JsonObject): JsonObject {
  if (valueAt(subscription, 'pushConfig', 'oidcToken') === undefined) return subscription;
  const { oidcToken: _, ...pushConfig } = objectAt(subscription, 'pushConfig');
  return { ...subscription, pushConfig };
}

/** Keep what a successful request has set, and forget what belonged to something that is gone. */
function remember(request: ApiRequest, kept: Kept, policies: Policies): void {
  const { method, path } = request;
  const name = path.slice('/v1/'.length);
  if (method === 'DELETE') {
    for (const members of Object.values(kept)) members.delete(name);
    policies.forget(`pubsub/${name}`);
  }
  if (!name.includes('/subscriptions/')) return;
  const subscription = subscriptionIn(request);
  const pushConfig = subscription['pushConfig'];
  if (method === 'PUT' || (method === 'PATCH' && pushConfig !== undefined))
    kept.oidcToken.set(name, objectAt(pushConfig, 'oidcToken'));
  const config = subscription['bigqueryConfig'];
  if (config !== undefined) kept.bigqueryConfig.set(name, { ...objectAt(config), state: 'ACTIVE' });
}

function withKept(answer: Json, kept: Kept): Json {
  const list = valueAt(answer, 'subscriptions');
  if (Array.isArray(list)) {
    return { ...objectAt(answer), subscriptions: list.map((one: Json) => withKept(one, kept)) };
  }
  const name = String(valueAt(answer, 'name'));
  const token = kept.oidcToken.get(name);
  const endpoint = valueAt(answer, 'pushConfig', 'pushEndpoint');
  const is_pushed = token !== undefined && endpoint !== undefined && endpoint !== '';
  const bigqueryConfig = kept.bigqueryConfig.get(name);
  return {
    ...objectAt(answer),
    ...(bigqueryConfig !== undefined && { bigqueryConfig }),
    ...(is_pushed && { pushConfig: { ...objectAt(answer, 'pushConfig'), oidcToken: token } }),
  };
}
