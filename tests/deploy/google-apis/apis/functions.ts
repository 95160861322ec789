import {
  type Api,
  type ApiRequest,
  applyMask,
  type JsonObject,
  objectAt,
  ok,
  page,
  valueAt,
} from '../answer.ts';
import { createOperations } from '../operations.ts';
import { createStore } from '../store.ts';
import type { Project } from './projects.ts';
import type { RunServices } from './run.ts';

/** Serve Cloud Functions v2. A function is served by a Cloud Run service of its name. */
export function createFunctions(run: RunServices, { number }: Project, region: string): Api {
  const functions = createStore();
  const operations = createOperations();

  const serve = (name: string, wanted: JsonObject): JsonObject => {
    const id = name.split('/').at(-1) ?? '';
    const service = run.put(id, knativeForm(id, wanted));
    return {
      ...wanted,
      name,
      environment: 'GEN_2',
      state: 'ACTIVE',
      url: `https://${region}-example.cloudfunctions.net/${id}`,
      serviceConfig: {
        ...objectAt(wanted, 'serviceConfig'),
        service: `projects/${number}/locations/${region}/services/${id}`,
        uri: String(valueAt(service, 'status', 'url')),
        revision: String(valueAt(service, 'status', 'latestReadyRevisionName')),
        allTrafficOnLatestRevision: true,
        ingressSettings: 'ALLOW_ALL',
      },
    };
  };
  const change = (name: string, parent: string, { method, body, query }: ApiRequest) => {
    if (method === 'DELETE') {
      functions.remove(name);
      run.remove(name.split('/').at(-1) ?? '');
      return operations.begin(`${parent}/operations`, {}, metadata(name));
    }
    const changed = serve(name, applyMask(functions.get(name), body, query.get('updateMask')));
    return operations.begin(`${parent}/operations`, functions.replace(name, changed), metadata(name));
  };
  return (request) => {
    const done = operations.serve(request);
    if (done !== undefined) return done;
    const { method, path, query, origin, body } = request;
    if (path === '/upload' && method === 'PUT') return ok({});
    const name = path.slice('/v2/'.length);
    const parent = name.split('/').slice(0, 4).join('/');
    if (path.endsWith('/runtimes')) return ok({ runtimes: [RUNTIME] });
    if (path.endsWith(':generateUploadUrl')) {
      return ok({
        uploadUrl: `${origin}/cloudfunctions/upload`,
        storageSource: { bucket: 'gcf-sources', object: 'source.zip' },
      });
    }
    if (path.endsWith('/functions')) {
      if (method === 'GET') return page(request, 'functions', functions.list(`${name}/`));
      const id = `${name}/${query.get('functionId')}`;
      const created = functions.create(id, {});
      functions.replace(id, { ...created, ...serve(id, body) });
      return operations.begin(`${parent}/operations`, functions.get(id), metadata(id));
    }
    if (method === 'GET') return ok(functions.get(name));
    return change(name, parent, request);
  };
}

const RUNTIME = {
  name: 'nodejs22',
  displayName: 'Node.js 22',
  stage: 'GA',
  environment: 'GEN_2',
  warnings: [],
};

function metadata(target: string): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.cloud.functions.v2.OperationMetadata',
    target,
    stages: [{ name: 'SERVICE', state: 'COMPLETE', message: '' }],
  };
}

/** What Cloud Functions makes of a function: a Knative service with the function's settings. */
function knativeForm(name: string, wanted: JsonObject): JsonObject {
  const config = objectAt(wanted, 'serviceConfig');
  const source = JSON.stringify(objectAt(wanted, 'buildConfig'));
  return {
    metadata: { name, labels: { ...objectAt(wanted, 'labels'), 'goog-managed-by': 'cloudfunctions' } },
    spec: {
      template: {
        metadata: {
          annotations: {
            source,
            config: JSON.stringify(config),
            labels: JSON.stringify(objectAt(wanted, 'labels')),
          },
        },
        spec: {
          containerConcurrency: Number(config['maxInstanceRequestConcurrency'] ?? 1),
          timeoutSeconds: Number(config['timeoutSeconds'] ?? 60),
          serviceAccountName: String(config['serviceAccountEmail'] ?? ''),
          containers: [{ image: 'function' }],
        },
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    },
  };
}
