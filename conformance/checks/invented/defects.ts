import type { RequirementId } from '../../../generated/requirements.ts';
import { requirementOf } from '../messages/corruptions.ts';

/** How the words of a defect begin whose value has the right JSON type and breaks a rule. */
export const ODD_VALUE = 'a value that the contract does not allow in the field ';

/** Which requirement demands the refusal of a value of the right type; other fields get none. */
const BY_FIELD = {
  record_count: 'MSG-014',
  records_failed: 'MSG-014',
  timestamp: 'MSG-015',
  duration_seconds: 'MSG-016',
  status: 'MSG-017',
  metadata: 'MSG-021',
  phase: 'MSG-022',
  trigger_source: 'MSG-023',
  trigger_message_id: 'MSG-023',
  backfill_mode: 'MSG-024',
  backfill_reason: 'MSG-024',
} as const satisfies Readonly<Record<string, RequirementId>>;

/** Requirements of odd values, in the order of the contract. */
export const VALUE_REQUIREMENTS: readonly RequirementId[] = [...new Set(Object.values(BY_FIELD))];

/** Name the requirement that demands the refusal of a message that was drawn. */
export function requirementOfDefect(defect: string): RequirementId {
  if (!defect.startsWith(ODD_VALUE)) return requirementOf(defect);
  const [field = ''] = defect.slice(ODD_VALUE.length).split(':');
  return isRuled(field) ? BY_FIELD[field] : 'ACK-002';
}

/** Tell whether a rule for its values is attached to a field. */
export function isRuled(field: string): field is keyof typeof BY_FIELD {
  return Object.hasOwn(BY_FIELD, field);
}
