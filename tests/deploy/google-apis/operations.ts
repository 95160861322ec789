import { type Answer, type ApiRequest, type JsonObject, notFound, ok } from './answer.ts';

/** Long-running operations: each is unfinished when it is answered first and done at the first question after that. */
export interface Operations {
  /** Begin one. @param name its full name; @param response what it ends with. */
  begin(name: string, response: JsonObject, metadata?: JsonObject): Answer;
  /** Serve GET of an operation. @returns undefined when the path names none. */
  serve(request: ApiRequest): Answer | undefined;
}

/** Make the operations of one API. */
export function createOperations(): Operations {
  const finished = new Map<string, JsonObject>();
  let count = 0;
  return {
    begin(parent, response, metadata = {}) {
      count += 1;
      const name = `${parent}/operation-${count}`;
      finished.set(name, {
        name,
        done: true,
        metadata,
        response: { '@type': 'type.googleapis.com/any', ...response },
      });
      return ok({ name, done: false, metadata });
    },
    serve(request) {
      if (request.method !== 'GET' || !request.path.includes('/operation')) return undefined;
      const name = request.path.replace(/^\/[^/]+\//, '');
      const operation = finished.get(name);
      if (operation === undefined) throw notFound(name);
      return ok(operation);
    },
  };
}
