import type { TriggerRecord } from '../../generated/models.ts';
import { MONITORING } from '../../generated/topology.ts';
import { secondsSince } from '../watching/arrival.ts';
import { logEvent } from '../watching/log-event.ts';
import { raiseAlert } from '../watching/raise-alert.ts';
import type { Publishing } from './publish.ts';

/** The date and run that a state document is about. */
type StateDate = Readonly<{ game_date: string; run: number }>;

/** Log that a sweep could not publish a trigger, and alert once it is pending for too long. */
export function logPending(
  { ports, orchestrator }: Publishing,
  { game_date, run }: StateDate,
  trigger: TriggerRecord | undefined,
): void {
  if (trigger === undefined) return;
  const pending_seconds = secondsSince(trigger.decided_at, ports.clock.now()) ?? 0;
  const { level } = trigger.message.metadata;
  const { correlation_id } = trigger.message;
  const fields = { component: orchestrator.name, entry: `level ${level}`, pending_seconds };
  const sentence = `the trigger of level ${level} for ${game_date} is pending since ${trigger.decided_at}`;
  logEvent(ports.log, 'warn', 'trigger_pending', sentence, {
    phase: 'orchestration',
    ...fields,
    correlation_id,
    game_date,
    run,
  });
  if (pending_seconds <= MONITORING.trigger_pending_seconds_max) return;
  raiseAlert(ports, {
    severity: 'critical',
    alert: 'trigger_pending',
    sentence: `expected the trigger of level ${level} for ${game_date} to be published within ${MONITORING.trigger_pending_seconds_max} s, got none since ${trigger.decided_at}; look at the broker, then POST /sweep of ${orchestrator.name}`,
    game_date,
    run,
    correlation_id,
    fields,
  });
}

/** Log how long a date has waited since its last completion; one that waits for days is the operator's. */
export function logWaiting(
  { ports, orchestrator }: Publishing,
  { game_date, run }: StateDate,
  { missing, since }: { readonly missing: readonly string[]; readonly since: string | null },
): void {
  const state_age_seconds = secondsSince(since ?? undefined, ports.clock.now());
  if (state_age_seconds === null || state_age_seconds > MONITORING.state_age_seconds_max) return;
  logEvent(ports.log, 'info', 'state_waiting', `${game_date} waits for ${missing.join(', ')}`, {
    phase: 'orchestration',
    component: orchestrator.name,
    state_age_seconds,
    missing,
    game_date,
    run,
  });
}
