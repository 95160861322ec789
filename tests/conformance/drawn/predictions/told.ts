import { COORDINATOR_RECEIVER } from '../../../../conformance/checks/drawn/receivers/coordinator.ts';
import type { Overrides } from '../../../../conformance/harness/messages/build.ts';
import type { History, Payload } from '../../../../conformance/history/events.ts';
import { DATE, message, type Story, uuid } from '../../checks/story.ts';
import { begun, MOMENT, within } from '../begun.ts';

export const COORDINATOR = 'phase5-coordinator';
export const WORKER = 'phase5-worker';
export const REQUEST = 'nba-phase5-prediction-request';
export const READY = 'nba-phase5-prediction-ready';
export const COMPLETE = 'nba-phase5-predictions-complete';
export const TRIGGER = 'nba-phase4-precompute-complete';
const BATCH = 'b1';

export const kinds = (history: History, receiver = COORDINATOR_RECEIVER) =>
  receiver.judge(history).map(({ requirement, anomaly }) => `${requirement} ${anomaly}`);

const inBatch = (player: string, overrides: Overrides): Overrides => ({
  batch_id: BATCH,
  player_lookup: player,
  run: 1,
  attempt: 1,
  timestamp: MOMENT,
  ...overrides,
});
export const request = (player: string, overrides: Overrides = {}): Payload =>
  message('PredictionRequest', inBatch(player, overrides));
export const result = (player: string, overrides: Overrides = {}): Payload =>
  message('PredictionReady', inBatch(player, overrides));
export const FAILED: Overrides = {
  status: 'failed',
  predicted_points: null,
  error_message: 'x',
  error_type: 'y',
};
export const end = (completed: number, requested: number, status: string): Payload =>
  message('PredictionsComplete', {
    status,
    timestamp: MOMENT,
    duration_seconds: 0,
    ...(status === 'success' ? {} : { records_failed: 1 }),
    metadata: {
      batch_id: BATCH,
      players_requested: requested,
      players_completed: completed,
      players_failed: requested - completed,
      coverage_percent: (100 * completed) / requested,
    },
  });

export const STORE = { processor: 'ml_feature_store_v2', execution_id: uuid(), correlation_id: 'c' };
export const CALLED: Overrides = {
  trigger_source: 'manual',
  trigger_message_id: null,
  parent_processor: null,
};
export const NOBODY = {
  batch_id: BATCH,
  players_requested: 0,
  players_completed: 0,
  players_failed: 0,
  coverage_percent: 0,
};

/** A feature store with players, and the trigger that starts their batch. */
export function started(players: readonly string[], asked = players): Story {
  const told = begun();
  told.seed(DATE, players);
  within(
    told,
    () => told.deliver(COORDINATOR, TRIGGER, message('FeatureStoreCompletion'), { status: 202 }),
    () => {
      for (const player of asked) told.publish(REQUEST, request(player));
    },
  );
  return told;
}

export const answer = (told: Story, player: string, overrides: Overrides = {}): void =>
  void told.deliver(COORDINATOR, READY, result(player, overrides), { status: 204 });

export function announce(told: Story, player: string, sent: Payload, overrides: Overrides = {}): void {
  within(
    told,
    () => told.deliver(COORDINATOR, READY, result(player, overrides), { status: 204 }),
    () => void told.publish(COMPLETE, sent),
  );
}
