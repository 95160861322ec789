import type { ProcessorClaim, TriggerRecord } from '../../../generated/models.ts';

/** The instance that dies in the middle. */
const INSTANCE = 'instance-7';

/**
 * Give what an instance leaves of a trigger that it has decided, when it dies before the publish is confirmed.
 *
 * @param claim_expires_at  UTC; until then nobody else publishes it.
 */
export function unpublishedTrigger(trigger: TriggerRecord, claim_expires_at: string): TriggerRecord {
  return {
    ...trigger,
    status: 'pending',
    published_at: null,
    message_id: null,
    claimed_by: INSTANCE,
    claim_expires_at,
  };
}

/**
 * Give what an instance leaves of a processor that it has begun, when it dies in the middle.
 *
 * @param lease_expires_at  UTC; until then nobody else does the work.
 */
export function abandonedClaim(lease_expires_at: string): ProcessorClaim {
  return {
    state: 'running',
    owner: INSTANCE,
    held_by: INSTANCE,
    lease_expires_at,
    completions: [],
    status: null,
    skip_downstream_trigger: false,
    inputs: '',
    cause: '',
    history: null,
  };
}
