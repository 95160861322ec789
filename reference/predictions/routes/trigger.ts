import type { FeatureStoreCompletion, PredictionBatch } from '../../../generated/models.ts';
import { TOPIC } from '../../../generated/topology.ts';
import { type Received, upstreamRun } from '../../message/cause.ts';
import { takeDelivery } from '../../message/door.ts';
import type { HttpAnswer, HttpRequest, Ports } from '../../ports/ports.ts';
import { logEvent } from '../../watching/log-event.ts';
import { type BatchAddress, batchPath } from '../batch/address.ts';
import { type Phase4State, validatePhase4Ready } from '../readiness/phase4.ts';
import { endRound } from '../rounds/end-round.ts';
import type { Instance } from '../rounds/instance.ts';
import { type StartCause, startBatch } from '../rounds/start-batch.ts';
import { alertReadiness } from '../status/alert.ts';
import { decideIgnored, decideTriggerStart, type IgnoredTrigger } from './decide-trigger.ts';

type FeatureStoreDelivery = Received<FeatureStoreCompletion>;

/**
 * Handle `POST /trigger`: the push delivery that says the feature store of a date is filled.
 *
 * @returns 202 started or resumed; 204 ignored, running or complete; 503 not ready, or being published elsewhere.
 * @throws {PipelineError} INVALID_ENVELOPE, INVALID_JSON, INVALID_MESSAGE, UNKNOWN_PROCESSOR; BROKER_UNAVAILABLE,
 *         STORE_UNAVAILABLE, STORE_CONFLICT.
 * @see asyncapi.yaml#/x-endpoints, requirements COORD-001 to COORD-004, COORD-006, BACK-005
 */
export async function handleTrigger(instance: Instance, request: HttpRequest): Promise<HttpAnswer> {
  const { ports } = instance;
  const received = takeDelivery(ports, request, TOPIC.phase4PrecomputeComplete);
  const { game_date, run, correlation_id } = received.cause;
  const address = { game_date, run };
  const ignored = decideIgnored(received.message, ports.clock.now());
  if (ignored !== undefined) {
    logIgnored(ports, received, ignored);
    return { status: 204 };
  }
  const batch = await ports.documents.get<PredictionBatch>(batchPath(address));
  if (batch !== undefined && batch.state !== 'starting') {
    // The start that this delivery repeats may have died before it announced a batch that ended early.
    await endRound(instance, address);
    return { status: 204 };
  }
  const phase4 = await validatePhase4Ready(ports, address);
  // A batch that is being started was approved before; what counts now is that its requests get out.
  const decision = batch === undefined ? decideTriggerStart(phase4.readiness) : 'start';
  alertReadiness(ports, address, phase4.readiness, correlation_id);
  if (decision === 'not_ready') return notReady(address, phase4);
  return start(instance, address, {
    phase4,
    cause: causeOf(received),
    degraded: decision === 'start_degraded',
  });
}

/** Log why nothing is started; a date that ended before its feature store came, and is no backfill, is worth a look. */
function logIgnored(ports: Ports, { cause }: FeatureStoreDelivery, ignored: IgnoredTrigger): void {
  const { game_date, run, correlation_id, backfill_mode } = cause;
  const address = { game_date, run };
  if (ignored !== 'past_date' || backfill_mode) {
    ports.log.info(`No batch is started for ${game_date}: ${ignored}`, { ...address, correlation_id });
    return;
  }
  logEvent(
    ports.log,
    'warn',
    'trigger_too_late',
    `No batch is started for ${game_date}: the date is past in Pacific time; POST /start with it, if its predictions are still wanted`,
    { phase: 'phase_4_precompute', correlation_id, ...address },
  );
}

function causeOf(received: FeatureStoreDelivery): StartCause {
  const { correlation_id, trigger_source, message_id, backfill_mode, backfill_reason } = received.cause;
  return {
    correlation_id,
    trigger_source,
    trigger_message_id: message_id,
    upstream: [upstreamRun(received)],
    backfill_mode,
    backfill_reason,
  };
}

async function start(
  instance: Instance,
  address: BatchAddress,
  wish: { readonly phase4: Phase4State; readonly cause: StartCause; readonly degraded: boolean },
): Promise<HttpAnswer> {
  const { outcome, batch_id, requests } = await startBatch(instance, {
    address,
    ...wish,
    min_minutes: null,
    force: false,
  });
  switch (outcome) {
    case 'started':
    case 'resumed':
      await endRound(instance, address);
      return { status: 202, body: { status: outcome, ...address, batch_id, requests } };
    case 'publishing_elsewhere':
      return { status: 503, body: { status: outcome, ...address, batch_id } };
    case 'already_running':
    case 'already_complete':
      return { status: 204 };
  }
}

function notReady(address: BatchAddress, phase4: Phase4State): HttpAnswer {
  const { completed, players_ready, players_total } = phase4.readiness;
  return { status: 503, body: { status: 'not_ready', ...address, completed, players_ready, players_total } };
}
