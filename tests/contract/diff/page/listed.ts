import type { Document } from 'yaml';

/** An edit of the contract that a person might make. */
export interface ListedEdit {
  readonly name: string;
  readonly edit: (document: Document) => void;
}

type Path = readonly (string | number)[];

const SCHEMAS: Path = ['components', 'schemas'];
const REQUEST: Path = [...SCHEMAS, 'PredictionRequest'];
const READY: Path = [...SCHEMAS, 'PredictionReady'];
const FAN_IN_SUBSCRIPTION: Path = ['x-subscriptions', 'nba-phase3-analytics-complete-sub'];
const FAN_IN: Path = ['x-orchestrators', 'phase3-to-phase4-orchestrator', 'levels', 0];
const JOB: Path = ['x-schedules', 'phase5-daily-backup'];

/** Set a value; undefined takes it away. */
function set(name: string, path: Path, value: unknown): ListedEdit {
  return {
    name,
    edit: (document) => {
      if (value === undefined) document.deleteIn([...path]);
      else document.setIn([...path], document.createNode(value));
    },
  };
}

function field(name: string, schema: Path, key: string, form: object, is_required: boolean): ListedEdit {
  return {
    name,
    edit: (document) => {
      document.setIn([...schema, 'properties', key], document.createNode(form));
      if (is_required) document.addIn([...schema, 'required'], key);
    },
  };
}

/** Edits of every kind that the contract knows, in the words of who makes them. */
export const LISTED_EDITS: readonly ListedEdit[] = [
  field('`PredictionRequest` gets a required field', REQUEST, 'pace', { type: 'number' }, true),
  field(
    'the same, and receivers can do without it',
    REQUEST,
    'pace',
    { type: 'number', 'x-receiver-optional': true },
    true,
  ),
  field('`PredictionRequest` gets an optional field', REQUEST, 'pace', { type: 'number' }, false),
  field(
    '`metadata` of an analytics completion gets a field',
    [...SCHEMAS, 'AnalyticsMetadata'],
    'rows',
    { type: 'integer' },
    false,
  ),
  field(
    'an entry of `upstream`, which is closed, gets a field',
    [...SCHEMAS, 'UpstreamRun'],
    'run',
    { type: 'integer' },
    false,
  ),
  {
    name: 'a required field goes',
    edit: (document) => {
      document.deleteIn([...READY, 'properties', 'duration_seconds']);
      document.deleteIn([...READY, 'required', 9]);
    },
  },
  {
    name: 'a field is renamed',
    edit: (document) => {
      document.setIn(
        [...REQUEST, 'properties', 'player'],
        document.createNode({ type: 'string', minLength: 1 }),
      );
      document.deleteIn([...REQUEST, 'properties', 'player_lookup']);
      document.setIn([...REQUEST, 'required', 1], 'player');
    },
  },
  set('a required field becomes optional', [...REQUEST, 'required', 4], undefined),
  set('a type is another', [...REQUEST, 'properties', 'attempt'], { type: 'string' }),
  set('a whole number may have a fraction', [...READY, 'properties', 'attempt'], {
    type: 'number',
    minimum: 1,
  }),
  set('a field may be null', [...REQUEST, 'properties', 'player_lookup', 'type'], ['string', 'null']),
  set('a field may no longer be null', [...REQUEST, 'properties', 'backfill_reason', 'type'], 'string'),
  set('a text has a format', [...REQUEST, 'properties', 'batch_id', 'format'], 'uuid'),
  set('a text has a pattern', [...REQUEST, 'properties', 'player_lookup', 'pattern'], '^[a-z]+$'),
  set('a text is not so long', [...SCHEMAS, 'CorrelationId', 'maxLength'], 64),
  set('a text may be longer', [...SCHEMAS, 'CorrelationId', 'maxLength'], 256),
  set('a minimum is higher', [...REQUEST, 'properties', 'attempt', 'minimum'], 2),
  set('an enum gets a value', [...SCHEMAS, 'PredictionStatus', 'enum'], ['success', 'failed', 'skipped']),
  set('an enum loses a value', [...SCHEMAS, 'RunStatus', 'enum'], ['success', 'partial', 'failed']),
  set(
    'a condition asks for more',
    [...READY, 'allOf', 0, 'then', 'properties', 'error_type', 'minLength'],
    2,
  ),
  set('a condition goes', [...SCHEMAS, 'UnifiedFields', 'allOf', 1], undefined),
  set('`additionalProperties: false`', [...SCHEMAS, 'TriggerMetadata', 'additionalProperties'], false),
  set(
    'a list has one more entry',
    [...SCHEMAS, 'TriggerMetadata', 'properties', 'processors', 'minItems'],
    2,
  ),
  set(
    'the phase of a message is another',
    [...SCHEMAS, 'RawCompletion', 'allOf', 1, 'properties', 'phase', 'const'],
    'orchestration',
  ),
  set('a default is another', [...SCHEMAS, 'RunNumber', 'default'], 2),
  set('a description is another', [...SCHEMAS, 'RunStatus', 'description'], 'How a run ended.'),
  field(
    'a state document gets a required field',
    [...SCHEMAS, 'PredictionPlayer'],
    'asked_at',
    { type: 'string' },
    true,
  ),
  set(
    'a message moves from its topic',
    ['channels', 'phase1ScrapersComplete', 'messages', 'legacyScraperCompletion'],
    undefined,
  ),
  set('a topic has another name', ['channels', 'phase4Trigger', 'address'], 'nba-phase4-start'),
  set('a sender goes', ['operations', 'phase4Orchestrator.send.phase4Trigger'], undefined),
  set('a push path is another', [...FAN_IN_SUBSCRIPTION, 'push_path'], '/work'),
  set('an ack deadline is shorter than the work', [...FAN_IN_SUBSCRIPTION, 'ack_deadline_seconds'], 30),
  set('an ack deadline is longer', [...FAN_IN_SUBSCRIPTION, 'ack_deadline_seconds'], 120),
  set(
    'retries end before a lease does',
    [...FAN_IN_SUBSCRIPTION, 'retry_policy', 'minimum_backoff_seconds'],
    10,
  ),
  set(
    'dead letters go to another topic',
    [...FAN_IN_SUBSCRIPTION, 'dead_letter', 'topic'],
    'nba-phase4-trigger-dlq',
  ),
  set('no dead letters', [...FAN_IN_SUBSCRIPTION, 'dead_letter'], null),
  set('a shorter retention', [...FAN_IN_SUBSCRIPTION, 'message_retention_seconds'], 86_400),
  set('ordering', [...FAN_IN_SUBSCRIPTION, 'enable_message_ordering'], true),
  set('a longer lease than the retries', ['x-delivery', 'lease_seconds'], 900),
  set('a job past the deadline', [...JOB, 'cron'], '30 8 * * *'),
  set('a job five minutes later', [...JOB, 'cron'], '5 6 * * *'),
  set('an attempt deadline below the wait', [...JOB, 'attempt_deadline_seconds'], 600),
  set('an endpoint goes', ['x-endpoints', 0], undefined),
  set('a status code is another', ['x-endpoints', 0, 'answers', 0, 'status'], 202),
  set('triggers have another identity', ['x-trigger-identity', 'name'], '{orchestrator}/{game_date}/{level}'),
  set(
    'a state document lies elsewhere',
    ['x-state', 'phase3_completion', 'path'],
    'phase3/{game_date}{run_suffix}',
  ),
  set('an index goes', ['x-deployment', 'firestore', 'indexes', 0], undefined),
  set('a role is another', ['x-deployment', 'resource_roles', 'sender'], 'roles/pubsub.editor'),
  set('a promise is weaker', ['x-requirements', 'MSG-001', 'level'], 'SHOULD'),
  set('the fan-in waits for one processor more', [...FAN_IN, 'waits_for', 5], 'team_pace_summary'),
  set(
    'a processor runs at another level',
    ['x-processors', 'phase_4_precompute', 'player_daily_cache', 'level'],
    2,
  ),
  set(
    'an alias goes',
    ['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases', 1],
    undefined,
  ),
  set(
    'a new alias',
    ['x-processors', 'phase_3_analytics', 'player_game_summary', 'aliases', 1],
    'PlayerSummary',
  ),
  set(
    'a time-out below the ack deadline',
    ['x-deployment', 'components', 'phase2-raw', 'timeout_seconds'],
    300,
  ),
  set('a key that no rule knows', ['x-deployment', 'colour'], 'blue'),
  set('a `oneOf` whose branches overlap', [...REQUEST, 'properties', 'attempt'], {
    oneOf: [
      { type: 'integer', minimum: 1 },
      { type: 'integer', minimum: 5 },
    ],
  }),
  set(
    'entries of a list may not repeat',
    [...SCHEMAS, 'TriggerMetadata', 'properties', 'processors', 'uniqueItems'],
    true,
  ),
  set('a value is excluded', [...REQUEST, 'properties', 'player_lookup', 'not'], { const: 'all' }),
  set('a date has a narrower pattern', [...SCHEMAS, 'GameDate', 'pattern'], '^20[0-9]{2}-'),
  set('a UUID becomes any text', [...SCHEMAS, 'UpstreamRun', 'properties', 'execution_id'], {
    type: 'string',
    minLength: 8,
  }),
  set('a field becomes a choice that means the same', [...REQUEST, 'properties', 'attempt'], {
    anyOf: [{ type: 'integer', minimum: 1 }],
  }),
  set('a job runs by the clock of another zone', [...JOB, 'time_zone'], 'America/New_York'),
  set('the sweep runs every hour', ['x-schedules', 'orchestrator-sweep', 'cron'], '0 * * * *'),
  set('a job goes', ['x-schedules', 'phase5-status-check'], undefined),
  set('attempts before the dead letters are more', ['x-delivery', 'max_delivery_attempts'], 20),
  set(
    'the worker gets a shorter ack deadline than its work takes',
    ['x-subscriptions', 'nba-phase5-prediction-request-sub', 'ack_deadline_seconds'],
    10,
  ),
  set('a lease is shorter', ['x-delivery', 'lease_seconds'], 60),
  {
    name: 'an operation names every message of its channel, as leaving the list out does',
    edit: (document) => {
      const place = ['operations', 'phase5Worker.send.phase5PredictionReady'];
      const message = '#/channels/phase5PredictionReady/messages/predictionReady';
      document.setIn([...place, 'messages'], document.createNode([{ $ref: message }]));
    },
  },
];
