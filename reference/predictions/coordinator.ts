import { routeRequests } from '../http/route.ts';
import type { HttpHandler, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import type { Instance } from './rounds/instance.ts';
import { shareLooks } from './rounds/share-looks.ts';
import { handleComplete } from './routes/complete.ts';
import { handleRetry } from './routes/retry.ts';
import { handleStart } from './routes/start.ts';
import { handleStatus } from './routes/status.ts';
import { handleTrigger } from './routes/trigger.ts';

/**
 * Create the Phase 5 coordinator: one batch of predictions per game_date and run, followed to its end.
 *
 * It remembers nothing that matters between two requests. Everything is in the store, so any instance can serve any request and
 * a restart loses nothing (COORD-012).
 *
 * @throws {PipelineError} (the handler) what its routes throw; the shell turns it into an answer.
 * @see asyncapi.yaml#/x-endpoints, docs/predictions.md
 */
export function createCoordinator(ports: Ports, settings: Settings): HttpHandler {
  const instance: Instance = { ports, settings, abandoned: new Set(), lookForEnd: shareLooks() };
  return routeRequests([
    { method: 'POST', path: '/trigger', handle: (request) => handleTrigger(instance, request) },
    { method: 'POST', path: '/start', handle: (request) => handleStart(instance, request) },
    { method: 'POST', path: '/retry', handle: (request) => handleRetry(instance, request) },
    { method: 'POST', path: '/complete', handle: (request) => handleComplete(instance, request) },
    { method: 'GET', path: '/status', handle: (request) => handleStatus(ports, request) },
  ]);
}
