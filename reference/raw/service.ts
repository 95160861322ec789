import { TOPIC } from '../../generated/topology.ts';
import { answer, routeRequests } from '../http/route.ts';
import { takeDelivery } from '../message/door.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { processorsReading } from '../runs/output.ts';
import { runEach } from '../runs/run-each.ts';
import { loadTable } from './load.ts';

/**
 * Make Phase 2: each scraper completion loads one file into its raw table.
 *
 * @see asyncapi.yaml#/x-subscriptions/nba-phase1-scrapers-complete-sub
 */
export function createRaw(ports: Ports, settings: Settings): HttpHandler {
  const runner = createRunner(ports, settings);
  return routeRequests([
    { method: 'POST', path: '/process', handle: (request) => processDelivery(ports, runner, request) },
  ]);
}

async function processDelivery(ports: Ports, runner: Runner, request: HttpRequest): Promise<HttpAnswer> {
  const received = takeDelivery(ports, request, TOPIC.phase1ScrapersComplete);
  const { cause, message } = received;
  if (message.status === 'failed') {
    const { correlation_id, game_date } = cause;
    ports.log.info(`${cause.processor} failed, there is no file to load`, { correlation_id, game_date });
    return answer(200, { outcome: 'ignored', reason: 'the scraper failed' });
  }
  const runs = await runEach(
    processorsReading('phase_2_raw', cause.processor),
    async (processor) => (await loadTable(ports, runner, received, processor)).outcome,
  );
  return answer(200, { runs });
}
