import type {
  FeatureStoreCompletion,
  PredictionBatch,
  PredictionPlayer,
  PredictionReady,
  PredictionRequest,
  ProcessorRunHistory,
} from '../../../generated/models.ts';
import { createShell } from '../../../reference/http/shell.ts';
import type { HttpAnswer, HttpRequest, Row } from '../../../reference/ports/ports.ts';
import { readSettings, type Settings } from '../../../reference/ports/settings.ts';
import { roundExecutionId } from '../../../reference/predictions/batch/address.ts';
import { createCoordinator } from '../../../reference/predictions/coordinator.ts';
import { anyhow, createMemoryPorts, type MemoryPorts } from '../memory-ports.ts';
import { runRow } from '../run-row.ts';

export const GAME_DATE = '2024-01-15';
export const ADDRESS = { game_date: GAME_DATE, run: 1 };
export const BATCH_PATH = `prediction_batches/${GAME_DATE}`;
export const SCRAPER_RUN = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const FEATURE_RUN = '55a54008-ad1b-4a19-9c0c-a54008ad1b08';
export const REQUESTS = 'nba-phase5-prediction-request';
export const COMPLETES = 'nba-phase5-predictions-complete';
/** 04:00 in Los Angeles and 07:00 in New York on the game date. */
export const NOON_UTC = '2024-01-15T12:00:00.000Z';

/** The contract's defaults: claims of 60 s, a wait of 1740 s with a look every 60 s. */
export const SETTINGS: Settings = readSettings({ GOOGLE_CLOUD_PROJECT: 'demo-predictions' });

export const FEATURE_TABLE = { dataset: 'nba_predictions', table: 'ml_feature_store_v2' };

/** One row of the feature store; player n has 10 + n minutes. */
export function featureRow(n: number, ready = true): Row {
  return {
    player_lookup: lookup(n),
    player_name: `Player ${n}`,
    team: 'PHI',
    opponent: 'HOU',
    ready,
    not_ready_reason: ready ? null : 'no_minutes',
    minutes: 10 + n,
    minutes_season: 900,
    points_per_36: 18,
    points_per_36_last_10: 18,
    points_per_36_before: null,
    league_points_per_36: 18,
    matchup_factor: 1,
    pace_factor: 1,
    venue_factor: 1,
    rest_factor: 1,
  };
}

/** The key of player n; keys sort as their numbers do. */
export function lookup(n: number): string {
  return `player${String(n).padStart(3, '0')}`;
}

/** Fill the feature store: `ready` players of `total`; without a run when `completed` is false. */
export async function seedPhase4(
  ports: MemoryPorts,
  seed: { ready: number; total?: number; completed?: boolean; history?: Partial<ProcessorRunHistory> },
): Promise<void> {
  const total = seed.total ?? seed.ready;
  const rows = Array.from({ length: total }, (_, n) => featureRow(n + 1, n < seed.ready));
  await ports.warehouse.replaceRows(
    FEATURE_TABLE,
    GAME_DATE,
    1,
    rows,
    (row) => String(row['player_lookup']),
    anyhow,
  );
  if (seed.completed === false) return;
  await ports.warehouse.recordRun(
    phase4Run({ players_ready: seed.ready, players_total: total, ...seed.history }),
  );
}

export function phase4Run(changes: Partial<ProcessorRunHistory> = {}): ProcessorRunHistory {
  return runRow({
    execution_id: FEATURE_RUN,
    correlation_id: SCRAPER_RUN,
    processor_name: 'ml_feature_store_v2',
    phase: 'phase_4_precompute',
    game_date: GAME_DATE,
    output_dataset: 'nba_predictions',
    output_table: 'ml_feature_store_v2',
    record_count: 384,
    started_at: '2024-01-15T11:00:00.000Z',
    finished_at: '2024-01-15T11:00:05.000Z',
    trigger_source: 'pubsub',
    trigger_message_id: '8870',
    parent_processor: 'phase4-orchestrator',
    ...changes,
  });
}

/** Record runs that read the schedule of the date, one after another. */
export async function readSchedule(
  ports: MemoryPorts,
  statuses: readonly ProcessorRunHistory['status'][],
): Promise<void> {
  for (const [index, status] of statuses.entries()) {
    await ports.warehouse.recordRun(
      phase4Run({
        execution_id: `schedule-${index}`,
        processor_name: index % 2 === 0 ? 'nbac_schedule' : 'nbac_schedule_games',
        phase: index % 2 === 0 ? 'phase_1_scrapers' : 'phase_2_raw',
        status,
        finished_at: `2024-01-15T10:0${index}:00.000Z`,
      }),
    );
  }
}

export function completion(changes: Partial<FeatureStoreCompletion> = {}): FeatureStoreCompletion {
  return {
    processor_name: 'ml_feature_store_v2',
    phase: 'phase_4_precompute',
    execution_id: FEATURE_RUN,
    correlation_id: SCRAPER_RUN,
    game_date: GAME_DATE,
    output_table: 'ml_feature_store_v2',
    output_dataset: 'nba_predictions',
    status: 'success',
    record_count: 384,
    records_failed: 0,
    timestamp: '2024-01-15T11:00:05.000Z',
    duration_seconds: 5,
    parent_processor: 'phase4-orchestrator',
    trigger_source: 'pubsub',
    trigger_message_id: '8870',
    skip_downstream_trigger: false,
    backfill_mode: false,
    backfill_reason: null,
    error_message: null,
    error_type: null,
    metadata: { run: 1, level: 3, players_ready: 120, players_total: 120, players_failed: 0 },
    ...changes,
  };
}

/** The result that answers a request, from a worker run of its own. */
export function resultOf(
  request: Pick<PredictionRequest, 'batch_id' | 'player_lookup'>,
  changes: Partial<PredictionReady> = {},
): PredictionReady {
  return {
    batch_id: request.batch_id,
    player_lookup: request.player_lookup,
    game_date: GAME_DATE,
    run: 1,
    execution_id: '55a54008-ad1b-4a19-9c0c-a54008ad1b0a',
    correlation_id: SCRAPER_RUN,
    status: 'success',
    predicted_points: 12.5,
    timestamp: NOON_UTC,
    duration_seconds: 0.05,
    error_message: null,
    error_type: null,
    ...changes,
  };
}

export const FAILED = {
  status: 'failed',
  predicted_points: null,
  error_message: 'expected a feature row, found none',
  error_type: 'FEATURES_MISSING',
} as const;

export function batchDocument(changes: Partial<PredictionBatch> = {}): PredictionBatch {
  return {
    batch_id: 'batch-1',
    game_date: GAME_DATE,
    run: 1,
    state: 'running',
    round: 1,
    correlation_id: SCRAPER_RUN,
    started_at: NOON_UTC,
    completed_at: null,
    announced_round: 0,
    players_total: 3,
    players_requested: 2,
    degraded: false,
    execution_id: roundExecutionId('batch-1', 1),
    round_started_at: NOON_UTC,
    trigger_source: 'pubsub',
    trigger_message_id: '8870',
    upstream: [{ processor: 'ml_feature_store_v2', execution_id: FEATURE_RUN, correlation_id: SCRAPER_RUN }],
    min_minutes: null,
    backfill_mode: false,
    backfill_reason: null,
    claimed_by: null,
    claim_expires_at: null,
    ...changes,
  };
}

export function playerDocument(changes: Partial<PredictionPlayer> = {}): PredictionPlayer {
  return {
    batch_id: 'batch-1',
    player_lookup: lookup(1),
    state: 'requested',
    attempt: 1,
    round: 1,
    execution_id: roundExecutionId('batch-1', 1),
    answer_execution_id: null,
    updated_at: NOON_UTC,
    ...changes,
  };
}

/** Callers of one coordinator instance on shared ports, behind the shell that answers errors. */
export interface Caller {
  trigger(message?: object): Promise<HttpAnswer>;
  start(body?: object, headers?: Record<string, string>): Promise<HttpAnswer>;
  retry(body?: object, headers?: Record<string, string>): Promise<HttpAnswer>;
  complete(message: object): Promise<HttpAnswer>;
  status(query?: Record<string, string>): Promise<HttpAnswer>;
  call(request: Partial<HttpRequest>): Promise<HttpAnswer>;
}

/** Make a fresh instance; calling it twice on the same ports is a restart or a second instance. */
export function newInstance(ports: MemoryPorts, settings: Settings = SETTINGS): Caller {
  const handler = createShell(createCoordinator(ports, settings), ports.log);
  const call = (request: Partial<HttpRequest>) =>
    handler({ method: 'POST', path: '/', query: {}, headers: {}, body: Buffer.alloc(0), ...request });
  const json = (value: object | undefined) =>
    value === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(value));
  return {
    call,
    trigger: (message = completion()) => call({ path: '/trigger', body: push(message) }),
    start: (body, headers = {}) => call({ path: '/start', body: json(body), headers }),
    retry: (body, headers = {}) => call({ path: '/retry', body: json(body), headers }),
    complete: (message) => call({ path: '/complete', body: push(message) }),
    status: (query = {}) => call({ method: 'GET', path: '/status', query }),
  };
}

/** Wrap a message as Pub/Sub pushes it. */
export function push(message: object, message_id = '9001'): Buffer {
  const data = Buffer.from(JSON.stringify(message)).toString('base64');
  return Buffer.from(JSON.stringify({ message: { data, messageId: message_id, attributes: {} } }));
}

/** The messages that went out on a topic, in order. */
export function sent<Message = PredictionRequest>(ports: MemoryPorts, topic: string): readonly Message[] {
  return ports.published
    .filter((published) => published.topic === topic)
    .map((published) => published.message as unknown as Message);
}

/** Ports at noon with a complete feature store of `ready` players. */
export async function readyPorts(ready = 120): Promise<MemoryPorts> {
  const ports = createMemoryPorts(NOON_UTC);
  await seedPhase4(ports, { ready });
  return ports;
}
