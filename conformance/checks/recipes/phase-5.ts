import { TOPIC } from '../../../generated/topology.ts';
import { buildMessage, type Overrides } from '../../harness/messages/build.ts';
import type { Scene } from '../../harness/scene/scene.ts';
import type { Payload, PublishEvent } from '../../history/events.ts';
import { publishes, text } from '../../history/select.ts';
import { dateAndRun } from '../owed/names.ts';
import type { Recipe } from './recipe.ts';
import { soundInputs } from './sound.ts';

/** How many players a case's batch has; enough to see order, few enough to be quick. */
const PLAYERS = 4;

/** Name players that only this case knows. */
export function players(scene: Scene, count = PLAYERS): readonly string[] {
  const place = scene.game_date.replaceAll('-', '');
  return Array.from({ length: count }, (_, index) => `player${place}n${index + 1}`);
}

/** Seeds a finished feature store and builds the completion that tells of it. */
export async function readyFeatureStore(
  scene: Scene,
  game_date: string,
  run = 1,
  options: { readonly ready?: readonly string[]; readonly not_ready?: readonly string[] } = {},
): Promise<Payload> {
  const ready = options.ready ?? players(scene);
  const execution_id = scene.id();
  const correlation_id = scene.id();
  const not_ready = options.not_ready ?? [];
  await scene.seed('feature_store', {
    game_date,
    run,
    players_ready: ready,
    players_not_ready: not_ready,
    execution_id,
    correlation_id,
  });
  return buildMessage('FeatureStoreCompletion', {
    game_date,
    execution_id,
    correlation_id,
    record_count: ready.length + not_ready.length,
    metadata: {
      run,
      level: 3,
      players_ready: ready.length,
      players_total: ready.length + not_ready.length,
      players_failed: not_ready.length,
    },
  });
}

/** Starts a batch by its trigger and returns the requests that it published. */
export async function startBatch(scene: Scene, game_date: string, run = 1): Promise<readonly Payload[]> {
  const trigger = await readyFeatureStore(scene, game_date, run);
  await scene.deliverUntilAcked({
    component: 'phase5-coordinator',
    topic: TOPIC.phase4PrecomputeComplete,
    message: trigger,
  });
  return requestsOf(scene, `${game_date} run ${run}`, PLAYERS);
}

/** Waits for the requests of a date and returns them. */
export async function requestsOf(
  scene: Scene,
  date_and_run: string,
  count: number,
): Promise<readonly Payload[]> {
  const found = (): readonly PublishEvent[] =>
    publishes(scene.history(), TOPIC.phase5PredictionRequest).filter(
      ({ message }) => message !== null && dateAndRun(message) === date_and_run,
    );
  await scene.settle();
  await scene.await(
    `${count} prediction requests for ${date_and_run} after its trigger was delivered`,
    () => found().length >= count,
  );
  return soundInputs(scene, found());
}

/** Build the result that answers a request. */
export function resultOf(scene: Scene, request: Payload, overrides: Overrides = {}): Payload {
  return buildMessage('PredictionReady', {
    batch_id: text(request, 'batch_id'),
    player_lookup: text(request, 'player_lookup'),
    game_date: text(request, 'game_date'),
    run: request['run'] ?? 1,
    attempt: request['attempt'] ?? 1,
    execution_id: scene.id(),
    correlation_id: text(request, 'correlation_id'),
    ...overrides,
  });
}

/** Build the result of a worker that could not predict. */
export function failedResultOf(scene: Scene, request: Payload): Payload {
  return resultOf(scene, request, {
    status: 'failed',
    predicted_points: null,
    error_message: `expected features of ${text(request, 'player_lookup')}, found none`,
    error_type: 'FEATURES_MISSING',
  });
}

/** A finished feature store obliges the coordinator to request every ready player. */
export const COORDINATOR: Recipe = {
  receiver: 'phase5-coordinator',
  component: 'phase5-coordinator',
  topic: TOPIC.phase4PrecomputeComplete,
  outputs: [TOPIC.phase5PredictionRequest],
  components: ['phase5-coordinator'],
  needs: ['seeds'],
  unified: true,
  inputs: async (scene, game_date, run) => [await readyFeatureStore(scene, game_date, run)],
};

/** The results of every requested player oblige the coordinator to announce the end of the batch. */
export const RESULTS: Recipe = {
  receiver: 'phase5-coordinator-results',
  component: 'phase5-coordinator',
  topic: TOPIC.phase5PredictionReady,
  outputs: [TOPIC.phase5PredictionsComplete],
  components: ['phase5-coordinator'],
  needs: ['seeds'],
  unified: false,
  inputs: async (scene, game_date, run) =>
    (await startBatch(scene, game_date, run)).map((request) => resultOf(scene, request)),
};

/** A request obliges the worker to answer. */
export const WORKER: Recipe = {
  receiver: 'phase5-worker',
  component: 'phase5-worker',
  topic: TOPIC.phase5PredictionRequest,
  outputs: [TOPIC.phase5PredictionReady],
  components: ['phase5-worker'],
  needs: ['seeds'],
  unified: false,
  async inputs(scene, game_date, run) {
    const [player = ''] = players(scene);
    const completion = await readyFeatureStore(scene, game_date, run);
    return [
      buildMessage('PredictionRequest', {
        batch_id: `${game_date}.r${run}.${scene.id().slice(0, 8)}`,
        player_lookup: player,
        game_date,
        run,
        execution_id: scene.id(),
        correlation_id: text(completion, 'correlation_id'),
      }),
    ];
  },
};
