import { type Api, type ApiRequest, objectAt, ok, page } from '../answer.ts';
import type { Policies } from '../policies.ts';
import { createStore } from '../store.ts';

/** Serve IAM v1: service accounts and who may use them. */
export function createIam(policies: Policies): Api {
  const accounts = createStore();
  // The project may be written as `-`, since the address says which it is.
  const nameOf = (path: string): string => {
    const email = path.split('/').at(-1) ?? '';
    const project = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? '-';
    return `projects/${project}/serviceAccounts/${email}`;
  };
  const create = ({ path, body }: ApiRequest) => {
    const project = path.split('/')[3] ?? '';
    const email = `${String(body['accountId'])}@${project}.iam.gserviceaccount.com`;
    const name = nameOf(email);
    return ok(
      accounts.create(name, {
        ...objectAt(body, 'serviceAccount'),
        name,
        projectId: project,
        email,
        uniqueId: '1',
      }),
    );
  };
  return (request) => {
    const policy = policies.serve(request, (name) => void accounts.get(nameOf(name)));
    if (policy !== undefined) return policy;
    const { method, path } = request;
    if (path.endsWith('/serviceAccounts')) {
      return method === 'POST' ? create(request) : page(request, 'accounts', accounts.list(path.slice(4)));
    }
    const name = nameOf(path);
    if (method === 'GET') return ok(accounts.get(name));
    if (method === 'PATCH') {
      const changed = objectAt(request.body, 'serviceAccount');
      return ok(accounts.replace(name, { ...accounts.get(name), ...changed }));
    }
    if (method !== 'DELETE') return undefined;
    accounts.remove(name);
    policies.forget(`iam/${name}`);
    return ok({});
  };
}

/** Serve Secret Manager v1: that secrets exist, and who may read them. What they hold is nobody's business here. */
export function createSecrets(policies: Policies): Api {
  const secrets = createStore();
  return (request) => {
    const policy = policies.serve(request, (name) => void secrets.get(name));
    if (policy !== undefined) return policy;
    const { method, path, query } = request;
    const name = path.slice('/v1/'.length);
    if (path.endsWith('/secrets') && method === 'POST') {
      const own = `${name}/${query.get('secretId')}`;
      return ok(secrets.create(own, { name: own }));
    }
    return method === 'GET' ? ok(secrets.get(name)) : undefined;
  };
}
