import { PipelineError } from '../errors/pipeline-error.ts';
import { answer, routeRequests } from '../http/route.ts';
import type { Received } from '../message/cause.ts';
import { decodeDelivery } from '../message/decode.ts';
import { logNotes, receiveUnified, requireProcessor } from '../message/receive.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { logArrival } from '../watching/arrival.ts';
import { precompute } from './precompute.ts';
import { decideLevel, readProcessDateCall, upstreamRuns } from './process-date.ts';

/**
 * Make Phase 4: each trigger runs the processors that it names, and a call by the clock runs those of one level.
 *
 * @see asyncapi.yaml#/x-subscriptions/nba-phase4-trigger-sub, asyncapi.yaml#/x-endpoints
 */
export function createPrecompute(ports: Ports, settings: Settings): HttpHandler {
  const runner = createRunner(ports, settings);
  return routeRequests([
    { method: 'POST', path: '/process', handle: (request) => processDelivery(ports, runner, request) },
    { method: 'POST', path: '/process-date', handle: (request) => processDate(ports, runner, request) },
  ]);
}

async function processDelivery(ports: Ports, runner: Runner, request: HttpRequest): Promise<HttpAnswer> {
  const delivery = decodeDelivery(request);
  const received = receiveUnified(delivery, 'Phase4Trigger');
  logNotes(received, ports.log);
  logArrival(ports, 'nba-phase4-trigger', received.cause, delivery.payload);
  const { cause, message } = received;
  // All names are checked before the first runs: a trigger is obeyed as a whole or refused as a whole.
  const processors = message.metadata.processors.map((name) =>
    requireProcessor('phase_4_precompute', name, cause.message_id ?? ''),
  );
  if (message.status === 'failed' || message.status === 'no_data') {
    ports.log.warn(`a trigger of status ${message.status} starts nothing`, { game_date: cause.game_date });
    return answer(200, { outcome: 'ignored', reason: `the trigger's status is ${message.status}` });
  }
  return answer(200, { runs: await runAll(ports, runner, received, [...new Set(processors)]) });
}

async function processDate(ports: Ports, runner: Runner, request: HttpRequest): Promise<HttpAnswer> {
  const call = readProcessDateCall(request, ports.clock.now());
  const decision = decideLevel(call, await upstreamRuns(ports.warehouse, call));
  const { level, game_date, run } = call;
  if (decision.outcome === 'waiting') {
    ports.log.warn(`level ${level} waits for ${decision.missing.join(', ')}`, { game_date });
    return answer(503, { status: 'waiting', level, game_date, run, missing: decision.missing });
  }
  const runs = await runAll(ports, runner, decision, decision.processors);
  return answer(200, { status: 'processed', level, game_date, run, runs });
}

/** Runs every named processor; one that is held elsewhere does not stop the others. */
async function runAll(
  ports: Ports,
  runner: Runner,
  received: Pick<Received<unknown>, 'cause'>,
  processors: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const outcomes: Record<string, string> = {};
  let held: PipelineError | undefined;
  for (const processor of processors) {
    try {
      outcomes[processor] = (await precompute(ports, runner, received, processor)).outcome;
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'WORK_IN_PROGRESS') throw error;
      held = error;
    }
  }
  if (held !== undefined) throw held;
  return outcomes;
}
