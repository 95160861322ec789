import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets pages of any origin call, as Google's emulators do: nothing that is served here is secret.
 *
 * @returns whether the request was the question of a browser whether it may call, which is answered by then.
 */
export function allowPages(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-allow-methods', 'DELETE,GET,HEAD,PATCH,POST,PUT');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('vary', 'origin');
  }
  if (request.method !== 'OPTIONS') return false;
  const asked = request.headers['access-control-request-headers'];
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
  response.end();
  return true;
}
