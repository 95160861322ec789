import type { RequirementId } from '../../../generated/requirements.ts';
import { type MessageName, validate } from '../../../generated/validation.ts';
import { changeMessage, type Overrides } from '../../harness/messages/build.ts';
import type { Json, Payload } from '../../history/events.ts';

/** A message with one thing wrong with it. */
export interface Corruption {
  /** Says what is wrong, and by that which requirement demands the refusal; see `requirementOf`. */
  readonly defect: string;
  readonly message: Payload;
}

/** Each field of a message left out, null, and of another JSON type, as far as the contract refuses it. */
export function everyFieldWrong(schema: MessageName, message: Payload): readonly Corruption[] {
  const fields = Object.keys(message);
  const all = [
    ...fields.map((field) => ({
      defect: `${MISSING}${field}`,
      message: changeMessage(message, { [field]: undefined }),
    })),
    ...fields.map((field) => ({
      defect: `${NULL}${field}`,
      message: changeMessage(message, { [field]: null }),
    })),
    ...fields.map((field) => ({
      defect: `${OTHER_TYPE}${field}`,
      message: changeMessage(message, { [field]: anotherType(message[field] ?? null) }),
    })),
  ];
  return refused(schema, all);
}

/** Values of the right type that break a rule or contradict each other, as far as the contract refuses them. */
export function everyRuleBroken(schema: MessageName, message: Payload): readonly Corruption[] {
  const all = BROKEN_RULES.map(({ defect, change }) => ({ defect, message: changeMessage(message, change) }));
  return refused(schema, all);
}

/** Name the requirement that demands the refusal of a defect of this file. */
export function requirementOf(defect: string): RequirementId {
  if (defect.startsWith(MISSING)) return 'MSG-011';
  if (defect.startsWith(NULL)) return 'MSG-012';
  if (defect.startsWith(OTHER_TYPE)) return 'MSG-013';
  return BROKEN_RULES.find((rule) => rule.defect === defect)?.requirement ?? 'ACK-002';
}

/** Requirements of the fields, in the order of the contract. */
export const FIELD_REQUIREMENTS = ['MSG-011', 'MSG-012', 'MSG-013'] as const;

/** Requirements of the rules that hold for every unified message. */
export const RULE_REQUIREMENTS = [
  'MSG-014',
  'MSG-015',
  'MSG-016',
  'MSG-017',
  'MSG-018',
  'MSG-019',
  'MSG-020',
  'MSG-021',
  'MSG-022',
  'MSG-023',
  'MSG-024',
] as const;

/** How the words of a defect begin whose field is not there. */
export const MISSING = 'nothing in the field ';
/** The same for null where null is not allowed. */
export const NULL = 'null in the field ';
/** The same for a value of another JSON type. */
export const OTHER_TYPE = 'another JSON type in the field ';

interface BrokenRule {
  readonly requirement: RequirementId;
  readonly defect: string;
  readonly change: Overrides;
}

function rules(requirement: RequirementId, ...changes: readonly Overrides[]): readonly BrokenRule[] {
  return changes.map((change) => ({ requirement, defect: JSON.stringify(change).slice(1, -1), change }));
}

const ERROR = { error_message: 'expected rows, got none', error_type: 'EMPTY' };

const BROKEN_RULES: readonly BrokenRule[] = [
  ...rules(
    'MSG-014',
    { record_count: -7 },
    { record_count: 1.5 },
    { records_failed: -1 },
    { records_failed: 0.5 },
  ),
  ...rules(
    'MSG-015',
    { timestamp: '2031-01-05T12:00:00' },
    { timestamp: '2031-01-05T12:00:00+00:00' },
    { timestamp: '2031-01-05T04:00:00-08:00' },
    { timestamp: '2031-01-05 12:00:00Z' },
    { timestamp: '2031-01-05' },
    { timestamp: '2031-02-30T12:00:00Z' },
  ),
  ...rules('MSG-016', { duration_seconds: -0.001 }, { duration_seconds: -3600 }),
  ...rules('MSG-017', { status: 'SUCCESS' }, { status: 'completed' }, { status: '' }, { status: 'skipped' }),
  ...rules(
    'MSG-018',
    { status: 'failed', record_count: 0, error_message: null, error_type: null },
    { status: 'failed', record_count: 0, ...ERROR, error_message: null },
    { status: 'failed', record_count: 0, ...ERROR, error_type: null },
    { status: 'failed', record_count: 0, ...ERROR, error_message: '' },
  ),
  ...rules('MSG-019', { status: 'partial', records_failed: 0 }),
  ...rules('MSG-020', { status: 'no_data', record_count: 1 }),
  ...rules(
    'MSG-021',
    { metadata: [] },
    { metadata: '{"run":1}' },
    { metadata: { run: 0 } },
    { metadata: { run: -1 } },
    { metadata: { run: 1.5 } },
    { metadata: { run: '2' } },
    { metadata: { run: null } },
  ),
  ...rules(
    'MSG-022',
    { phase: 'phase_1_scrapers' },
    { phase: 'phase_2_raw' },
    { phase: 'phase_3_analytics' },
    { phase: 'phase_4_precompute' },
    { phase: 'phase_5_predictions' },
    { phase: 'orchestration' },
  ),
  ...rules(
    'MSG-023',
    { trigger_source: 'pubsub', trigger_message_id: null },
    { trigger_source: 'manual', trigger_message_id: '1' },
    { trigger_source: 'cron', trigger_message_id: null },
  ),
  ...rules(
    'MSG-024',
    { backfill_mode: true, backfill_reason: null },
    { backfill_mode: true, backfill_reason: '' },
    { backfill_mode: false, backfill_reason: 'historical_load' },
  ),
  ...rules(
    'MSG-025',
    { metadata: { level: 0 } },
    { metadata: { level: 4 } },
    { metadata: { processors: [] } },
    { metadata: { processors: 'team_defense_zone_analysis' } },
    { metadata: { upstream: [] } },
    { metadata: { upstream: [{ processor: 'player_game_summary' }] } },
    { metadata: { players_ready: -1 } },
    { metadata: { players_total: 1.5 } },
    { metadata: { players_failed: null } },
  ),
];

/** What the contract takes is no corruption for this receiver. */
function refused(schema: MessageName, all: readonly Corruption[]): readonly Corruption[] {
  return all.filter(({ message }) => validate(schema, 'receive', message).length > 0);
}

function anotherType(value: Json): Json {
  if (typeof value === 'string') return 17;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 17 : 'text';
}
