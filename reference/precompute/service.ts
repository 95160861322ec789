import { TOPIC } from '../../generated/topology.ts';
import { answer, routeRequests } from '../http/route.ts';
import type { Received } from '../message/cause.ts';
import { takeDelivery } from '../message/door.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner } from '../runs/execute.ts';
import { runEach } from '../runs/run-each.ts';
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
  const received = takeDelivery(ports, request, TOPIC.phase4Trigger);
  const { cause, message } = received;
  if (message.status === 'failed' || message.status === 'no_data') {
    ports.log.warn(`a trigger of status ${message.status} starts nothing`, { game_date: cause.game_date });
    return answer(200, { outcome: 'ignored', reason: `the trigger's status is ${message.status}` });
  }
  return answer(200, {
    runs: await runAll(ports, runner, received, [...new Set(message.metadata.processors)]),
  });
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

function runAll(
  ports: Ports,
  runner: Runner,
  received: Pick<Received<unknown>, 'cause'>,
  processors: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  return runEach(
    processors,
    async (processor) => (await precompute(ports, runner, received, processor)).outcome,
  );
}
