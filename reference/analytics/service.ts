import type { RawCompletion } from '../../generated/models.ts';
import { TOPIC } from '../../generated/topology.ts';
import { answer, routeRequests } from '../http/route.ts';
import type { Received } from '../message/cause.ts';
import { takeDelivery } from '../message/door.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { processorsReading } from '../runs/output.ts';
import { runEach } from '../runs/run-each.ts';
import { analyse } from './analyse.ts';

/**
 * Make Phase 3: each raw completion may make some of the five analytics processors ready.
 *
 * @see asyncapi.yaml#/x-subscriptions/nba-phase2-raw-complete-sub
 */
export function createAnalytics(ports: Ports, settings: Settings): HttpHandler {
  const runner = createRunner(ports, settings);
  return routeRequests([
    { method: 'POST', path: '/process', handle: (request) => processDelivery(ports, runner, request) },
  ]);
}

async function processDelivery(ports: Ports, runner: Runner, request: HttpRequest): Promise<HttpAnswer> {
  const received = takeDelivery(ports, request, TOPIC.phase2RawComplete);
  const { cause, message } = received;
  if (message.status === 'failed') {
    const { correlation_id, game_date } = cause;
    ports.log.info(`${cause.processor} failed, its table is not ready`, { correlation_id, game_date });
    return answer(200, { outcome: 'ignored', reason: 'the raw run failed' });
  }
  return answer(200, { runs: await runReaders(ports, runner, received) });
}

async function runReaders(
  ports: Ports,
  runner: Runner,
  received: Received<RawCompletion>,
): Promise<Readonly<Record<string, string>>> {
  const { game_date, run } = received.cause;
  const raw_runs = await ports.warehouse.runs({ phase: 'phase_2_raw', game_date, run });
  const readers = processorsReading('phase_3_analytics', received.cause.processor);
  return runEach(readers, (processor) => analyse(ports, runner, received, processor, raw_runs));
}
