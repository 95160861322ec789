import type { HttpHandler } from '../ports/ports.ts';

/**
 * Let a handler work on at most `max` POST requests at a time; the others wait in order of arrival.
 *
 * Pub/Sub may push hundreds of messages at once. All at once they would slow each other down until every call to the
 * store runs into its time limit; in turn they are all served. Other methods are never held up.
 */
export function limitConcurrency(handler: HttpHandler, max: number): HttpHandler {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (request) => {
    if (request.method !== 'POST') return handler(request);
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await handler(request);
    } finally {
      const next = waiting.shift();
      // Whoever is next takes over this place, so the count stays.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
