import type { AnalyticsCompletion, PrecomputeCompletion } from '../../generated/models.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import { answer, routeRequests } from '../http/route.ts';
import type { Received } from '../message/cause.ts';
import { takeDelivery } from '../message/door.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { type CompletionEvent, decideCompletion, type Effect } from './decide.ts';
import { claimedMessages, claimTriggers, createAsker, type Publishing, publishTriggers } from './publish.ts';
import { type CompletionState, type OrchestratorName, readOrchestrator, statePath } from './state.ts';
import { sweep } from './sweep.ts';

/**
 * Make one of the two orchestrators: POST / takes a completion, POST /sweep sends what is pending.
 *
 * @see asyncapi.yaml#/x-orchestrators, asyncapi.yaml#/x-endpoints
 */
export function createOrchestrator(name: OrchestratorName, ports: Ports, settings: Settings): HttpHandler {
  const orchestrator = readOrchestrator(name);
  const publishing: Publishing = { ports, settings, orchestrator, abandoned: new Set() };
  return routeRequests([
    { method: 'POST', path: '/', handle: (request) => processDelivery(publishing, request) },
    { method: 'POST', path: '/sweep', handle: () => sweep(publishing) },
  ]);
}

async function processDelivery(publishing: Publishing, request: HttpRequest): Promise<HttpAnswer> {
  const { ports } = publishing;
  const received_at = ports.clock.now().toISOString();
  const received = takeDelivery(ports, request, publishing.orchestrator.listens_to);
  const { correlation_id, game_date, processor } = received.cause;
  if (received.cause.skip_downstream_trigger) {
    ports.log.info(`${processor} is a backfill that triggers nothing`, { correlation_id, game_date });
    return answer(200, { outcome: 'ignored', reason: 'skip_downstream_trigger' });
  }
  const { publish, in_flight } = await takeCompletion(publishing, received, received_at);
  const [held] = in_flight;
  if (held !== undefined) {
    throw new PipelineError(
      'WORK_IN_PROGRESS',
      `the completion of ${processor} is on record and ${held.entry} of ${game_date} is being published elsewhere until ${held.until} at most; wait for the redelivery`,
      { correlation_id, game_date, entry: held.entry, until: held.until },
    );
  }
  return answer(200, { outcome: 'recorded', published: publish.map(({ entry }) => entry) });
}

/** Decides, commits, publishes, records. */
async function takeCompletion(
  publishing: Publishing,
  received: Received<AnalyticsCompletion | PrecomputeCompletion>,
  received_at: string,
): Promise<Effect> {
  const { orchestrator } = publishing;
  const { cause, message } = received;
  const ask = createAsker(publishing);
  const path = statePath(orchestrator, cause.game_date, cause.run);
  const eventNow = (): CompletionEvent => ({
    ...cause,
    ...ask(),
    received_at,
    message_id: cause.message_id ?? '',
    status: message.status,
    completed_at: message.timestamp,
  });
  const { claimant } = ask();
  const decide = (state: CompletionState | undefined) => decideCompletion(state, eventNow(), orchestrator);
  const effect = await claimTriggers(publishing, path, claimant, decide, claimedMessages);
  await publishTriggers(publishing, path, claimant, effect.publish);
  return effect;
}
