import { type Api, type ApiRequest, invalid, type JsonObject, objectAt, ok, valueAt } from '../answer.ts';
import { createOperations } from '../operations.ts';
import type { Policies } from '../policies.ts';
import { createStore, type Store } from '../store.ts';
import type { Project } from './projects.ts';

/** The Cloud Run services of a project, shared with Cloud Functions, whose functions are services too. */
export interface RunServices {
  readonly services: Store;
  readonly revisions: Store;
  /** Create or replace a service from its Knative form; a changed template makes a new revision. */
  put(name: string, service: JsonObject): JsonObject;
  remove(name: string): void;
}

/** Make the services of one project and region. Every revision is ready at once. */
export function createRunServices({ id, number }: Project, region: string): RunServices {
  const services = createStore();
  const revisions = createStore();
  let count = 0;
  const revise = (name: string, service: JsonObject, old: JsonObject | undefined): string => {
    const template = objectAt(service, 'spec', 'template');
    const same =
      old !== undefined && JSON.stringify(objectAt(old, 'spec', 'template')) === JSON.stringify(template);
    if (same) return String(valueAt(old, 'status', 'latestReadyRevisionName'));
    const given = valueAt(template, 'metadata', 'name');
    count += 1;
    const revision = typeof given === 'string' ? given : `${name}-${String(count).padStart(5, '0')}-abc`;
    revisions.create(`${name}/${revision}`, {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Revision',
      metadata: {
        ...objectAt(template, 'metadata'),
        name: revision,
        namespace: number,
        creationTimestamp: new Date(Date.UTC(2026, 0, 1) + count * 60_000).toISOString(),
        labels: {
          ...objectAt(template, 'metadata', 'labels'),
          'serving.knative.dev/service': name,
          'cloud.googleapis.com/location': region,
        },
      },
      spec: objectAt(template, 'spec'),
      status: { conditions: READY, logUrl: '' },
    });
    return revision;
  };
  return {
    services,
    revisions,
    put(name, service) {
      const old = services.find(name);
      const revision = revise(name, service, old);
      const traffic = trafficOf(service, revision);
      for (const { revisionName } of traffic) revisions.get(`${name}/${String(revisionName)}`);
      const generation = Number(valueAt(old, 'metadata', 'generation') ?? 0) + 1;
      // Both addresses lead to the service; its status names the older form.
      const url = `https://${name}-abcdefghij-wl.a.run.app`;
      const next: JsonObject = {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Service',
        metadata: {
          ...objectAt(service, 'metadata'),
          name,
          namespace: number,
          generation,
          resourceVersion: `rv${generation}`,
          selfLink: `/apis/serving.knative.dev/v1/namespaces/${id}/services/${name}`,
          labels: { ...objectAt(service, 'metadata', 'labels'), 'cloud.googleapis.com/location': region },
        },
        spec: { traffic: [{ latestRevision: true, percent: 100 }], ...objectAt(service, 'spec') },
        status: {
          observedGeneration: generation,
          conditions: READY,
          latestCreatedRevisionName: revision,
          latestReadyRevisionName: revision,
          traffic,
          url,
          address: { url },
        },
      };
      return old === undefined ? services.create(name, next) : services.replace(name, next);
    },
    remove(name) {
      services.remove(name);
      for (const revision of revisions.list(`${name}/`)) {
        revisions.remove(`${name}/${String(valueAt(revision, 'metadata', 'name'))}`);
      }
    },
  };
}

const READY = ['Ready', 'ConfigurationsReady', 'RoutesReady'].map((type) => ({
  type,
  status: 'True',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}));

function trafficOf(service: JsonObject, revision: string): readonly JsonObject[] {
  const asked = (valueAt(service, 'spec', 'traffic') ?? []) as readonly JsonObject[];
  if (asked.length === 0) return [{ revisionName: revision, percent: 100, latestRevision: true }];
  return asked.map((target) =>
    target['latestRevision'] === true ? { ...target, revisionName: revision } : target,
  );
}

/** Serve Cloud Run: services and revisions in their Knative form (v1), policies, and builds from source (v2). */
export function createRun(run: RunServices, { id, number }: Project, policies: Policies): Api {
  const operations = createOperations();
  const serveServices = (name: string | undefined, request: ApiRequest) => {
    const { method, body } = request;
    if (name === undefined) {
      if (method === 'GET')
        return ok({
          apiVersion: 'serving.knative.dev/v1',
          kind: 'ServiceList',
          metadata: {},
          items: run.services.list(''),
        });
      return ok(run.put(String(valueAt(body, 'metadata', 'name')), body));
    }
    if (method === 'GET') return ok(run.services.get(name));
    if (method === 'PUT') {
      const old = run.services.get(name);
      const expected = valueAt(body, 'metadata', 'resourceVersion');
      if (expected !== undefined && expected !== valueAt(old, 'metadata', 'resourceVersion')) {
        throw invalid(`resourceVersion of ${name} is stale`);
      }
      return ok(run.put(name, body));
    }
    if (method !== 'DELETE') return undefined;
    run.remove(name);
    policies.forget(`run/projects/${id}/locations/us-west2/services/${name}`);
    return ok({ status: 'Success' });
  };
  const serveRevisions = (name: string | undefined, { query }: ApiRequest) => {
    const all = run.revisions.list('');
    if (name !== undefined) {
      return ok(all.find((one) => valueAt(one, 'metadata', 'name') === name) ?? run.revisions.get(name));
    }
    const service = /serving\.knative\.dev\/service\s*=\s*([^,\s]+)/.exec(
      query.get('labelSelector') ?? '',
    )?.[1];
    const items = service === undefined ? all : run.revisions.list(`${service}/`);
    return ok({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'RevisionList',
      metadata: {},
      items: [...items].reverse(),
    });
  };
  return (request) => {
    const policy = policies.serve(request, (name) => void run.services.get(name.split('/').at(-1) ?? ''));
    if (policy !== undefined) return policy;
    const done = operations.serve(request);
    if (done !== undefined) return done;
    const { path, method } = request;
    if (path.endsWith('/builds:submit') && method === 'POST') {
      const build = `projects/${number}/locations/us-west2/operations/build-1`;
      return ok({ buildOperation: { name: build, done: false, metadata: buildMetadata(request.body) } });
    }
    const [, kind, name] =
      /^\/apis\/serving\.knative\.dev\/v1\/namespaces\/[^/]+\/(services|revisions)(?:\/([^/]+))?$/.exec(
        path,
      ) ?? [];
    if (kind === 'services') return serveServices(name, request);
    if (kind === 'revisions' && method === 'GET') return serveRevisions(name, request);
    return undefined;
  };
}

function buildMetadata(body: JsonObject): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata',
    build: {
      id: 'build-1',
      projectId: String(body['project'] ?? 'p'),
      name: 'projects/1/locations/us-west2/builds/build-1',
      status: 'QUEUED',
      logUrl: 'https://console.cloud.google.com/build-1',
      images: [String(body['imageUri'])],
    },
  };
}
