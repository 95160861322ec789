import type {
  Phase,
  ProcessorRunHistory,
  RunStatus,
  UnifiedFields,
  UpstreamRun,
} from '../../generated/models.ts';
import type { Cause } from './cause.ts';

/** A run that has ended, and everything that its completion says. */
export interface FinishedRun<OwnPhase extends Phase = Phase> {
  readonly phase: OwnPhase;
  /** Canonical name. */
  readonly processor: string;
  readonly output_dataset: string;
  readonly output_table: string;
  readonly execution_id: string;
  /** ISO 8601 in UTC. */
  readonly started_at: string;
  readonly finished_at: string;
  readonly cause: Cause;
  readonly status: RunStatus;
  readonly record_count: number;
  readonly records_failed: number;
  /** Null unless the run failed. */
  readonly error: { readonly error_type: string; readonly error_message: string } | null;
  /** Every run whose output this run has read. */
  readonly upstream: readonly UpstreamRun[];
}

/** The unified fields plus metadata of a phase. */
export type Completion<Metadata extends object, OwnPhase extends Phase = Phase> = UnifiedFields & {
  readonly phase: OwnPhase;
  readonly metadata: Metadata & { readonly run: number };
};

/**
 * Build the completion of a run: every field of the contract, null written where there is no value.
 *
 * @see asyncapi.yaml#/components/schemas/UnifiedFields, requirements MSG-001, MSG-002, MSG-009, BACK-003
 */
export function buildCompletion<Metadata extends object, OwnPhase extends Phase>(
  run: FinishedRun<OwnPhase>,
  metadata: Metadata,
): Completion<Metadata, OwnPhase> {
  const { cause } = run;
  return {
    processor_name: run.processor,
    phase: run.phase,
    execution_id: run.execution_id,
    correlation_id: cause.correlation_id,
    game_date: cause.game_date,
    output_table: run.output_table,
    output_dataset: run.output_dataset,
    status: run.status,
    record_count: run.record_count,
    records_failed: run.records_failed,
    timestamp: run.finished_at,
    duration_seconds: Math.max(0, Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000,
    parent_processor: cause.processor,
    trigger_source: cause.trigger_source,
    trigger_message_id: cause.message_id,
    skip_downstream_trigger: cause.skip_downstream_trigger,
    backfill_mode: cause.backfill_mode,
    backfill_reason: cause.backfill_reason,
    error_message: run.error?.error_message ?? null,
    error_type: run.error?.error_type ?? null,
    metadata: { ...metadata, run: cause.run },
  };
}

/**
 * Build the history row of a run: which run made this, and from what.
 *
 * @see asyncapi.yaml#/components/schemas/ProcessorRunHistory
 */
export function buildHistory(
  run: FinishedRun,
  players?: Pick<ProcessorRunHistory, 'players_ready' | 'players_total' | 'players_failed'>,
): ProcessorRunHistory {
  const { cause } = run;
  return {
    execution_id: run.execution_id,
    correlation_id: cause.correlation_id,
    processor_name: run.processor,
    phase: run.phase,
    game_date: cause.game_date,
    run: cause.run,
    status: run.status,
    output_dataset: run.output_dataset,
    output_table: run.output_table,
    record_count: run.record_count,
    records_failed: run.records_failed,
    started_at: run.started_at,
    finished_at: run.finished_at,
    trigger_source: cause.trigger_source,
    trigger_message_id: cause.message_id,
    parent_processor: cause.processor,
    skip_downstream_trigger: cause.skip_downstream_trigger,
    backfill_mode: cause.backfill_mode,
    backfill_reason: cause.backfill_reason,
    error_message: run.error?.error_message ?? null,
    error_type: run.error?.error_type ?? null,
    upstream: run.upstream,
    ...players,
  };
}
