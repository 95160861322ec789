import { type Api, invalid, type JsonObject, ok, page } from '../answer.ts';
import { createStore, type Store } from '../store.ts';
import { leaveZeros } from './zeros.ts';

/** Serve Cloud Logging v2: log-based metrics. @param metrics  grows as they are made; Monitoring asks it. */
export function createLogging(metrics: Store = createStore()): Api {
  return (request) => {
    const { method, path, body } = request;
    const name = path.slice('/v2/'.length);
    if (name.endsWith('/metrics')) {
      if (method === 'GET') return page(request, 'metrics', metrics.list(`${name}/`));
      return ok(metrics.create(`${name}/${String(body['name'])}`, stored(body)));
    }
    if (!/\/metrics\/[^/]+$/.test(name)) return undefined;
    if (method === 'GET') return ok(metrics.get(name));
    if (method === 'PUT') return ok(metrics.replace(name, stored(body)));
    if (method !== 'DELETE') return undefined;
    metrics.remove(name);
    return ok({});
  };
}

/** What the service keeps: it demands a filter, and names the metric as Monitoring knows it. */
function stored(body: JsonObject): JsonObject {
  const { name, filter, metricDescriptor } = body;
  if (typeof filter !== 'string' || filter === '') throw invalid('A metric needs a filter.');
  const type = `logging.googleapis.com/user/${String(name)}`;
  return leaveZeros({
    ...body,
    createTime: '2026-01-01T00:00:00Z',
    updateTime: '2026-01-01T00:00:00Z',
    metricDescriptor: {
      ...(metricDescriptor as JsonObject),
      type,
      name: `projects/p/metricDescriptors/${type}`,
    },
  });
}
