import type { RawCompletion } from '../../generated/models.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { answer, routeRequests } from '../http/route.ts';
import type { Received } from '../message/cause.ts';
import { decodeDelivery } from '../message/decode.ts';
import { logNotes, receiveUnified } from '../message/receive.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { processorsReading } from '../runs/output.ts';
import { logArrival } from '../watching/arrival.ts';
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
  const delivery = decodeDelivery(request);
  const received = receiveUnified(delivery, 'RawCompletion');
  logNotes(received, ports.log);
  logArrival(ports, 'nba-phase2-raw-complete', received.cause, delivery.payload);
  const { cause, message } = received;
  if (message.status === 'failed') {
    const { correlation_id, game_date } = cause;
    ports.log.info(`${cause.processor} failed, its table is not ready`, { correlation_id, game_date });
    return answer(200, { outcome: 'ignored', reason: 'the raw run failed' });
  }
  return answer(200, { runs: await runReaders(ports, runner, received) });
}

/** Runs every processor that reads the table; one that is held elsewhere does not stop the others. */
async function runReaders(
  ports: Ports,
  runner: Runner,
  received: Received<RawCompletion>,
): Promise<Readonly<Record<string, string>>> {
  const { game_date, run } = received.cause;
  const raw_runs = await ports.warehouse.runs({ phase: 'phase_2_raw', game_date, run });
  const outcomes: Record<string, string> = {};
  let held: PipelineError | undefined;
  for (const processor of processorsReading('phase_3_analytics', received.cause.processor)) {
    try {
      outcomes[processor] = await analyse(ports, runner, received, processor, raw_runs);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'WORK_IN_PROGRESS') throw error;
      held = error;
    }
  }
  if (held !== undefined) throw held;
  return outcomes;
}
