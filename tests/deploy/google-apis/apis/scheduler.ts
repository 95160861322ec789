import { type Api, applyMask, type JsonObject, objectAt, ok, page } from '../answer.ts';
import { createStore } from '../store.ts';

/** Serve Cloud Scheduler v1: jobs, and pausing them. */
export function createScheduler(): Api {
  const jobs = createStore();
  return ({ method, path, body, query, ...request }) => {
    const name = path.slice('/v1/'.length);
    if (path.endsWith('/jobs')) {
      if (method === 'GET')
        return page({ method, path, body, query, ...request }, 'jobs', jobs.list(`${name}/`));
      return ok(jobs.create(String(body['name']), { ...withDefaults(body), state: 'ENABLED' }));
    }
    const [, job = name, verb] = /^(.+):(pause|resume|run)$/.exec(name) ?? [];
    if (verb !== undefined) {
      const state = verb === 'pause' ? 'PAUSED' : 'ENABLED';
      return ok(jobs.replace(job, { ...jobs.get(job), state }));
    }
    if (method === 'GET') return ok(jobs.get(job));
    if (method === 'PATCH') {
      const old = jobs.get(job);
      return ok(jobs.replace(job, withDefaults(applyMask(old, body, query.get('updateMask')))));
    }
    if (method !== 'DELETE') return undefined;
    jobs.remove(job);
    return ok({});
  };
}

/** The service fills in what a job leaves out, sets its own agent, and keeps no header that it sets on every request itself. */
function withDefaults(job: JsonObject): JsonObject {
  const retry = (job['retryConfig'] ?? {}) as JsonObject;
  const target = objectAt(job, 'httpTarget');
  const headers = Object.entries(objectAt(target, 'headers')).filter(
    ([name]) => !/^(host|content-length|user-agent|x-(google|appengine|cloudscheduler).*)$/i.test(name),
  );
  return {
    ...job,
    httpTarget: {
      ...target,
      headers: { ...Object.fromEntries(headers), 'User-Agent': 'Google-Cloud-Scheduler' },
    },
    attemptDeadline: job['attemptDeadline'] ?? '180s',
    retryConfig: {
      ...retry,
      maxRetryDuration: retry['maxRetryDuration'] ?? '0s',
      minBackoffDuration: retry['minBackoffDuration'] ?? '5s',
      maxBackoffDuration: retry['maxBackoffDuration'] ?? '3600s',
      maxDoublings: retry['maxDoublings'] ?? 5,
    },
  };
}
