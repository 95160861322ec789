import type { Document } from 'yaml';
import type { ListedEdit } from './listed.ts';

type Path = readonly (string | number)[];

const SCHEMAS: Path = ['components', 'schemas'];
const UNIFIED: Path = [...SCHEMAS, 'UnifiedFields'];
const METADATA: Path = [...SCHEMAS, 'ScraperMetadata'];
const JOB: Path = ['x-schedules', 'phase5-daily-backup'];

function set(name: string, path: Path, value: unknown): ListedEdit {
  return {
    name,
    edit: (document) => {
      if (value === undefined) document.deleteIn([...path]);
      else document.setIn([...path], document.createNode(value));
    },
  };
}

function add(name: string, path: Path, value: unknown): ListedEdit {
  return { name, edit: (document) => document.addIn([...path], document.createNode(value)) };
}

/** A condition of the unified fields; the keyword is put in by its name, since an object with it looks like a promise. */
function condition(name: string, when: object, consequence: object): ListedEdit {
  const rule = Object.fromEntries([
    ['if', when],
    ['then', consequence],
  ]);
  return add(name, [...UNIFIED, 'allOf'], rule);
}

function renamed(document: Document, from: string, to: string): void {
  const text = JSON.stringify(document.toJS()).replaceAll(`"${from}`, `"${to}`);
  document.contents = document.createNode(JSON.parse(text), {
    aliasDuplicateObjects: false,
  }) as typeof document.contents;
  const [old, fresh] = [from, to].map((place) => place.replace('#/', '').split('/'));
  if (old === undefined || fresh === undefined) return;
  document.setIn(fresh, document.getIn(old));
  document.deleteIn(old);
}

/** Edits that whoever wrote the rules did not think of, and a reader of the contract did. */
export const UNASKED_EDITS: readonly ListedEdit[] = [
  condition(
    'a condition on two fields',
    { properties: { status: { const: 'success' }, backfill_mode: { const: false } } },
    { properties: { records_failed: { maximum: 0 } } },
  ),
  condition(
    'a condition on a limit',
    { properties: { records_failed: { minimum: 1 } } },
    { properties: { status: { enum: ['partial', 'failed'] } } },
  ),
  condition(
    'a condition in a condition',
    { properties: { backfill_mode: { const: true } } },
    Object.fromEntries([
      ['if', { properties: { skip_downstream_trigger: { const: true } } }],
      ['then', { properties: { backfill_reason: { const: 'historical_load' } } }],
    ]),
  ),
  set('fields whose names begin with `x_` are texts', [...METADATA, 'patternProperties'], {
    '^x_': { type: 'string' },
  }),
  set('names of fields are in small letters', [...METADATA, 'propertyNames'], { pattern: '^[a-z_]+$' }),
  set('an object has at most three fields', [...METADATA, 'maxProperties'], 3),
  set('a UUID is in small letters', [...SCHEMAS, 'ExecutionId', 'pattern'], '^[0-9a-f-]{36}$'),
  set(
    'a time has three decimals',
    [...SCHEMAS, 'UtcTimestamp', 'pattern'],
    '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  ),
  set(
    'a duration is a multiple of 0.001',
    [...UNIFIED, 'properties', 'duration_seconds', 'multipleOf'],
    0.001,
  ),
  set(
    'entries of a list are those of an enum',
    [...SCHEMAS, 'TriggerMetadata', 'properties', 'processors', 'items', 'enum'],
    [
      'team_defense_zone_analysis',
      'player_shot_zone_analysis',
      'player_daily_cache',
      'player_composite_factors',
      'ml_feature_store_v2',
    ],
  ),
  set(
    'an entry of `upstream` may hold entries of its kind',
    [...SCHEMAS, 'UpstreamRun', 'properties', 'parents'],
    {
      type: 'array',
      items: { $ref: '#/components/schemas/UpstreamRun' },
    },
  ),
  set(
    'an entry of `upstream` must hold one of its kind',
    [...SCHEMAS, 'UpstreamRun', 'properties', 'execution_id'],
    {
      $ref: '#/components/schemas/UpstreamRun',
    },
  ),
  set(
    'a choice takes one more value',
    [...SCHEMAS, 'PredictionPlayer', 'properties', 'answer_execution_id', 'oneOf', 2],
    {
      const: 'none',
    },
  ),
  set('an enum is written as a choice of constants', [...SCHEMAS, 'TriggerSource'], {
    oneOf: ['pubsub', 'scheduler', 'manual'].map((value) => ({ type: 'string', const: value })),
  }),
  {
    name: 'a schema has another name',
    edit: (document) => renamed(document, '#/components/schemas/RunNumber', '#/components/schemas/RunIndex'),
  },
  {
    name: 'a message has another name',
    edit: (document) =>
      renamed(document, '#/components/messages/RawCompletion', '#/components/messages/RawDone'),
  },
  {
    name: 'a channel has another key and the same address',
    edit: (document) => renamed(document, '#/channels/phase5PredictionReady', '#/channels/ready'),
  },
  set(
    'aliases in another order',
    ['x-processors', 'phase_3_analytics', 'team_defense_game_summary', 'aliases'],
    ['TeamDefenseProcessor', 'TeamDefenseGameSummaryProcessor'],
  ),
  set(
    'a content type that is the default',
    ['components', 'messages', 'PredictionReady', 'contentType'],
    'application/json',
  ),
  add('the key of a worker takes one more part', ['x-idempotency', 5, 'key'], 'attempt'),
  set('work that another instance holds is answered 429', ['x-acknowledgement', 3, 'status'], 429),
  add(
    'a table needs one more',
    ['x-processors', 'phase_4_precompute', 'player_shot_zone_analysis', 'requires'],
    'team_offense_game_summary',
  ),
  set('no table may be empty', ['x-table-readiness', 'may_be_empty'], []),
  set('a share of players is higher', ['x-readiness', 'ready_percent_min'], 90),
  set('the day begins in another zone', ['x-readiness', 'business_time_zone'], 'Etc/UTC'),
  set('a job on weekdays only', [...JOB, 'cron'], '0 6 * * 1-5'),
  set('a job without the header of the scheduler', [...JOB, 'headers', 'X-CloudScheduler'], undefined),
  set(
    'a subscription filters',
    ['x-subscriptions', 'nba-phase4-trigger-sub', 'filter'],
    'attributes.run = "1"',
  ),
  set('a push becomes a pull', ['x-subscriptions', 'nba-phase4-trigger-sub', 'push_path'], null),
  set(
    'an operation receives where it sent',
    ['operations', 'phase5Worker.send.phase5PredictionReady', 'action'],
    'receive',
  ),
  set('a component goes', ['x-components', 'prediction-consumers'], undefined),
  set(
    'documents are deleted by another field',
    ['x-state', 'processor_run_history', 'ttl_field'],
    'finished_at',
  ),
  set('a requirement that claims an old version', ['x-requirements', 'MSG-999'], {
    level: 'MUST',
    profile: 'message',
    since: '1.0.0',
    sentence: 'A message has a colour.',
    source: 'docs/promises.md#topics',
  }),
];
