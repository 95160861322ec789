import { PipelineError } from '../errors/pipeline-error.ts';
import type { HttpAnswer, HttpHandler, Json } from '../ports/ports.ts';

/** One door of a component: method and path must match exactly. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly handle: HttpHandler;
}

/** Answer that the process serves; every component has it. */
const HEALTH: Route = {
  method: 'GET',
  path: '/health',
  handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
};

/**
 * Make one handler of several doors. `GET /health` is added.
 *
 * @throws {PipelineError} (the handler) NOT_FOUND for an unknown path, METHOD_NOT_ALLOWED for a known path under
 *         another method; both name what would be served.
 */
export function routeRequests(routes: readonly Route[]): HttpHandler {
  const doors = [...routes, HEALTH];
  return async (request) => {
    const here = doors.filter(({ path }) => path === request.path);
    const door = here.find(({ method }) => method === request.method);
    if (door !== undefined) return door.handle(request);
    const expected = (here.length === 0 ? doors : here).map(({ method, path }) => `${method} ${path}`);
    throw new PipelineError(
      here.length === 0 ? 'NOT_FOUND' : 'METHOD_NOT_ALLOWED',
      `expected ${expected.join(' or ')}, got ${request.method} ${request.path}; correct the address`,
      { method: request.method, path: request.path },
    );
  };
}

/** Make a JSON answer. */
export function answer(status: number, body: Json): HttpAnswer {
  return { status, body };
}
