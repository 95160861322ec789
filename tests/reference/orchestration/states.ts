import { type CompletionEvent, decideCompletion } from '../../../reference/orchestration/decide.ts';
import { type CompletionState, readOrchestrator } from '../../../reference/orchestration/state.ts';

/** The fan-in of Phase 3. */
export const FAN_IN = readOrchestrator('phase3-to-phase4-orchestrator');
/** The cascade of Phase 4. */
export const CASCADE = readOrchestrator('phase4-orchestrator');
/** The processors that the fan-in waits for. */
export const FIVE = FAN_IN.levels[0]?.waits_for ?? [];
/** When everything happens. */
export const NOW = '2024-01-15T11:08:00.000Z';

/** A completion as the shell hands it over. */
export function event(processor: string, changes: Partial<CompletionEvent> = {}): CompletionEvent {
  return {
    now: NOW,
    claimant: `claim-${processor}`,
    publish_claim_seconds: 60,
    abandoned: new Set(),
    received_at: NOW,
    message_id: `m-${processor}`,
    game_date: '2024-01-15',
    run: 1,
    processor,
    execution_id: '886313e1-3b8a-4372-9b90-0c9aee199e5d',
    correlation_id: `c-${processor}`,
    status: 'success',
    completed_at: '2024-01-15T11:06:00.000Z',
    backfill_mode: false,
    backfill_reason: null,
    ...changes,
  };
}

/** What is recorded after these completions, in their order. */
export function stateAfter(processors: readonly string[], orchestrator = FAN_IN): CompletionState {
  return processors.reduce<CompletionState>(
    (state, name) => decideCompletion(state, event(name), orchestrator)[0],
    {},
  );
}
