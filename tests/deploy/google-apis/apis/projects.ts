import { type Answer, type Api, type ApiRequest, notFound, ok, page, Refusal } from '../answer.ts';
import { createOperations } from '../operations.ts';
import type { Policies } from '../policies.ts';

/** The one project that exists. */
export interface Project {
  readonly id: string;
  readonly number: string;
}

/** Serve Cloud Resource Manager v1: the project and its policy. */
export function createProjects(project: Project, policies: Policies): Api {
  const requireProject = (name: string): void => {
    if (name !== `projects/${project.id}` && name !== `projects/${project.number}`) throw notFound(name);
  };
  return (request) => {
    const policy = policies.serve(request, requireProject);
    if (policy !== undefined) return policy;
    const name = request.path.slice('/v1/'.length);
    if (request.method !== 'GET' || !name.startsWith('projects/')) return undefined;
    requireProject(name);
    return ok({
      projectId: project.id,
      projectNumber: project.number,
      lifecycleState: 'ACTIVE',
      name: project.id,
    });
  };
}

/** The APIs that a new project has, by their full names. */
export const FIRST_APIS = ['cloudresourcemanager.googleapis.com', 'serviceusage.googleapis.com'];

/**
 * Serve Service Usage v1: which APIs are enabled, and the agents of services.
 *
 * @param enabled  full names; grows as APIs are enabled.
 * @param agents  e-mail addresses; grows as agents of services are made. Enabling an API makes none.
 */
export function createServiceUsage(project: Project, enabled: Set<string>, agents: Set<string>): Api {
  const operations = createOperations();
  const service = (name: string) => ({
    name: `projects/${project.number}/services/${name}`,
    config: { name },
    parent: `projects/${project.number}`,
    state: enabled.has(name) ? 'ENABLED' : 'DISABLED',
  });
  const change = ({ path, body }: ApiRequest): Answer | undefined => {
    if (path.endsWith('/services:batchEnable')) {
      for (const id of (body['serviceIds'] ?? []) as readonly string[]) enabled.add(id);
      return operations.begin('operations', {});
    }
    const [, of] = /\/services\/([a-z]+)\.googleapis\.com:generateServiceIdentity$/.exec(path) ?? [];
    if (of !== undefined) {
      const email = `service-${project.number}@gcp-sa-${of}.iam.gserviceaccount.com`;
      agents.add(email);
      // This one is done at once, and gcloud counts on that.
      const response = { '@type': 'type.googleapis.com/any', email, uniqueId: '1' };
      return ok({ name: 'operations/agent', done: true, response });
    }
    const [, id] = /\/services\/([^/]+):enable$/.exec(path) ?? [];
    if (id === undefined) return undefined;
    enabled.add(id);
    return operations.begin('operations', { service: service(id) });
  };
  return (request) => {
    const done = operations.serve(request);
    if (done !== undefined) return done;
    if (request.method === 'POST') return change(request);
    if (request.path.endsWith('/services')) return page(request, 'services', [...enabled].map(service));
    const [, id] = /\/services\/([^/]+)$/.exec(request.path) ?? [];
    return id === undefined ? undefined : ok(service(id));
  };
}

/** Let an API answer only once it is enabled; before, it refuses as every Google API does. */
export function onceEnabled(name: string, api: Api, { number }: Project, enabled: ReadonlySet<string>): Api {
  const full_name = `${name}.googleapis.com`;
  return (request) => {
    if (enabled.has(full_name)) return api(request);
    const message = `${full_name} has not been used in project ${number} before or it is disabled. Enable it, then retry.`;
    throw new Refusal(403, 'PERMISSION_DENIED', message);
  };
}
