import type { PredictionBatch, StartRequest } from '../../../generated/models.ts';
import { isScheduler, readBody } from '../../http/request.ts';
import type { HttpAnswer, HttpRequest, Ports } from '../../ports/ports.ts';
import { type BatchAddress, batchPath } from '../batch/address.ts';
import { isClaimed } from '../batch/claim.ts';
import { decideBackupStart, type Readiness } from '../readiness/decide-readiness.ts';
import { hasNoGames } from '../readiness/games.ts';
import { type Phase4State, validatePhase4Ready, waitForPhase4 } from '../readiness/phase4.ts';
import { endRound } from '../rounds/end-round.ts';
import type { Instance } from '../rounds/instance.ts';
import { type StartCause, type StartWish, startBatch } from '../rounds/start-batch.ts';
import { alertReadiness, sendInsufficientData } from '../status/alert.ts';
import { addressOf } from './request.ts';

type StandingBatch = 'none' | 'interrupted' | 'already_running' | 'already_complete';

/**
 * Handle `POST /start`: the scheduler's backup start, or one by hand.
 *
 * @returns 202 started; 200 already_complete, already_running, waiting_for_phase4 or no_games; 503 insufficient_data.
 * @throws {PipelineError} INVALID_JSON, INVALID_REQUEST; BROKER_UNAVAILABLE, STORE_UNAVAILABLE, STORE_CONFLICT.
 * @see asyncapi.yaml#/x-endpoints, requirements COORD-002, COORD-005, COORD-006
 */
export async function handleStart(instance: Instance, request: HttpRequest): Promise<HttpAnswer> {
  const { ports, settings } = instance;
  const body = readBody<StartRequest>(request, 'StartRequest');
  const address = addressOf(body, ports.clock.now());
  const force = body.force ?? false;
  const is_scheduler = isScheduler(request);
  await endRound(instance, address);

  const before = await standingBatch(instance, address, force);
  if (before === 'already_running' || before === 'already_complete') return standing(before, address);
  const no_games = before === 'none' && (await hasNoGames(ports, address));
  const waits = is_scheduler && before === 'none' && !no_games;
  const phase4 = waits
    ? await waitForPhase4(ports, settings, address, async () => {
        return (await standingBatch(instance, address, force)) !== 'none';
      })
    : await validatePhase4Ready(ports, address);

  const after = waits ? await standingBatch(instance, address, force) : before;
  if (after === 'already_running' || after === 'already_complete') return standing(after, address);
  if (after === 'none') {
    const refusal = refuse(ports, address, phase4.readiness, { waited: waits, no_games });
    if (refusal !== undefined) return refusal;
  }
  return start(instance, {
    address,
    force,
    phase4,
    cause: causeOf(ports, callSource(body, is_scheduler), phase4),
    degraded: phase4.readiness.verdict !== 'ready',
    min_minutes: body.min_minutes ?? null,
  });
}

/** Say who called; a caller that claims to be Pub/Sub has no message id to show for it, and counts as a person. */
function callSource(body: StartRequest, is_scheduler: boolean): 'scheduler' | 'manual' {
  const source = body.trigger_source ?? (is_scheduler ? 'scheduler' : 'manual');
  return source === 'scheduler' ? source : 'manual';
}

/** Say how the batch of the address stands to a new start; only `none` and `interrupted` leave something to do. */
async function standingBatch(
  { ports, abandoned }: Instance,
  address: BatchAddress,
  force: boolean,
): Promise<StandingBatch> {
  const batch = await ports.documents.get<PredictionBatch>(batchPath(address));
  if (batch === undefined) return 'none';
  if (batch.state === 'running') return 'already_running';
  if (batch.state === 'complete') return force ? 'none' : 'already_complete';
  return isClaimed(batch, { now: ports.clock.now().toISOString(), abandoned })
    ? 'already_running'
    : 'interrupted';
}

/** Refuse a start that readiness does not allow; undefined lets it go on, with its alerts sent. */
function refuse(
  ports: Ports,
  address: BatchAddress,
  readiness: Readiness,
  found: { readonly waited: boolean; readonly no_games: boolean },
): HttpAnswer | undefined {
  const { players_ready, players_total, completed } = readiness;
  const decision = decideBackupStart(readiness, found);
  const body = { status: decision, ...address, completed, players_ready, players_total };
  switch (decision) {
    case 'waiting_for_phase4':
    case 'no_games':
      return { status: 200, body };
    case 'insufficient_data':
      sendInsufficientData(ports, address, readiness, null);
      return { status: 503, body };
    case 'start':
    case 'start_degraded':
      alertReadiness(ports, address, readiness, null);
      return undefined;
  }
}

async function start(instance: Instance, wish: StartWish): Promise<HttpAnswer> {
  const { address } = wish;
  const { outcome, batch_id, requests } = await startBatch(instance, wish);
  switch (outcome) {
    case 'started':
    case 'resumed':
      await endRound(instance, address);
      return { status: 202, body: { status: 'started', ...address, batch_id, requests } };
    case 'publishing_elsewhere':
    case 'already_running':
      return standing('already_running', address);
    case 'already_complete':
      return standing('already_complete', address);
  }
}

function standing(status: StandingBatch, address: BatchAddress): HttpAnswer {
  return { status: 200, body: { status, ...address } };
}

/**
 * Find what a batch that no message triggered belongs to: the feature store run, else the latest Phase 4 run, else
 * nothing, for which a correlation_id is made up and logged.
 */
function causeOf(ports: Ports, trigger_source: 'scheduler' | 'manual', phase4: Phase4State): StartCause {
  const { feature_run } = phase4;
  const run = feature_run ?? phase4.latest_run;
  const correlation_id = run?.correlation_id ?? ports.ids.uuid();
  if (run === undefined) {
    ports.log.warn('No Phase 4 run is recorded for this start; its correlation_id is new', {
      correlation_id,
    });
  }
  return {
    correlation_id,
    trigger_source,
    trigger_message_id: null,
    upstream:
      feature_run === undefined
        ? []
        : [{ processor: feature_run.processor_name, execution_id: feature_run.execution_id, correlation_id }],
    backfill_mode: run?.backfill_mode ?? false,
    backfill_reason: run?.backfill_reason ?? null,
  };
}
