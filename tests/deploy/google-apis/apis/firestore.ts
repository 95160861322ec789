import { type Api, type ApiRequest, type JsonObject, ok, page } from '../answer.ts';
import { createOperations } from '../operations.ts';
import { createStore } from '../store.ts';

/** Serve the administration of Firestore, v1: databases, composite indexes, and the TTL of fields. */
export function createFirestoreAdmin(): Api {
  const databases = createStore();
  const indexes = createStore();
  const fields = createStore();
  const operations = createOperations();
  let count = 0;

  const database = (request: ApiRequest, name: string) => {
    if (request.method === 'GET') return ok(databases.get(name));
    databases.remove(name);
    return operations.begin(`${name}/operations`, {});
  };
  const createDatabase = (parent: string, { query, body }: ApiRequest) => {
    const name = `${parent}/${query.get('databaseId')}`;
    const created = databases.create(name, {
      ...body,
      name,
      uid: 'u',
      deleteProtectionState: body['deleteProtectionState'] ?? 'DELETE_PROTECTION_DISABLED',
    });
    return operations.begin(`${name}/operations`, created);
  };
  const createIndex = (parent: string, { body }: ApiRequest) => {
    count += 1;
    const name = `${parent}/index-${count}`;
    // The service adds the name of the document as the last field.
    const own = (body['fields'] ?? []) as readonly JsonObject[];
    const last = { fieldPath: '__name__', order: String(own.at(-1)?.['order'] ?? 'ASCENDING') };
    const created = indexes.create(name, { ...body, name, fields: [...own, last], state: 'READY' });
    return operations.begin(`${name.split('/collectionGroups')[0]}/operations`, created);
  };
  const patchField = (name: string, { body }: ApiRequest) => {
    const ttl =
      body['ttlConfig'] === undefined || body['ttlConfig'] === null ? {} : { ttlConfig: { state: 'ACTIVE' } };
    if (fields.find(name) === undefined) fields.create(name, { name, ...ttl });
    else fields.replace(name, { name, ...ttl });
    return operations.begin(`${name.split('/collectionGroups')[0]}/operations`, fields.get(name));
  };

  return (request) => {
    const done = operations.serve(request);
    if (done !== undefined) return done;
    const { method, path } = request;
    const name = path.slice('/v1/'.length);
    const [parent = ''] = name.split('/collectionGroups');
    if (name.endsWith('/databases')) {
      return method === 'POST'
        ? createDatabase(name, request)
        : ok({ databases: databases.list(`${name}/`) });
    }
    if (/\/databases\/[^/]+$/.test(name)) return database(request, name);
    databases.get(parent);
    if (name.endsWith('/indexes')) {
      return method === 'POST' ? createIndex(name, request) : page(request, 'indexes', indexes.list(parent));
    }
    if (name.endsWith('/fields')) {
      return page(
        request,
        'fields',
        fields.list(parent).filter((field) => 'ttlConfig' in field),
      );
    }
    if (/\/fields\/[^/]+$/.test(name) && method === 'PATCH') return patchField(name, request);
    if (/\/indexes\/[^/]+$/.test(name) && method === 'DELETE') {
      indexes.remove(name);
      return ok({});
    }
    return undefined;
  };
}
