import type { OutboxEntry, PredictionReady, PredictionRequest } from '../../generated/models.ts';
import { TOPIC } from '../../generated/topology.ts';
import { routeRequests } from '../http/route.ts';
import { buildHistory } from '../message/build.ts';
import { type Delivery, decodeDelivery } from '../message/decode.ts';
import { receiveMessage } from '../message/receive.ts';
import type { HttpAnswer, HttpHandler, HttpRequest, Ports } from '../ports/ports.ts';
import type { Settings } from '../ports/settings.ts';
import { createRunner, type Runner, type RunResult, type RunStart } from '../runs/execute.ts';
import { FEATURE_TABLE, PREDICTION_TABLE } from '../runs/output.ts';
import { predict, repeatPrediction } from './predict.ts';

/**
 * Create the prediction worker: `POST /predict` takes one player of one batch, stores the estimate and says so.
 *
 * The idempotency key is batch_id and player_lookup. After a success it is taken for good; after a failure only the
 * same attempt is a repeat, and a later one works again.
 *
 * @returns 204 done, or done before. (The handler throws PipelineError: INVALID_ENVELOPE, INVALID_JSON,
 *          INVALID_MESSAGE; WORK_IN_PROGRESS; BROKER_UNAVAILABLE, STORE_UNAVAILABLE, STORE_CONFLICT.)
 * @see asyncapi.yaml#/x-idempotency, docs/predictions.md
 */
export function createWorker(ports: Ports, settings: Settings): HttpHandler {
  const runner = createRunner(ports, settings);
  return routeRequests([
    { method: 'POST', path: '/predict', handle: (request) => handlePredict(ports, runner, request) },
  ]);
}

async function handlePredict(ports: Ports, runner: Runner, request: HttpRequest): Promise<HttpAnswer> {
  const delivery = decodeDelivery(request);
  const asked = receiveMessage(delivery, 'PredictionRequest');
  const key = `prediction_worker/${asked.batch_id}/${asked.player_lookup}`;
  const { outcome, status, said } = await runner({
    key,
    // What a worker reads changes only with the attempt: the same request always finds the same answer.
    inputs: asked.batch_id,
    cause: `attempt ${asked.attempt}`,
    skip_downstream_trigger: false,
    work: (start) => predictPlayer(ports, asked, delivery, start),
  });
  if (outcome === 'duplicate' && status === 'success') await sayAgain(runner, key, asked, said);
  return { status: 204 };
}

async function predictPlayer(
  ports: Ports,
  asked: PredictionRequest,
  delivery: Delivery,
  start: RunStart,
): Promise<RunResult> {
  const { game_date, run, player_lookup } = asked;
  const features = await ports.warehouse.row(FEATURE_TABLE, game_date, run, player_lookup);
  const finished_at = ports.clock.now().toISOString();
  const { row, ready } = predict(asked, features, { ...start, finished_at });
  if (row !== undefined) await ports.warehouse.putRow(PREDICTION_TABLE, game_date, run, player_lookup, row);
  const history = buildHistory({
    phase: 'phase_5_predictions',
    processor: 'prediction_worker',
    output_dataset: PREDICTION_TABLE.dataset,
    output_table: PREDICTION_TABLE.table,
    ...start,
    finished_at,
    cause: {
      processor: 'prediction_coordinator',
      execution_id: asked.execution_id,
      correlation_id: asked.correlation_id,
      game_date,
      run,
      trigger_source: 'pubsub',
      message_id: delivery.message_id,
      skip_downstream_trigger: false,
      backfill_mode: asked.backfill_mode,
      backfill_reason: asked.backfill_reason,
    },
    status: ready.status,
    record_count: row === undefined ? 0 : 1,
    records_failed: row === undefined ? 1 : 0,
    error: errorOf(ready),
    upstream: [
      {
        processor: 'prediction_coordinator',
        execution_id: asked.execution_id,
        correlation_id: asked.correlation_id,
      },
    ],
  });
  return {
    status: ready.status,
    messages: [{ topic: TOPIC.phase5PredictionReady, message: ready }],
    history,
  };
}

function errorOf(ready: PredictionReady): { error_type: string; error_message: string } | null {
  const { error_type, error_message } = ready;
  return error_type === null || error_message === null ? null : { error_type, error_message };
}

/**
 * Say again that a player is predicted, once per later attempt.
 *
 * A coordinator that asks again has not heard the first result. Without this a result that went to the dead-letter
 * topic would leave its player open for ever.
 */
async function sayAgain(
  runner: Runner,
  key: string,
  asked: PredictionRequest,
  said: readonly OutboxEntry[],
): Promise<void> {
  const first = said.find(({ topic }) => topic === TOPIC.phase5PredictionReady);
  const ready = first && repeatPrediction(asked, first.message as unknown as PredictionReady);
  if (ready === undefined) return;
  await runner({
    key: `${key}/attempt ${asked.attempt}`,
    inputs: asked.batch_id,
    cause: `attempt ${asked.attempt}`,
    skip_downstream_trigger: false,
    work: () =>
      Promise.resolve({
        status: 'success',
        messages: [{ topic: TOPIC.phase5PredictionReady, message: ready }],
        history: null,
      }),
  });
}
