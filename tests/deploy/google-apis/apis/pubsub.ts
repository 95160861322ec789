import {
  type Answer,
  type Api,
  type ApiRequest,
  type Json,
  type JsonObject,
  notFound,
  objectAt,
  valueAt,
} from '../answer.ts';
import type { Policies } from '../policies.ts';

/**
 * Serve Pub/Sub: policies and the tokens of pushes here, everything else by the embedded Pub/Sub, which refuses what
 * the real one refuses. The embedded one signs no tokens and refuses to promise it, so they are kept beside it.
 *
 * @param host  where the embedded one listens, `127.0.0.1:PORT`.
 */
export function createPubsub(host: string, policies: Policies): Api {
  const tokens = new Map<string, Json>();
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
    const answer = await ask(host, request.method, path, withoutToken(request));
    if (answer.status === 200) remember(request, tokens, policies);
    return { ...answer, body: withTokens(answer.body, tokens) };
  };
}

async function ask(host: string, method: string, path: string, body?: JsonObject): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(`http://${host}${path}`, init);
  return { status: answer.status, body: (await answer.json()) as Json };
}

function withoutToken({ method, body }: ApiRequest): JsonObject | undefined {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (body['subscription'] !== undefined)
    return { ...body, subscription: strip(objectAt(body, 'subscription')) };
  return strip(body);
}

function strip(subscription: JsonObject): JsonObject {
  if (valueAt(subscription, 'pushConfig', 'oidcToken') === undefined) return subscription;
  const { oidcToken: _, ...pushConfig } = objectAt(subscription, 'pushConfig');
  return { ...subscription, pushConfig };
}

/** Keep the token that a successful request has set, and forget what belonged to something that is gone. */
function remember({ method, path, body }: ApiRequest, tokens: Map<string, Json>, policies: Policies): void {
  const name = path.slice('/v1/'.length);
  if (method === 'DELETE') {
    tokens.delete(name);
    policies.forget(`pubsub/${name}`);
  }
  const pushConfig = valueAt(body, 'subscription', 'pushConfig') ?? body['pushConfig'];
  const changesPush = method === 'PUT' || (method === 'PATCH' && pushConfig !== undefined);
  if (!changesPush || !name.includes('/subscriptions/')) return;
  tokens.set(name, objectAt(pushConfig, 'oidcToken'));
}

function withTokens(answer: Json, tokens: ReadonlyMap<string, Json>): Json {
  const list = valueAt(answer, 'subscriptions');
  if (Array.isArray(list)) {
    return { ...objectAt(answer), subscriptions: list.map((one: Json) => withTokens(one, tokens)) };
  }
  const token = tokens.get(String(valueAt(answer, 'name')));
  const endpoint = valueAt(answer, 'pushConfig', 'pushEndpoint');
  if (token === undefined || endpoint === undefined || endpoint === '') return answer;
  return { ...objectAt(answer), pushConfig: { ...objectAt(answer, 'pushConfig'), oidcToken: token } };
}
