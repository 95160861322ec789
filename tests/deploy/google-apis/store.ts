import { alreadyExists, type JsonObject, notFound } from './answer.ts';

/** Resources by their full name, in the order of creation. */
export interface Store {
  get(name: string): JsonObject;
  find(name: string): JsonObject | undefined;
  /** Those whose name begins with a prefix. */
  list(prefix: string): readonly JsonObject[];
  create(name: string, resource: JsonObject): JsonObject;
  replace(name: string, resource: JsonObject): JsonObject;
  remove(name: string): JsonObject;
}

/** Make an empty store. It answers 404 for what is missing and 409 for what is there, as every Google API does. */
export function createStore(): Store {
  const resources = new Map<string, JsonObject>();
  const get = (name: string): JsonObject => {
    const found = resources.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  };
  return {
    get,
    find: (name) => resources.get(name),
    list: (prefix) => [...resources].filter(([name]) => name.startsWith(prefix)).map(([, one]) => one),
    create(name, resource) {
      if (resources.has(name)) throw alreadyExists(name);
      resources.set(name, resource);
      return resource;
    },
    replace(name, resource) {
      get(name);
      resources.set(name, resource);
      return resource;
    },
    remove(name) {
      const gone = get(name);
      resources.delete(name);
      return gone;
    },
  };
}
